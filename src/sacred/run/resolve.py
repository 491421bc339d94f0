"""The configuration of a run, in four phases: updates, named configs, configs and hooks, seeds."""

# os.path: abspath keeps symbolic links, and pathlib is slow where every run passes

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from sacred.config.config_summary import ConfigSummary
from sacred.config.keys import normalize_or_die
from sacred.config.seeding import SeedSource, check_seed, iter_ingredient_seeds
from sacred.errors import CommandNotFoundError, InvalidConfigError, NamedConfigNotFoundError
from sacred.run.scaffold import Scaffold
from sacred.support.dotted import (
    convert_to_nested_dict,
    get_by_dotted_path,
    iterate_flattened,
    join_paths,
    recursive_update,
    set_by_dotted_path,
)

Scaffolding = dict[str, Scaffold]
"""The scaffolds by path, ingredients before those that declare them; the last is the experiment's, ``""``."""


def resolve(
    scaffolding: Scaffolding,
    config_updates: Mapping[str, Any],
    named_configs: Sequence[str],
    command_name: str,
) -> dict[str, Any]:
    """Work out the configuration; return it whole, with ingredients at their paths.

    Args:
        scaffolding: what the ingredients contribute; afterwards each scaffold has its configuration.
        config_updates: updates by dotted path or nested.
        named_configs: names of named configs and config files, in order.
        command_name: the command that will run, for config hooks.

    Raises:
        ConfigError: the updates don't fit.
        NamedConfigNotFoundError: there is no named config or file of such a name.
    """
    prefixes = sort_prefixes(scaffolding)
    distribute_config_updates(prefixes, scaffolding, convert_to_nested_dict(config_updates))
    _use_named_configs(prefixes, scaffolding, named_configs)
    for scaffold in scaffolding.values():
        scaffold.set_up_config()
    _run_hooks(scaffolding, command_name)
    for scaffold in scaffolding.values():
        scaffold.check_types()
    _set_up_seeds(scaffolding)
    return get_configuration(scaffolding)


def sort_prefixes(scaffolding: Iterable[str]) -> list[str]:
    """Return the paths of ingredients, longer ones first, as :func:`find_best_match` wants them."""
    return sorted(scaffolding, key=len, reverse=True)


def find_best_match(path: str, prefixes: Container[str]) -> tuple[str, str]:
    """Return the longest prefix that ``path`` stands below, and the rest of the path."""
    prefix = path
    while prefix:
        if prefix in prefixes:
            return prefix, path[len(prefix) + 1 :]
        prefix = prefix.rpartition(".")[0]
    return "", path


def distribute_config_updates(
    prefixes: Container[str], scaffolding: Scaffolding, config_updates: Mapping[str, Any] | None
) -> None:
    """Give every ingredient the updates that are for it.

    Raises:
        InvalidConfigError: an update puts a plain value in the place of an ingredient.
    """
    for path, value in iterate_flattened(config_updates or {}):
        name, rest = find_best_match(path, prefixes)
        if rest:
            set_by_dotted_path(scaffolding[name].config_updates, rest, normalize_or_die(value))
        elif value != {}:
            raise InvalidConfigError(
                f'"{path}" is an ingredient and can\'t become {value!r}: '
                f"update its entries, {path}.NAME=VALUE",
                print_traceback=False,
            )


def _use_named_configs(
    prefixes: Sequence[str], scaffolding: Scaffolding, named_configs: Sequence[str]
) -> None:
    if isinstance(named_configs, str):
        raise InvalidConfigError(
            f"named_configs has to be a list of names, but is the text {named_configs!r}: "
            f"write [{named_configs!r}]"
        )
    for name in named_configs:
        scaffold, config_name = get_scaffolding_and_config_name(str(name), scaffolding)
        result = scaffold.run_named_config(config_name)
        distribute_presets(scaffold.path, prefixes, scaffolding, result)
        _note_layer(scaffold.path, prefixes, scaffolding, f"named config {name}", result)


def distribute_named_configs(scaffolding: Scaffolding, named_configs: Iterable[str]) -> None:
    """Evaluate named configs in order; their values win over all configs."""
    _use_named_configs(sort_prefixes(scaffolding), scaffolding, list(named_configs))


def distribute_presets(
    sc_path: str, prefixes: Container[str], scaffolding: Scaffolding, config_updates: Mapping[str, Any]
) -> None:
    """Give every ingredient the values of a named config that are for it.

    Args:
        sc_path: path of the ingredient whose named config it is.
        prefixes: the paths of all ingredients, longer ones first.
        scaffolding: the scaffolds by path.
        config_updates: what the named config set.
    """
    for path, value in iterate_flattened(config_updates):
        name, rest = find_best_match(join_paths(sc_path, path), prefixes)
        if rest:
            set_by_dotted_path(scaffolding[name].presets, rest, value)


def _note_layer(
    sc_path: str, prefixes: Container[str], scaffolding: Scaffolding, label: str, result: ConfigSummary
) -> None:
    own = result.layers[-1][1] if result.layers else result
    parts: dict[str, dict[str, Any]] = {}
    for path, value in iterate_flattened(own):
        name, rest = find_best_match(join_paths(sc_path, path), prefixes)
        if rest:
            set_by_dotted_path(parts.setdefault(name, {}), rest, value)
    for name, values in parts.items():
        scaffolding[name].preset_layers.append((label, values))


