"""Door to :mod:`sacred.run`, under the name that Sacred 0.8 had for making runs."""

from sacred.run.create import create_run, create_scaffolding, gather_ingredients_topological
from sacred.run.logs import initialize_logging
from sacred.run.resolve import (
    distribute_config_updates,
    distribute_named_configs,
    distribute_presets,
    find_best_match,
    get_command,
    get_config_modifications,
    get_configuration,
    get_scaffolding_and_config_name,
)
from sacred.run.scaffold import Scaffold

__all__ = [
    "Scaffold",
    "create_run",
    "create_scaffolding",
    "distribute_config_updates",
    "distribute_named_configs",
    "distribute_presets",
    "find_best_match",
    "gather_ingredients_topological",
    "get_command",
    "get_config_modifications",
    "get_configuration",
    "get_scaffolding_and_config_name",
    "initialize_logging",
]
