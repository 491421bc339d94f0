"""What one ingredient contributes to a run while its configuration is worked out."""

# os.path: abspath keeps symbolic links, and pathlib is slow where every run passes

import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sacred.config.captured_function import Binding, CapturedFunction
from sacred.config.chain import Config, evaluate_chain
from sacred.config.config_dict import ConfigDict
from sacred.config.config_summary import ConfigSummary
from sacred.config.dogmatic import is_different
from sacred.config.keys import normalize_or_die
from sacred.config.origins import find_changes
from sacred.config.seeding import SEED_DOC, CallSeeds, SeedSource, check_seed, get_seed
from sacred.errors import ConfigAddedError, InvalidConfigError, NamedConfigNotFoundError
from sacred.support.copies import copy_containers
from sacred.support.dotted import (
    get_by_dotted_path,
    is_prefix,
    iter_prefixes,
    join_paths,
    nest,
    recursive_update,
    rel_path,
    set_by_dotted_path,
)

_ABSENT = object()
_NUMBERS = ({int, float}, {float, int})
_USED_BY_THE_PACKAGE = frozenset({"__doc__", "seed", "config_filename"})


class Scaffold:
    """What one ingredient contributes to a run while its configuration is worked out.

    Args:
        config_scopes: its configs, in order.
        subrunners: the scaffolds of the ingredients that it declares, by path.
        path: its path; ``""`` for the experiment that is run.
        captured_functions: its captured functions, in order of declaration.
        commands: its commands, by name.
        named_configs: its named configs, by name.
        config_hooks: its config hooks, in order.
        generate_seed: whether it draws a seed of its own (the experiment does).

    Attributes:
        config: the entries, once they are known.
        fallback: what config functions could take last beside earlier entries.
        config_updates: nested updates from the command line, which win over everything.
        presets: nested values from named configs, which win over the configs.
        summary: what is known about the entries.
        seeds: the seed, and those of the captured functions.
    """

    def __init__(
        self,
        config_scopes: Sequence[Config],
        subrunners: Mapping[str, "Scaffold"],
        path: str,
        captured_functions: Sequence[CapturedFunction[Any]],
        commands: Mapping[str, Callable[..., Any]],
        named_configs: Mapping[str, Config],
        config_hooks: Sequence[Callable[..., Any]],
        generate_seed: bool,
    ) -> None:
        self.config_scopes = config_scopes
        self.subrunners = subrunners
        self.path = path
        self.captured_functions = captured_functions
        self.commands = commands
        self.named_configs = named_configs
        self.config_hooks = config_hooks
        self.generate_seed = generate_seed
        self.config_updates: dict[str, Any] = {}
        self.presets: dict[str, Any] = {}
        self.preset_layers: list[tuple[str, Mapping[str, Any]]] = []
        self.config: dict[str, Any] = {}
        self.hook_layers: list[tuple[str, Mapping[str, Any]]] = []
        self.summary = ConfigSummary()
        self.seeds = SeedSource(get_seed)
        self.fallback: dict[str, Any] = {}
        # of 0.8: seml resolves many configurations with one scaffolding, and puts these back in between
        self.seed = self.rnd = self.fixture = self.config_mods = None
        self.summaries: list[ConfigSummary] = []
        self.named_configs_to_use: list[str] = []
        self.logger = self.hook_logger = logging.getLogger(path or None)
        self.captured_args = {
            join_paths(function.prefix or "", name)
            for function in captured_functions
            for name in function.signature.arguments
        } | _USED_BY_THE_PACKAGE
        for config in config_scopes:  # what a config function takes is used as well
            self.captured_args.update(getattr(config, "parameters", ()))

    def get_fixture(self) -> dict[str, Any]:
        """Return what the configs can't change: updates, and below them the values of named configs."""
        return recursive_update(copy_containers(self.presets), self.config_updates)

    def get_config_updates_recursive(self) -> dict[str, Any]:
        """Return the updates of this ingredient and, at their paths, of those it needs."""
        updates: dict[str, Any] = copy_containers(self.config_updates)
        for runner in self.iter_runners():
            inside = copy_containers(runner.config_updates)
            if inside:
                path = self.get_relative_path(runner)
                present = get_by_dotted_path(updates, path)
                merged = recursive_update(present, inside) if isinstance(present, dict) else inside
                set_by_dotted_path(updates, path, merged)
        return updates

    def iter_runners(self) -> Iterator["Scaffold"]:
        """Yield the scaffolds of all ingredients that this one needs, each once."""
        found: dict[str, Scaffold] = {}
        waiting = list(self.subrunners.values())
        while waiting:
            runner = waiting.pop(0)
            if runner.path not in found:
                found[runner.path] = runner
                waiting += runner.subrunners.values()
        yield from found.values()

    def get_relative_path(self, runner: "Scaffold") -> str:
        """Return where an ingredient's entries are, as seen from this one."""
        return rel_path(self.path, runner.path) if is_prefix(self.path, runner.path) else runner.path

    def gather_fallbacks(self) -> dict[str, Any]:
        """Return what config functions may take beside earlier entries: ingredients by path, and ``_log``."""
        self.fallback = {"_log": self.logger}
        for runner in sorted(self.subrunners.values(), key=lambda runner: runner.path):  # what is below last
            _graft(self.fallback, self.get_relative_path(runner), runner.get_nested_config())
        return self.fallback

    def get_whole_config(self) -> dict[str, Any]:
        """Return what captured functions see: the entries, and at their paths those of all ingredients."""
        config = dict(self.config)
        for runner in self.iter_runners():
            _graft(config, self.get_relative_path(runner), runner.config)
        return config

    def get_nested_config(self) -> dict[str, Any]:
        """Return what stands at the ingredient's path: its entries, and ingredients that are below it."""
        config = dict(self.config)
        for runner in self.iter_runners():
            if is_prefix(self.path, runner.path):
                _graft(config, self.get_relative_path(runner), runner.config)
        return config

    # named configs

    def run_named_config(self, config_name: str) -> ConfigSummary:
        """Evaluate a named config, or a config file of that name.

        Raises:
            NamedConfigNotFoundError: there is neither.
        """
        config = self._find_named_config(config_name)
        preset = copy_containers(self.presets)
        offered = self._offer_parameters(config, preset)
        result = config(
            fixed=self.get_config_updates_recursive(),
            preset={**preset, **offered},
            fallback={"_log": self.logger},
        )
        for name, value in offered.items():
            if name in result and not is_different(result[name], value):
                del result[name]
        result.pop("__doc__", None)  # it documents the named config, not the configuration
        return result

    def _find_named_config(self, name: str) -> Config:
        if os.path.isfile(name):
            from sacred.config.config_files import load_config_file

            return ConfigDict(load_config_file(name), f"file {name}")
        if name not in self.named_configs:
            raise NamedConfigNotFoundError(name, available_named_configs=tuple(self.named_configs))
        return self.named_configs[name]

    def _offer_parameters(self, config: Config, preset: Mapping[str, Any]) -> dict[str, Any]:
        """Return entries that a named config asks for and that no earlier named config has.

        They come from the updates, else from the configs, which are evaluated for that once more.
        """
        missing = [
            name for name in getattr(config, "parameters", ()) if name not in preset and name != "_log"
        ]
        if not missing:
            return {}
        updates = self.get_config_updates_recursive()
        if all(name in updates and not isinstance(updates[name], dict) for name in missing):
            return {name: updates[name] for name in missing}
        self.set_up_config(warn=False)
        known = self.get_whole_config()
        return {name: copy_containers(known[name]) for name in missing if name in known}

    # configuration

    def set_up_config(self, warn: bool = True) -> None:
        """Evaluate the configs of this ingredient, where updates and named configs win.

        Args:
            warn: log attempts to overwrite entries of ingredients.
        """
        for runner in self.subrunners.values():
            if not runner.config and not warn:
                runner.set_up_config(warn)
        fallback = self.gather_fallbacks()
        self.summary = evaluate_chain(self.config_scopes, fixed=self.get_fixture(), fallback=fallback)
        self._drop_entries_of_ingredients(warn)
        self.config = dict(self.summary)

    def _drop_entries_of_ingredients(self, warn: bool) -> None:
        ignored = set(self.summary.ignored_fallbacks)
        for runner in self.iter_runners():
            path = self.get_relative_path(runner)
            if get_by_dotted_path(self.summary, path, _ABSENT) is not _ABSENT:
                ignored.add(path)
                _remove(self.summary, path)
        self.summary.ignored_fallbacks = ignored - {"_log"}
        for path in sorted(self.summary.ignored_fallbacks) if warn else ():
            self.logger.warning(
                'Ignored attempt to set value of "%s", because it is an ingredient. '
                "Change its entries in its own config, in a named config, or on the command line.",
                path,
            )

    def run_config_hooks(
        self, config: dict[str, Any], command_name: str, logger: logging.Logger
    ) -> dict[str, Any]:
        """Let the config hooks add and change entries; return what they returned, merged.

        Args:
            config: the whole configuration so far; hooks get copies.
            command_name: the command that will run.
            logger: for the hooks.

        Raises:
            InvalidConfigError: a hook returned something else than a dictionary or None.
        """
        updates: dict[str, Any] = {}
        for hook in self.config_hooks:
            result = hook(copy_containers(config), command_name, logger)
            if result is None:
                continue
            name = getattr(hook, "__name__", repr(hook))
            if not isinstance(result, Mapping):
                raise InvalidConfigError(
                    f"The config hook {name!r} has to return a dictionary or None, but returned {result!r}"
                )
            normalize_or_die(dict(result))  # for its keys: values stay as they are, tuples for example
            for values in (config, updates):
                recursive_update(values, copy_containers(dict(result)))
        return updates

    def apply_hook_results(self, updates: Mapping[str, Any], label: str) -> None:
        """Take over entries from config hooks, as far as nothing fixed them.

        Args:
            updates: the entries; those of other ingredients are left out.
            label: which hooks they come from, in words.
        """
        own = copy_containers(dict(updates))
        for runner in self.iter_runners():
            _remove(own, self.get_relative_path(runner))
        fixture = self.get_fixture()
        settled = ConfigDict(own)(fixed=fixture)
        touched = {key.partition("[")[0] for key in fixture}  # "layers[2]" stands for an element
        values = {key: settled[key] if key in touched else value for key, value in own.items()}
        self.hook_layers.append((label, find_changes(self.config, values)))
        recursive_update(self.config, values)

    def check_types(self) -> None:
        """Check the values of typed entries, and put them in their types.

        Raises:
            ConfigTypeError: some have a wrong type, or none.
        """
        for config in self.config_scopes:
            check = getattr(config, "check", None)
            if callable(check):
                self._accept_types(check(self.config, self.path))

    def _accept_types(self, names: Collection[str]) -> None:
        """Count entries whose types were checked as modified only: text may have become a path, say."""
        for path in list(self.summary.typechanged):
            if path.split(".")[0].split("[")[0] in names:
                del self.summary.typechanged[path]
                self.summary.modified.add(path)

    def set_up_seed(self, rnd: Any = None) -> None:
        """Settle the experiment's seed: the entry ``seed``, or a new one, which becomes the entry.

        Raises:
            InvalidConfigError: it is no number that can be a seed.
        """
        seed = self.config.get("seed")
        if seed is None:
            seed = get_seed(rnd)
        check_seed(seed, join_paths(self.path, "seed"))
        self.seeds = SeedSource(seed)
        if self.generate_seed:
            self.config["seed"] = seed
            self.summary.docs["seed"] = SEED_DOC
            self.count_seed_as_known()

    def count_seed_as_known(self) -> None:
        """Count an update of the seed as a modification: every ingredient has one, in its entries or not."""
        if "seed" in self.summary.added:
            self.summary.added.discard("seed")
            self.summary.modified.add("seed")

    # what came out

    def get_config_modifications(self) -> ConfigSummary:
        """Return what updates changed, and where every entry comes from."""
        summary = self.summary
        given = [(label, values) for label, values in self.preset_layers if values]
        layers = [*summary.layers, *self.hook_layers, *given, (UPDATES_LABEL, self.config_updates)]
        summary.parts = [("", self.config, layers)]
        return summary

    def warn_about_suspicious_changes(self) -> None:
        """Warn of updates that look like mistakes.

        Raises:
            ConfigAddedError: entries that nothing uses.
        """
        self._warn_about_suspicious_changes()

    def _warn_about_suspicious_changes(self) -> None:
        # under 0.8's name: projects that accept any entry replace it by a function that does nothing
        unused = []
        for path in sorted(self.summary.added - _USED_BY_THE_PACKAGE):
            if any(prefix in self.captured_args for prefix in iter_prefixes(path)):
                self.logger.warning('Added new config entry: "%s"', path)
            else:
                unused.append(join_paths(self.path, path))
        if unused:
            config = nest(self.path, self.config)
            raise ConfigAddedError(unused, captured_args=self.captured_args, config=config)
        for path, (old, new) in self.summary.typechanged.items():
            if {old, new} not in _NUMBERS:
                self.logger.warning(
                    'Changed type of config entry "%s" from %s to %s', path, old.__name__, new.__name__
                )

    def make_bindings(
        self, run: Any, scaffolds: Iterable["Scaffold"] = ()
    ) -> dict[CapturedFunction[Any], Binding]:
        """Return what the run offers to the captured functions.

        Args:
            run: the run.
            scaffolds: those of the experiment; what stands at a path below an ingredient is seen by it.
        """
        config = self.get_whole_config()
        for other in scaffolds if self.path else ():
            if any(is_prefix(above.path, other.path) for above in (self, *self.iter_runners())):
                _graft(config, self.get_relative_path(other), other.config)
        bindings = {}
        for index, function in enumerate(self.captured_functions):
            logger = self.logger.getChild(function.__name__)
            seeds = CallSeeds(_function_seed(self.seeds, index))
            bindings[function] = Binding(config, function.prefix, logger, run, seeds)
        return bindings


UPDATES_LABEL = "config_updates"
"""The origin of entries that were given to :meth:`Experiment.run`."""


def _function_seed(seeds: SeedSource, index: int) -> Callable[[], int]:
    return lambda: seeds.get_function_seed(index)


def _graft(config: dict[str, Any], path: str, value: dict[str, Any]) -> None:
    """Put an ingredient's entries at its path, without changing dictionaries that others share."""
    *parents, last = path.split(".")
    level = config
    for parent in parents:
        inside = level.get(parent)
        level[parent] = dict(inside) if isinstance(inside, dict) else {}
        level = level[parent]
    present = level.get(last)
    level[last] = {**present, **value} if isinstance(present, dict) else value


def _remove(config: dict[str, Any], path: str) -> None:
    *parents, last = path.split(".")
    level: Any = config
    for parent in parents:
        level = level.get(parent)
        if not isinstance(level, dict):
            return
    level.pop(last, None)
