"""Experiments: the functions, configs and ingredients that make up a run."""

# os.path: abspath keeps symbolic links, and pathlib is slow where every run passes

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, TypeVar

from sacred.commandline.arguments import get_default_options, normalise_options
from sacred.commandline.commands import (
    print_config,
    print_dependencies,
    print_named_configs,
    save_config,
)
from sacred.commandline.options import gather_options, parse_loglevel
from sacred.config.captured_function import CapturedFunction
from sacred.errors import (
    InteractiveError,
    InvalidConfigError,
    NoCommandError,
    NotRunningError,
    SacredError,
)
from sacred.experiment.ingredient import Ingredient
from sacred.experiment.origin import find_origin
from sacred.model import status
from sacred.plugins.options import CLIOption
from sacred.run.create import create_run, create_scaffolding, gather_ingredients_topological
from sacred.run.logs import BorrowedLogging
from sacred.run.resolve import get_configuration
from sacred.run.run import Run
from sacred.run.scaffold import UPDATES_LABEL
from sacred.run.state import find_joined_run
from sacred.support.dotted import iterate_flattened
from sacred.support.files import PathType

if TYPE_CHECKING:
    from typing import Unpack

    from sacred.run.artifact_file import TextOptions

R = TypeVar("R")
Hook = TypeVar("Hook", bound=Callable[..., Any])


