"""The configuration of a run, in four phases: updates, named configs, configs and hooks, seeds."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sacred.config.config_summary import ConfigSummary
from sacred.config.keys import normalize_or_die
from sacred.config.seeding import SeedSource, check_seed, iter_ingredient_seeds
from sacred.errors import CommandNotFoundError, InvalidConfigError, NamedConfigNotFoundError
from sacred.run.group import find_seed_generator
from sacred.run.scaffold import Scaffold
from sacred.support.copies import copy_containers
from sacred.support.dotted import (
    convert_to_nested_dict,
    get_by_dotted_path,
    is_prefix,
    join_paths,
    nest,
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
    faults: list[InvalidConfigError] | None = None,
) -> dict[str, Any]:
    """Work out the configuration; return it whole, with ingredients at their paths.

    Args:
        scaffolding: what the ingredients contribute; afterwards each scaffold has its configuration.
        config_updates: updates by dotted path or nested.
        named_configs: names of named configs and config files, in order.
        command_name: the command that will run, for config hooks.
        faults: if given, values of wrong types are not raised, but put in here.

    Raises:
        ConfigError: the updates don't fit.
        NamedConfigNotFoundError: there is no named config or file of such a name.
    """
    distribute_config_updates((), scaffolding, _nest_updates(config_updates))
    distribute_named_configs(scaffolding, named_configs)
    _evaluate_configs(scaffolding, command_name)
    for scaffold in scaffolding.values():
        _check_types(scaffold, faults)
    _set_up_seeds(scaffolding)
    return get_configuration(scaffolding)


def _check_types(scaffold: Scaffold, faults: list[InvalidConfigError] | None) -> None:
    try:
        scaffold.check_types()
    except InvalidConfigError as fault:
        if faults is None:
            raise
        faults.append(fault)


def _nest_updates(config_updates: Mapping[str, Any]) -> dict[str, Any]:
    for name in config_updates:
        if not isinstance(name, str):
            raise InvalidConfigError(f"The names in config_updates have to be text, but one is {name!r}")
    try:
        return convert_to_nested_dict(config_updates)
    except TypeError:
        names = ", ".join(config_updates)
        raise InvalidConfigError(
            "The updates contradict each other: one gives a value to an entry, "
            f"another to something below it: {names}",
            print_traceback=False,
        ) from None


def find_best_match(path: str, prefixes: Iterable[str | Sequence[str]]) -> tuple[str, str]:
    """Return the longest prefix that ``path`` stands below, and the rest of the path.

    Args:
        path: a dotted path.
        prefixes: dotted paths; 0.8's callers give each as a list of its parts.
    """
    known = {each if isinstance(each, str) else ".".join(each) for each in prefixes}
    prefix = path
    while prefix:
        if prefix in known:
            return prefix, path[len(prefix) + 1 :]
        prefix = prefix.rpartition(".")[0]
    return "", path


def distribute_config_updates(
    prefixes: Any,  # noqa: ARG001 -- 0.8's callers give it; the scaffolding says the same
    scaffolding: Scaffolding,
    config_updates: Mapping[str, Any] | None,
) -> None:
    """Give every ingredient the updates that are for it.

    Args:
        prefixes: not used.
        scaffolding: the scaffolds by path.
        config_updates: nested updates.

    Raises:
        InvalidConfigError: an update puts a plain value in the place of an ingredient.
    """
    for path, values in part_by_ingredient(config_updates or {}, scaffolding).items():
        recursive_update(scaffolding[path].config_updates, normalize_or_die(values))


def part_by_ingredient(values: Mapping[str, Any], paths: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return ``{path of an ingredient: the values that are for it}`` of nested values.

    Raises:
        InvalidConfigError: a plain value stands in the place of an ingredient.
    """
    rest = copy_containers(values)
    parts: dict[str, dict[str, Any]] = {}
    for path in sorted(paths, key=len, reverse=True):
        part = _take(rest, path) if path else rest
        if not isinstance(part, dict):
            raise InvalidConfigError(
                f'"{path}" is an ingredient and can\'t become {part!r}: '
                f"update its entries, {path}.NAME=VALUE",
                print_traceback=False,
            )
        if part:
            parts[path] = part
    return parts


def _take(values: dict[str, Any], path: str) -> Any:
    """Remove and return what is at a path, with levels above that are empty then."""
    name, _, below = path.partition(".")
    inside = values.get(name, {})
    if not below or not isinstance(inside, dict):
        return values.pop(name, {})
    part = _take(inside, below)
    if not inside:
        values.pop(name, None)
    return part


def distribute_named_configs(scaffolding: Scaffolding, named_configs: Iterable[str]) -> None:
    """Evaluate named configs in order; their values win over all configs.

    Raises:
        NamedConfigNotFoundError: there is no named config or file of such a name.
    """
    if isinstance(named_configs, str):
        raise InvalidConfigError(
            f"named_configs has to be a list of names, but is the text {named_configs!r}: "
            f"write [{named_configs!r}]"
        )
    for name in named_configs:
        scaffold, config_name = get_scaffolding_and_config_name(str(name), scaffolding)
        result = scaffold.run_named_config(config_name)
        distribute_presets(scaffold.path, (), scaffolding, result)
        own = result.layers[-1][1] if result.layers else result
        for path, values in part_by_ingredient(_place(scaffold, own), scaffolding).items():
            kind = "named config" if config_name in scaffold.named_configs else "file"
            scaffolding[path].preset_layers.append((f"{kind} {name}", values))


