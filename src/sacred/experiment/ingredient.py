"""Reusable parts of experiments, with configuration, commands and captured functions of their own."""

# os.path: abspath keeps symbolic links, and pathlib is slow where every run passes

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload

from sacred.collect.experiment_info import CodeOrigin, collect_experiment_info
from sacred.config.captured_function import CapturedFunction, create_captured_function
from sacred.config.chain import Config
from sacred.config.config_dict import ConfigDict
from sacred.config.config_scope import ConfigScope
from sacred.errors import ConfigKeyError, InteractiveError, InvalidConfigError, SourceError
from sacred.experiment.origin import describe_caller, find_origin
from sacred.support.dotted import join_paths
from sacred.support.files import PathType

R = TypeVar("R")
Hook = TypeVar("Hook", bound=Callable[..., Any])

_HOOK_PARAMETERS = ("config", "command_name", "logger")


class Ingredient:
    """A reusable part of experiments.

    Args:
        path: its name, and the dotted path of its entries in the configuration.
        ingredients: ingredients that it needs.
        interactive: allow that it is made in a notebook, whose executed cells are its source then, or in a
            Python shell, where no source can be stored.
        base_dir: the root of the project, below which sources are collected; by default the folder of the
            file that makes the ingredient.
        save_git_info: record commit and state of the git repository.

    Attributes:
        configurations: its configs, in order.
        named_configs: its named configs, by name.
        captured_functions: its captured functions, in order of declaration.
        commands: its commands, by name.
        doc: the docstring of the module that makes it.

    Raises:
        InteractiveError: (also a RuntimeError) made in a Python shell without ``interactive=True``.
    """

    def __init__(
        self,
        path: PathType,
        ingredients: Sequence["Ingredient"] = (),
        interactive: bool = False,
        base_dir: PathType | None = None,
        save_git_info: bool = True,
    ) -> None:
        origin = find_origin(self)
        if origin.main_file is None and not interactive:
            raise InteractiveError(
                "Defining an experiment in interactive mode! The sourcecode cannot be stored and the "
                "experiment won't be reproducible. If you still want to run it pass interactive=True"
            )
        self.path = os.fspath(path)
        self.ingredients: list[Ingredient] = list(ingredients)
        self.configurations: list[Config] = []
        self.named_configs: dict[str, Config] = {}
        self.config_hooks: list[Callable[..., Any]] = []
        self.captured_functions: list[CapturedFunction[Any]] = []
        self.pre_run_hooks: list[CapturedFunction[Any]] = []
        self.post_run_hooks: list[CapturedFunction[Any]] = []
        self.commands: dict[str, CapturedFunction[Any]] = {}
        self.logger: Any = None
        self.interactive = interactive
        self.doc = origin.doc
        self.base_dir = os.path.abspath(base_dir) if base_dir else origin.base_dir
        self.save_git_info = save_git_info
        self.mainfile = origin.main_file
        self.sources: list[str] = []
        self.dependencies: list[tuple[str, str | None]] = []
        self._module = origin.module
        self._additions = origin.make_additions()

    # functions

    @overload
    def capture(self, function: Callable[..., R], prefix: str | None = None) -> CapturedFunction[R]: ...
    @overload
    def capture(
        self, function: None = None, prefix: str | None = None
    ) -> Callable[[Callable[..., R]], CapturedFunction[R]]: ...
    def capture(self, function: Callable[..., R] | None = None, prefix: str | None = None) -> Any:
        """Make a function whose missing arguments come from the configuration.

        Args:
            function: the function; without it, a decorator is returned.
            prefix: dotted path of the part of the configuration that it sees.
        """
        if function is None:
            return lambda decorated: self.capture(decorated, prefix=prefix)
        if isinstance(function, CapturedFunction) and function in self.captured_functions:
            return function
        captured = create_captured_function(function, prefix=prefix)
        self._append(self.captured_functions, captured, stays=True)
        return captured

    @overload
    def command(
        self, function: Callable[..., R], prefix: str | None = None, unobserved: bool = False
    ) -> CapturedFunction[R]: ...
    @overload
    def command(
        self, function: None = None, prefix: str | None = None, unobserved: bool = False
    ) -> Callable[[Callable[..., R]], CapturedFunction[R]]: ...
    def command(
        self, function: Callable[..., R] | None = None, prefix: str | None = None, unobserved: bool = False
    ) -> Any:
        """Make a command of a function: it can be run from the command line, and is a captured function.

        Args:
            function: the function; without it, a decorator is returned.
            prefix: dotted path of the part of the configuration that it sees.
            unobserved: don't record its runs.
        """
        if function is None:
            return lambda decorated: self.command(decorated, prefix=prefix, unobserved=unobserved)
        captured = self.capture(function, prefix=prefix)
        captured.unobserved = unobserved
        self.commands[captured.__name__] = captured
        return captured

    @overload
    def pre_run_hook(self, func: Callable[..., R], prefix: str | None = None) -> CapturedFunction[R]: ...
    @overload
    def pre_run_hook(
        self, func: None = None, prefix: str | None = None
    ) -> Callable[[Callable[..., R]], CapturedFunction[R]]: ...
    def pre_run_hook(self, func: Callable[..., R] | None = None, prefix: str | None = None) -> Any:
        """Call a function before the command, as a captured one.

        Args:
            func: the function; without it, a decorator is returned.
            prefix: dotted path of the part of the configuration that it sees.
        """
        return self._add_run_hook(self.pre_run_hooks, func, prefix)

    @overload
    def post_run_hook(self, func: Callable[..., R], prefix: str | None = None) -> CapturedFunction[R]: ...
    @overload
    def post_run_hook(
        self, func: None = None, prefix: str | None = None
    ) -> Callable[[Callable[..., R]], CapturedFunction[R]]: ...
    def post_run_hook(self, func: Callable[..., R] | None = None, prefix: str | None = None) -> Any:
        """Call a function after the command, as a captured one, unless the command failed.

        Args:
            func: the function; without it, a decorator is returned.
            prefix: dotted path of the part of the configuration that it sees.
        """
        return self._add_run_hook(self.post_run_hooks, func, prefix)

    def _add_run_hook(self, hooks: list[CapturedFunction[Any]], func: Any, prefix: str | None) -> Any:
        if func is None:
            return lambda decorated: self._add_run_hook(hooks, decorated, prefix)
        captured = self.capture(func, prefix=prefix)
        self._append(hooks, captured)
        return captured

    def _append(self, items: list[Any], item: Any, stays: bool = False) -> None:
        """Append to a list of what the user declares; in a notebook see :class:`Additions`."""
        if self._additions is None:
            items.append(item)
        else:
            self._additions.append(items, item, stays)

    # configuration

    def config(self, function: Any) -> ConfigScope:
        """Make a config of a function: its local variables become entries.

        Raises:
            InvalidConfigError: the function can't be a config.
        """
        scope = function if isinstance(function, ConfigScope) else ConfigScope(function)
        self._append(self.configurations, scope)
        return scope

    def named_config(self, func: Any) -> ConfigScope:
        """Make a named config of a function: its entries count when it is asked for by its name.

        Raises:
            InvalidConfigError: the function can't be a config.
            ConfigKeyError: the name is taken.
        """
        scope = func if isinstance(func, ConfigScope) else ConfigScope(func)
        self._add_named_config(scope.__name__, scope)
        return scope

    def config_hook(self, func: Hook) -> Hook:
        """Call ``func(config, command_name, logger)`` when the configs are known; what it returns is merged.

        Raises:
            InvalidConfigError: the function has other parameters.
        """
        code = getattr(func, "__code__", None)
        names = code.co_varnames[: code.co_argcount] if code is not None else ()
        if names != _HOOK_PARAMETERS:
            raise InvalidConfigError(
                "Wrong signature for config_hook. Expected: (config, command_name, logger), "
                f"but {getattr(func, '__name__', func)} has ({', '.join(names)})"
            )
        self._append(self.config_hooks, func)
        return func

    def add_config(self, cfg_or_file: Any = None, **kw_conf: Any) -> None:
        """Add configuration entries.

        Args:
            cfg_or_file: a dictionary, the name of a JSON, YAML or pickle file, or a dataclass or pydantic
                model (or an instance), whose fields become entries with types.
            kw_conf: entries, in place of ``cfg_or_file``.

        Raises:
            InvalidConfigError: neither or both are given, or it is nothing of that kind.
            ConfigFileError: the file can't be read.
        """
        self._append(self.configurations, self._create_config_dict(cfg_or_file, kw_conf))

    def add_named_config(self, name: str, cfg_or_file: Any = None, **kw_conf: Any) -> None:
        """Add entries that count when they are asked for by their name.

        Args:
            name: the name.
            cfg_or_file: as for :meth:`add_config`.
            kw_conf: entries, in place of ``cfg_or_file``.

        Raises:
            InvalidConfigError: neither or both are given, or it is nothing of that kind.
            ConfigKeyError: the name is taken.
        """
        self._add_named_config(name, self._create_config_dict(cfg_or_file, kw_conf))

    def _add_named_config(self, name: str, conf: Config) -> None:
        if self._additions is not None:
            self._additions.free(self.named_configs, name)
        if name in self.named_configs:
            raise ConfigKeyError(f'Configuration name "{name}" already in use!', name)
        self.named_configs[name] = conf
        if self._additions is not None:
            self._additions.note(self.named_configs, name)

    @staticmethod
    def _create_config_dict(cfg_or_file: Any, kw_conf: Mapping[str, Any]) -> Config:
        place = describe_caller()
        if cfg_or_file is not None and kw_conf:
            raise InvalidConfigError("cannot combine keyword config with positional argument")
        if cfg_or_file is None:
            if not kw_conf:
                raise InvalidConfigError("attempted to add empty config")
            return ConfigDict(kw_conf, f"add_config ({place})")
        if isinstance(cfg_or_file, Mapping):
            return ConfigDict(cfg_or_file, f"add_config ({place})")
        if isinstance(cfg_or_file, str | os.PathLike):
            from sacred.config.config_files import load_config_file

            if not os.path.exists(cfg_or_file):
                raise FileNotFoundError(f"File not found {os.fspath(cfg_or_file)}")
            return ConfigDict(load_config_file(cfg_or_file), f"file {os.fspath(cfg_or_file)}")
        from sacred.config.typed import TypedConfig, is_schema

        if is_schema(cfg_or_file):
            kind = cfg_or_file if isinstance(cfg_or_file, type) else type(cfg_or_file)
            return TypedConfig(cfg_or_file, f"{kind.__name__} ({place})")
        raise InvalidConfigError(
            f"Invalid argument type {type(cfg_or_file)}: a config is a dictionary, the name of a file, "
            "a dataclass or a pydantic model"
        )

    # what is recorded of the code

    def add_source_file(self, filename: PathType) -> None:
        """Record a file as part of the sources, beside those that are found.

        Raises:
            SourceError: (also a ValueError) there is no such file.
        """
        path = os.path.abspath(filename)
        if not os.path.isfile(path):
            raise SourceError(f'invalid filename or file not found "{os.fspath(filename)}"')
        self.sources.append(path)

    def add_package_dependency(self, package_name: str, version: str | None) -> None:
        """Record a package, beside those that are found.

        Args:
            package_name: the package.
            version: its version (PEP 440); None for the installed one.

        Raises:
            SourceError: (also a ValueError) the version is none.
        """
        from sacred.collect.versions import check_version

        try:
            known = None if version is None else check_version(str(version))
        except ValueError as error:
            raise SourceError(str(error)) from None
        self.dependencies.append((package_name, known))

    def describe_code(self) -> CodeOrigin:
        """Return what is known of the code: main file, folder, added sources and packages.

        In a notebook the main file is one with all cells that were executed so far.
        """
        given = self.sources, self.dependencies, self.save_git_info
        if self.mainfile is not None:
            return CodeOrigin(self.base_dir, self.mainfile, *given)
        from sacred.collect.notebook import keep_cells

        return CodeOrigin(self.base_dir, keep_cells(), *given, is_session=True)

    def get_experiment_info(self) -> dict[str, Any]:
        """Return what is recorded of the code: name, main file, sources, dependencies, repositories."""
        origins = [ingredient.describe_code() for ingredient, _ in self.traverse_ingredients()]
        return collect_experiment_info(self.path, origins)

    # all that there is

    def traverse_ingredients(self) -> Iterator[tuple["Ingredient", int]]:
        """Yield this ingredient and all that it needs, each once, with their depths.

        Raises:
            CircularDependencyError: ingredients need each other.
        """
        from sacred.run.create import gather_ingredients_topological

        gather_ingredients_topological(self)  # finds circles
        waiting: list[tuple[Ingredient, int]] = [(self, 0)]
        seen: list[Ingredient] = []
        while waiting:
            ingredient, depth = waiting.pop(0)
            if not any(ingredient is known for known in seen):
                seen.append(ingredient)
                yield ingredient, depth
                waiting += [(needed, depth + 1) for needed in ingredient.ingredients]

    def post_process_name(self, name: str, ingredient: "Ingredient") -> str:  # noqa: ARG002 -- for overrides
        """Return the name by which a command or named config is known; to be overridden.

        Args:
            name: the path of the ingredient that has it, and its name there.
            ingredient: that ingredient.
        """
        return name

    def gather_commands(self) -> Iterator[tuple[str, CapturedFunction[Any]]]:
        """Yield the names and functions of all commands, also of ingredients."""
        for ingredient, _ in self.traverse_ingredients():
            for name, command in ingredient.commands.items():
                yield self.post_process_name(join_paths(ingredient.path, name), ingredient), command

    def gather_named_configs(self) -> Iterator[tuple[str, Config]]:
        """Yield the names and configs of all named configs, also of ingredients."""
        for ingredient, _ in self.traverse_ingredients():
            for name, config in ingredient.named_configs.items():
                yield self.post_process_name(join_paths(ingredient.path, name), ingredient), config

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the name: a worker process that imports the module has the same experiment."""
        from pickle import PicklingError

        from sacred.support.pickling import is_sent_whole, reduce_whole

        if is_sent_whole(self._module):
            return reduce_whole(self, self._get_state())
        module = sys.modules.get(self._module)
        for name, value in vars(module).items() if module is not None else ():
            if value is self:
                return _find_ingredient, (self._module, name, self._get_sent_run())
        raise PicklingError(
            f"Can't pickle {type(self).__name__} {self.path!r}: it can be sent to another process only if "
            f"it is a global variable of the module that makes it ({self._module})"
        )

    def _get_state(self) -> dict[str, Any]:
        return {**vars(self), "logger": None, "_additions": None}

    def _get_sent_run(self) -> Any:
        """Return the run that is sent along, so that the process that gets it takes part in it."""
        return None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path!r}>"


def _find_ingredient(module: str, name: str, _run: Any = None) -> Any:
    import importlib

    return getattr(importlib.import_module(module), name)