class Experiment(Ingredient):
    """What is configured, run and recorded as a whole.

    Args:
        name: its name; by default that of the main file.
        ingredients: ingredients that it needs.
        interactive: allow that it is made in a notebook, whose executed cells are its source then, or in a
            Python shell, where no source can be stored.
        base_dir: the root of the project, below which sources are collected; by default the folder of the
            file that makes the experiment.
        additional_host_info: gatherers of facts about the machine, made by ``host_info_gatherer``.
        additional_cli_options: command line options, made by ``cli_option``.
        save_git_info: record commit and state of the git repository.

    Attributes:
        observers: a list to append observers to; configs may do that as well.
        captured_out_filter: ``f(text) -> text``, applied to the captured output.
        logger: a logger of the user's own, in place of the root logger.
        current_run: the run that was started last.
        default_command: the command to run when none is named.

    Raises:
        InteractiveError: (also a RuntimeError) made in a Python shell without ``interactive=True`` or a name.
    """

    def __init__(
        self,
        name: str | None = None,
        ingredients: Sequence[Ingredient] = (),
        interactive: bool = False,
        base_dir: PathType | None = None,
        additional_host_info: Sequence[Any] | None = None,
        additional_cli_options: Sequence[CLIOption] | None = None,
        save_git_info: bool = True,
    ) -> None:
        super().__init__(
            path=name or self._name_by_file(interactive),
            ingredients=ingredients,
            interactive=interactive,
            base_dir=base_dir,
            save_git_info=save_git_info,
        )
        self.additional_host_info = list(additional_host_info or ())
        self.additional_cli_options = list(additional_cli_options or ())
        self.default_command: str | None = None
        self.observers: list[Any] = []
        self.current_run: Run | None = None
        self.captured_out_filter: Callable[[str], str] | None = None
        self.option_hooks: list[Callable[..., Any]] = []
        # the first four of the captured functions, whose place decides the seeds of all others
        self.command(print_config, unobserved=True).shows_faults = True
        self.command(print_dependencies, unobserved=True)
        self.command(save_config, unobserved=True)
        self.command(print_named_configs(self), unobserved=True)

    def _name_by_file(self, interactive: bool) -> str:
        main_file = find_origin(self).main_file
        if main_file is not None:
            return os.path.splitext(os.path.basename(main_file))[0]
        if interactive:
            raise InteractiveError("name is required in interactive mode.")
        raise InteractiveError(
            "No main-file found. Are you running in interactive mode? "
            "If so please provide a name and set interactive=True."
        )

    # the command

    def main(self, function: Callable[..., R]) -> CapturedFunction[R]:
        """Make a function the default command."""
        captured = self.command(function)
        self.default_command = captured.__name__
        return captured

    def automain(self, function: Callable[..., R]) -> CapturedFunction[R]:
        """Make a function the default command, and run the command line if its file is the main program.

        Put it at the end of the file: what follows is not defined yet when the run starts.
        """
        captured = self.main(function)
        if function.__module__ == "__main__" and self._is_main_file(function):
            self.run_commandline()
        return captured

    def _is_main_file(self, function: Any) -> bool:
        while hasattr(function, "__wrapped__"):  # a decorator's code is in the decorator's file
            function = function.__wrapped__
        main_file = getattr(sys.modules.get("__main__"), "__file__", None)
        code = getattr(function, "__code__", None)
        if (
            main_file is None or code is None
        ):  # of `python -c`, this text is the main program; a shell has none
            return getattr(code, "co_filename", None) == "<string>"
        return bool(os.path.abspath(main_file) == os.path.abspath(code.co_filename))

    def option_hook(self, function: Hook) -> Hook:
        """Call ``function(options)`` with the command line options before the configuration is worked out.

        Raises:
            InvalidConfigError: the function has no parameter ``options``.
        """
        code = getattr(function, "__code__", None)
        names = code.co_varnames[: code.co_argcount] if code is not None else ()
        if "options" not in names:
            raise InvalidConfigError(
                f"option_hook functions must have an argument called 'options', but got {list(names)}"
            )
        self._append(self.option_hooks, function)
        return function

    # running

    def run(
        self,
        command_name: str | None = None,
        config_updates: Mapping[str, Any] | None = None,
        named_configs: Sequence[str] = (),
        info: dict[str, Any] | None = None,
        meta_info: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Run:
        """Run a command, and return the run when it has ended.

        Args:
            command_name: ``name`` or ``ingredient.path.name``; by default the main function.
            config_updates: updates by dotted path or nested; they win over all configs.
            named_configs: names of named configs and config files, in order.
            info: what ``run.info`` begins with.
            meta_info: to be recorded with the run.
            options: command line options, such as ``{"--loglevel": "ERROR"}``.

        Raises:
            SacredError: the run can't start.
            BaseException: whatever the command raises.
        """
        __tracebackhide__ = True
        try:
            with BorrowedLogging():
                run = self._create_run(command_name, config_updates, named_configs, info, meta_info, options)
                run()
        except BaseException as error:
            if self.interactive:  # a notebook shows the whole traceback, with the code of each frame
                from sacred.support.tracebacks import remove_own_frames

                remove_own_frames(error)
            raise
        return run

    def run_commandline(self, argv: Any = None) -> Run:
        """Do what a command line says, and return the run.

        Args:
            argv: the words, or one text; the first is the program's name. Default: ``sys.argv``.

        Raises:
            SystemExit: with code 1 after an error was shown, without a code after help.
        """
        from sacred.commandline.main import run_commandline

        return run_commandline(self, argv)

    def _create_run(
        self,
        command_name: str | None = None,
        config_updates: Mapping[str, Any] | None = None,
        named_configs: Sequence[str] = (),
        info: dict[str, Any] | None = None,
        meta_info: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Run:
        name = command_name or self.default_command
        if name is None:
            raise NoCommandError("No command found to be run. Specify a command or define a main function.")
        given, warnings = normalise_options(options or {}, self.all_cli_options)
        chosen = {**self.get_default_options(), **given}
        for hook in self.option_hooks:
            hook(options=chosen)
        level = chosen.get("--loglevel")  # from the first warning about the configuration on
        run = create_run(
            self,
            name,
            config_updates,
            named_configs,
            force=bool(chosen.get("--force")),
            log_level=parse_loglevel(level) if level else None,
        )
        for warning in () if self.option_hooks else warnings:  # hooks may know more options than we do
            run.run_logger.warning(warning)
        if "UPDATE" in chosen:
            run.config_modifications.labels[UPDATES_LABEL] = "command line"
        run.meta_info.update(command=name, options=chosen, named_configs=list(named_configs))
        if config_updates is not None:
            run.meta_info["config_updates"] = dict(config_updates)
        run.meta_info.update(meta_info or {})
        run.info = dict(info or {})  # a copy: one dictionary may serve several runs
        for option in self.all_cli_options:
            value = chosen.get(option.get_flag())
            if value:
                option.apply(value, run)
        self.current_run = run
        return run

    # options and usage

    @property
    def all_cli_options(self) -> list[CLIOption]:
        """The command line options, in the order in which they are listed and applied."""
        return gather_options(self.additional_cli_options)

    def get_default_options(self) -> dict[str, Any]:
        """Return what ``meta_info["options"]`` is without any option: flags False, others None."""
        return get_default_options(self.all_cli_options)

    def get_usage(self, program_name: str | None = None) -> tuple[str, str, str]:
        """Return the short usage, the whole help, and the latter in a form that docopt parses."""
        from sacred.commandline.main import build_usage

        return build_usage(self, program_name)

    def _check_command(self, command: str | None) -> str | None:
        """Return what is wrong with a command's name, as text; None if nothing is.

        Under 0.8's name: projects that read the command line themselves ask it.
        """
        from sacred.commandline.main import check_command

        try:
            check_command(self, command)
        except SacredError as error:
            return f"Error: {error}"
        return None

    def post_process_name(self, name: str, ingredient: Ingredient) -> str:
        """Return the name by which a command or named config is known: the experiment's own have no path."""
        return name.removeprefix(f"{self.path}.") if ingredient is self else name

    def gather_config_keys(self) -> Iterable[str]:
        """Return the dotted paths of all configuration entries; this evaluates the configs."""
        scaffolding = create_scaffolding(self, gather_ingredients_topological(self))
        for scaffold in scaffolding.values():
            scaffold.set_up_config(warn=False)
        return [
            path
            for path, _ in iterate_flattened({"seed": 0, **get_configuration(scaffolding)})
            if path != "__doc__"
        ]

    # the current run

    @property
    def info(self) -> dict[str, Any]:
        """What the current run keeps in ``info``.

        Raises:
            NotRunningError: there was no run.
        """
        return self._get_run("info").info

    def log_scalar(self, name: str, value: Any, step: Any = None) -> None:
        """Log one point of a metric of the current run (:meth:`Run.log_scalar`)."""
        self._get_run("log_scalar").log_scalar(name, value, step)

    def open_resource(self, filename: PathType, mode: str = "r") -> IO[Any]:
        """Open a file that the current run reads, and record it (:meth:`Run.open_resource`)."""
        return self._get_run("open_resource").open_resource(filename, mode)

    def add_resource(self, filename: PathType) -> None:
        """Record a file that the current run reads (:meth:`Run.add_resource`)."""
        self._get_run("add_resource").add_resource(filename)

    def add_artifact(
        self,
        filename: PathType,
        name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        content_type: str | None = None,
    ) -> None:
        """Record a file or directory that the current run made (:meth:`Run.add_artifact`)."""
        self._get_run("add_artifact").add_artifact(filename, name, metadata, content_type)

    def open_artifact(
        self,
        name: PathType,
        mode: str = "w",
        metadata: Mapping[str, Any] | None = None,
        content_type: str | None = None,
        **text: "Unpack[TextOptions]",
    ) -> IO[Any]:
        """Open a file that becomes an artifact of the current run (:meth:`Run.open_artifact`)."""
        return self._get_run("open_artifact").open_artifact(name, mode, metadata, content_type, **text)

    def _get_state(self) -> dict[str, Any]:
        # observers, and what a run has of them, hold files and locks of this process
        return {**super()._get_state(), "observers": [], "current_run": self._get_sent_run()}

    def _get_sent_run(self) -> Run | None:
        run: Run | None = self._find_run()
        return run if run is not None and run.status == status.RUNNING else None

    def _find_run(self) -> Any:
        # the run that was started last may be one inside this code's run, or beside it in another thread
        active = self.captured_functions[0].find_active()
        run: Any = active.run if active is not None else self.current_run
        return find_joined_run(self.path) if run is None else run

    def _get_run(self, what: str) -> Run:
        run: Run | None = self._find_run()
        if run is None:
            raise NotRunningError(f"{what} can only be used during a run.")
        return run