def distribute_presets(
    sc_path: str,
    prefixes: Any,  # noqa: ARG001 -- 0.8's callers give it; the scaffolding says the same
    scaffolding: Scaffolding,
    config_updates: Mapping[str, Any],
) -> None:
    """Give every ingredient the values of a named config that are for it.

    Args:
        sc_path: path of the ingredient whose named config it is.
        prefixes: not used.
        scaffolding: the scaffolds by path.
        config_updates: what the named config set.
    """
    placed = _place(scaffolding[sc_path], config_updates)
    for path, values in part_by_ingredient(placed, scaffolding).items():
        recursive_update(scaffolding[path].presets, values)


def _place(scaffold: Scaffold, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an ingredient's values at its path, and those for ingredients that it needs at theirs."""
    own = copy_containers(dict(values))
    others: dict[str, Any] = {}
    for runner in sorted(scaffold.iter_runners(), key=lambda runner: runner.path):
        part = {} if is_prefix(scaffold.path, runner.path) else _take(own, runner.path)
        if not isinstance(part, dict) or part:
            set_by_dotted_path(others, runner.path, part)
    return recursive_update(nest(scaffold.path, own), others)


def get_scaffolding_and_config_name(named_config: str, scaffolding: Scaffolding) -> tuple[Scaffold, str]:
    """Return the ingredient that ``ingredient.path.name`` means, and the name of its named config.

    Raises:
        NamedConfigNotFoundError: there is no such ingredient.
    """
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


def _evaluate_configs(scaffolding: Scaffolding, command_name: str) -> None:
    """Evaluate configs and hooks of each ingredient; later ones get what the hooks made of it."""
    seen: dict[str, Any] = {}
    for scaffold in scaffolding.values():
        scaffold.set_up_config()
        if scaffold.config_hooks:
            view = _view_for_hooks(scaffold, seen)
            results = scaffold.run_config_hooks(view, command_name, scaffold.hook_logger)
            _apply_hook_results(scaffold, results)
        if scaffold.path:
            recursive_update(seen, nest(scaffold.path, scaffold.get_nested_config()))


def _view_for_hooks(scaffold: Scaffold, seen: Mapping[str, Any]) -> dict[str, Any]:
    view = recursive_update({}, seen)
    if not scaffold.path:
        return recursive_update(view, scaffold.get_whole_config())
    return recursive_update(view, nest(scaffold.path, scaffold.get_nested_config()))


def _apply_hook_results(scaffold: Scaffold, results: Mapping[str, Any]) -> None:
    """A hook's entries belong to its ingredient; those at the path of one that it needs are that one's."""
    names = [getattr(hook, "__name__", repr(hook)) for hook in scaffold.config_hooks]
    label = f"config hook {', '.join(names)}"
    scaffold.apply_hook_results(results, label)
    for runner in scaffold.iter_runners():
        part = get_by_dotted_path(results, scaffold.get_relative_path(runner))
        if isinstance(part, dict):
            runner.apply_hook_results(part, label)


def _set_up_seeds(scaffolding: Scaffolding) -> None:
    """Settle the root seed, and how the others follow from it (``docs/explanation/seeds.md``)."""
    root = scaffolding[""]
    root.set_up_seed(find_seed_generator())
    draws = _Draws(root.seeds)
    seeded = {root.path}
    _hand_out_seeds(list(root.subrunners.values()), draws, seeded)
    _hand_out_seeds(list(scaffolding.values()), draws, seeded)


def _hand_out_seeds(scaffolds: Sequence[Scaffold], draws: "_Draws", seeded: set[str]) -> None:
    """Let ingredients draw, from the last to the first; those below one at its path draw from its seed."""
    for scaffold in reversed(scaffolds):
        if scaffold.path in seeded:
            continue
        seeded.add(scaffold.path)
        seed = scaffold.config.get("seed")
        if seed is None:
            scaffold.seeds = SeedSource(draws.reserve())
        else:
            check_seed(seed, join_paths(scaffold.path, "seed"))
            scaffold.seeds = SeedSource(seed)
            scaffold.count_seed_as_known()
        below = [runner for runner in scaffold.subrunners.values() if is_prefix(scaffold.path, runner.path)]
        _hand_out_seeds(below, _Draws(scaffold.seeds), seeded)


class _Draws:
    """Numbers from one generator, each made when it is asked for, in an order that is fixed beforehand."""

    def __init__(self, seeds: SeedSource) -> None:
        self._seeds = seeds
        self._numbers: Iterator[int] | None = None
        self._drawn: list[int] = []
        self._reserved = 0

    def reserve(self) -> Callable[[], int]:
        """Return a function that returns the next number of the order."""
        place = self._reserved
        self._reserved += 1

        def draw() -> int:
            if self._numbers is None:
                self._numbers = iter_ingredient_seeds(self._seeds.seed)
            while len(self._drawn) <= place:
                self._drawn.append(next(self._numbers))
            return self._drawn[place]

        return draw


def get_configuration(scaffolding: Scaffolding) -> dict[str, Any]:
    """Return the whole configuration: the experiment's entries, and the ingredients' at their paths."""
    config = dict(scaffolding[""].config)
    for scaffold in reversed(list(scaffolding.values())):
        if scaffold.path and scaffold.config:
            recursive_update(config, nest(scaffold.path, scaffold.config))
    return config


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
