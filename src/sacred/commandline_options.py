"""Door: 0.8's import path of the command line options."""

from sacred.commandline.options import (
    beat_interval_option,
    capture_option,
    comment_option,
    debug_option,
    enforce_clean_option,
    force_option,
    help_option,
    id_option,
    loglevel_option,
    name_option,
    pdb_option,
    print_config_option,
    priority_option,
    queue_option,
    unobserved_option,
)
from sacred.plugins.options import ApplyFunction as CLIFunction
from sacred.plugins.options import CLIOption, CommandLineOption, cli_option, get_name

__all__ = [
    "CLIFunction",
    "CLIOption",
    "CommandLineOption",
    "beat_interval_option",
    "capture_option",
    "cli_option",
    "comment_option",
    "debug_option",
    "enforce_clean_option",
    "force_option",
    "get_name",
    "help_option",
    "id_option",
    "loglevel_option",
    "name_option",
    "pdb_option",
    "print_config_option",
    "priority_option",
    "queue_option",
    "unobserved_option",
]