def get_scaffolding_and_config_name(named_config: str, scaffolding: Scaffolding) -> tuple[Scaffold, str]:
    """Return the ingredient that ``ingredient.path.name`` means, and the name of its named config.

    Raises:
        NamedConfigNotFoundError: there is no such ingredient.
    """
    import os

    if os.path.isfile(named_config) or named_config in scaffolding[""].named_configs:
        return scaffolding[""], named_config
    path, _, name = named_config.rpartition(".")
    if path in scaffolding:
        return scaffolding[path], name
    available = [
        join_paths(scaffold.path, config)
        for scaffold in scaffolding.values()
        for config in scaffold.named_configs
    ]
    if named_config.endswith((".json", ".yaml", ".yml", ".pickle")):
        raise NamedConfigNotFoundError(named_config, "Config file not found:", available)
    raise NamedConfigNotFoundError(
        named_config, f"Ingredient for named config not found: {path!r} in", available
    )


def _run_hooks(scaffolding: Scaffolding, command_name: str) -> None:
    seen: dict[str, Any] = {}
    for scaffold in scaffolding.values():
        if scaffold.config_hooks:
            view = _view_for_hooks(scaffold, seen)
            results = scaffold.run_config_hooks(view, command_name, scaffold.logger)
            _apply_hook_results(scaffold, scaffolding, results)
        if scaffold.path:
            set_by_dotted_path(seen, scaffold.path, scaffold.get_whole_config())


def _view_for_hooks(scaffold: Scaffold, seen: Mapping[str, Any]) -> dict[str, Any]:
    view = recursive_update({}, seen)
    if not scaffold.path:
        return recursive_update(view, scaffold.get_whole_config())
    set_by_dotted_path(view, scaffold.path, scaffold.get_whole_config())
    return view


def _apply_hook_results(scaffold: Scaffold, scaffolding: Scaffolding, results: Mapping[str, Any]) -> None:
    """A hook's entries belong to its ingredient; those below a declared ingredient's path are that one's."""
    scaffold.apply_hook_results(results)
    for runner in scaffold.subrunners.values():
        part = get_by_dotted_path(results, scaffold.get_relative_path(runner))
        if isinstance(part, dict):
            _apply_hook_results(runner, scaffolding, part)


def _set_up_seeds(scaffolding: Scaffolding) -> None:
    """Settle the root seed, and how the others follow from it (``docs/explanation/seeds.md``)."""
    root = scaffolding[""]
    root.set_up_seed()
    draws = _Draws(root.seeds.seed)
    direct = list(root.subrunners.values())[::-1]
    nested = [
        scaffold for scaffold in reversed(list(scaffolding.values())) if scaffold not in (root, *direct)
    ]
    for scaffold in (*direct, *nested):
        seed = scaffold.config.get("seed")
        if seed is None:
            scaffold.seeds = SeedSource(draws.reserve())
        else:
            check_seed(seed, join_paths(scaffold.path, "seed"))
            scaffold.seeds = SeedSource(seed)


class _Draws:
    """Numbers from one generator, each made when it is asked for, in an order that is fixed beforehand."""

    def __init__(self, root_seed: int) -> None:
        self._numbers = iter_ingredient_seeds(root_seed)
        self._drawn: list[int] = []
        self._reserved = 0

    def reserve(self) -> Any:
        """Return a function that returns the next number of the order."""
        place = self._reserved
        self._reserved += 1

        def draw() -> int:
            while len(self._drawn) <= place:
                self._drawn.append(next(self._numbers))
            return self._drawn[place]

        return draw


def get_configuration(scaffolding: Scaffolding) -> dict[str, Any]:
    """Return the whole configuration: the experiment's entries, and the ingredients' at their paths."""
    config = dict(scaffolding[""].config)
    for scaffold in reversed(list(scaffolding.values())):
        if scaffold.path:
            recursive_update(config, _nest(scaffold.path, scaffold.config))
    return config


def _nest(path: str, value: dict[str, Any]) -> dict[str, Any]:
    for part in reversed(path.split(".")):
        value = {part: value}
    return value


def get_config_modifications(scaffolding: Scaffolding) -> ConfigSummary:
    """Return what updates changed in the whole configuration, by full dotted paths."""
    total = ConfigSummary()
    for scaffold in scaffolding.values():
        total.update_from(scaffold.get_config_modifications(), path=scaffold.path)
    return total


def get_command(scaffolding: Scaffolding, command_path: str) -> Any:
    """Return a command: ``name``, or ``ingredient.path.name``.

    Raises:
        CommandNotFoundError: there is none.
    """
    path, _, name = command_path.rpartition(".")
    if path in scaffolding and name in scaffolding[path].commands:
        return scaffolding[path].commands[name]
    available = [
        join_paths(scaffold.path, command)
        for scaffold in reversed(list(scaffolding.values()))
        for command in scaffold.commands
    ]
    raise CommandNotFoundError(command_path, available)


__all__ = [
    "NamedConfigNotFoundError",
    "Scaffolding",
    "distribute_config_updates",
    "distribute_named_configs",
    "distribute_presets",
    "find_best_match",
    "get_command",
    "get_config_modifications",
    "get_configuration",
    "get_scaffolding_and_config_name",
    "resolve",
]
