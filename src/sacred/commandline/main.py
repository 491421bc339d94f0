"""From a command line to a run: what ``Experiment.run_commandline`` does."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, Protocol, TypeVar

from sacred.commandline.arguments import (
    SHELL_VARIABLE,
    Arguments,
    ensure_wellformed_argv,
    find_broken_literals,
    get_config_updates,
    parse_arguments,
)
from sacred.commandline.failure import open_debugger, report_error, report_exit
from sacred.commandline.usage import format_usage, get_program_name, help_for_command, printable_usage
from sacred.errors import CommandNotFoundError, UsageError
from sacred.plugins.options import CLIOption
from sacred.run.signals import TerminationExit

RunType_co = TypeVar("RunType_co", covariant=True)


class CommandLineTarget(Protocol[RunType_co]):
    """What the command line needs of an experiment."""

    @property
    def doc(self) -> str | None:
        """The text that help shows."""
        ...

    @property
    def default_command(self) -> str | None:
        """The command to run when none is named."""
        ...

    @property
    def all_cli_options(self) -> Sequence[CLIOption]:
        """The options."""
        ...

    def gather_commands(self) -> Iterable[tuple[str, Callable[..., Any]]]:
        """Yield commands by name."""
        ...

    def gather_named_configs(self) -> Iterable[tuple[str, Any]]:
        """Yield named configs by name."""
        ...

    def gather_config_keys(self) -> Iterable[str]:
        """Return the dotted paths of all configuration entries; only completion asks."""
        ...

    def run(
        self,
        command_name: str | None = None,
        config_updates: dict[str, Any] | None = None,
        named_configs: Sequence[str] = (),
        info: dict[str, Any] | None = None,
        meta_info: dict[str, Any] | None = None,
        options: dict[str, Any] | None = None,
    ) -> RunType_co:
        """Run a command."""
        ...


def run_commandline(target: CommandLineTarget[RunType_co], argv: Any = None) -> RunType_co:
    """Do what a command line asks for, and return the run.

    Args:
        target: the experiment.
        argv: the words, or one text; the first is the program's name. Default: those of this program.

    Raises:
        SystemExit: with code 1 after an error was told, without a code after help.
        ValueError: ``argv`` is neither text nor words.
    """
    words = ensure_wellformed_argv(sys.argv if argv is None else argv)[1:]
    if SHELL_VARIABLE in os.environ:
        from sacred.commandline import completion

        completion.answer_request(target)
        sys.exit()
    options: Mapping[str, Any] = {}
    try:
        arguments = parse_arguments(words, target.all_cli_options)
        options = arguments.options
        _serve_questions(target, arguments)
        return _run(target, arguments)
    except Exception as error:
        if options.get("--debug") and not options.get("--pdb"):
            raise
        _fail(error, options)


def build_usage(target: CommandLineTarget[Any], program_name: str | None = None) -> tuple[str, str, str]:
    """Return the short usage, the whole help, and the latter in the form that docopt parses.

    Args:
        target: the experiment.
        program_name: how it is called; by default the name of the main file.
    """
    commands = dict(target.gather_commands())
    options = target.all_cli_options
    usage = format_usage(program_name or get_program_name(), target.doc, commands, options)
    internal = format_usage("dummy", target.doc, commands, options)
    return printable_usage(usage), usage, internal


def check_command(target: CommandLineTarget[Any], command: str | None) -> Callable[..., Any]:
    """Return a command's function; without a name that of the default command.

    Raises:
        CommandNotFoundError: there is no such command.
        UsageError: none was named, and there is no default.
    """
    commands = dict(target.gather_commands())
    name = command if command is not None else target.default_command
    if name is None:
        raise UsageError(
            "No command found to be run. Specify a command or define a main function."
            f"\n  Available commands: {', '.join(commands)}"
        )
    if name not in commands:
        raise CommandNotFoundError(name, commands)
    return commands[name]


def _serve_questions(target: CommandLineTarget[Any], arguments: Arguments) -> None:
    """Answer what is no run, and exit."""
    shell = arguments.options.get("--completion")
    if shell is not None:
        from sacred.commandline import completion

        sys.stdout.write(completion.make_script(shell))
        sys.exit()
    if arguments.wants_help:
        if arguments.command is None:
            text = build_usage(target)[1]
        else:
            text = help_for_command(check_command(target, arguments.command))
        sys.stdout.write(text)
        sys.exit()


def _run(target: CommandLineTarget[RunType_co], arguments: Arguments) -> RunType_co:
    check_command(target, arguments.command)
    config_updates, named_configs = get_config_updates(arguments.updates)
    if broken := find_broken_literals(arguments.updates):
        from sacred.collect.secrets import make_masking

        for update in make_masking(os.environ).mask_words(broken):
            sys.stderr.write(f"Warning: the value in {update} is no Python literal and is taken as text\n")
    try:
        return target.run(
            arguments.command or target.default_command,
            config_updates,
            named_configs,
            info={},
            meta_info={},
            options=arguments.options,
        )
    except TerminationExit:
        raise  # nobody left by sys.exit
    except SystemExit as leaving:
        report_exit(leaving)
        raise


def _fail(error: Exception, options: Mapping[str, Any]) -> NoReturn:
    if options.get("--pdb"):
        open_debugger(error)
    else:
        report_error(error, printable_usage(format_usage(get_program_name(), "")))
    sys.exit(1)
