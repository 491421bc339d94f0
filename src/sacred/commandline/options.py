"""The options that every experiment has, and what each does to the run.

They are applied after the configuration is known and before the run starts.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sacred.commandline.commands import print_config
from sacred.errors import SacredError, UsageError
from sacred.plugins.options import CLIOption, cli_option, find_subclass_options

CAPTURE_MODES = ("no", "sys", "fd")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SHELLS = ("bash", "zsh", "fish")


class UncleanRepositoryError(SacredError, RuntimeError):
    """``--enforce_clean`` was given, and the sources are not all committed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, print_traceback=False)


@cli_option("h", "help", is_flag=True)
def help_option(args: Any, run: Any) -> None:
    """Print this help, or that of a command, and exit."""


@cli_option("d", "debug", is_flag=True)
def debug_option(_args: Any, run: Any) -> None:
    """Show whole tracebacks, and don't warn that nothing records the run."""
    run.debug = True


@cli_option("D", "pdb", is_flag=True)
def pdb_option(_args: Any, run: Any) -> None:
    """Open the debugger pdb where an error was raised."""
    run.pdb = True


@cli_option("l", "loglevel")
def loglevel_option(args: Any, run: Any) -> None:
    """Log from this level on: DEBUG, INFO, WARNING, ERROR, CRITICAL, or a number."""
    run.root_logger.setLevel(parse_loglevel(args))


@cli_option("c", "comment")
def comment_option(args: Any, run: Any) -> None:
    """Record a comment with the run."""
    run.meta_info["comment"] = args


@cli_option("b", "beat-interval")
def beat_interval_option(args: Any, run: Any) -> None:
    """Seconds between two heartbeats, at which results so far are recorded."""
    run.beat_interval = _parse_number("--beat-interval", args)


@cli_option("u", "unobserved", is_flag=True)
def unobserved_option(_args: Any, run: Any) -> None:
    """Run without recording anything."""
    run.unobserved = True


@cli_option("q", "queue", is_flag=True)
def queue_option(_args: Any, run: Any) -> None:
    """Record the run as waiting, and don't start it."""
    run.queue_only = True


@cli_option("f", "force", is_flag=True)
def force_option(_args: Any, run: Any) -> None:
    """Accept suspicious changes of the configuration without a word."""
    run.force = True


@cli_option("P", "priority")
def priority_option(args: Any, run: Any) -> None:
    """A number that says how soon a waiting run should start; higher is sooner."""
    run.meta_info["priority"] = _parse_number("--priority", args)


@cli_option("e", "enforce_clean", is_flag=True)
def enforce_clean_option(_args: Any, run: Any) -> None:
    """Don't start unless all sources are committed."""
    repositories = run.experiment_info["repositories"]
    if not repositories:
        raise UncleanRepositoryError(
            "--enforce_clean: no git repository was found that holds the sources (or save_git_info is off)"
        )
    dirty = [repository for repository in repositories if repository["dirty"] is not False]
    if dirty:
        names = "".join(f"\n  {repository['url']} at commit {repository['commit']}" for repository in dirty)
        raise UncleanRepositoryError(f"--enforce_clean: there are uncommitted changes in{names}")


@cli_option("p", "print-config", is_flag=True)
def print_config_option(_args: Any, run: Any) -> None:
    """Print the configuration before the run."""
    import sys

    print_config(run)
    sys.stdout.write("-" * 79 + "\n")


@cli_option("n", "name")
def name_option(args: Any, run: Any) -> None:
    """Record and log the run under this name, in place of the experiment's."""
    run.experiment_info["name"] = args
    run.run_logger = run.root_logger.getChild(args)


@cli_option("i", "id")
def id_option(args: Any, run: Any) -> None:
    """Give the run this id, in place of the next free one."""
    run._id = args


@cli_option("C", "capture")
def capture_option(args: Any, run: Any) -> None:
    """What to keep of the output: "fd" is all, "sys" what Python writes, "no" nothing."""
    if args not in CAPTURE_MODES:
        raise UsageError(f'--capture is "no", "sys" or "fd", but was given "{args}"')
    run.capture_mode = args


@cli_option(None, "completion")
def completion_option(args: Any, run: Any) -> None:
    """Print the code that teaches a shell (bash, zsh or fish) to complete this command line, and exit."""


BUILT_IN_OPTIONS: tuple[CLIOption, ...] = (
    beat_interval_option,
    capture_option,
    comment_option,
    completion_option,
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

for _option, _arg in (
    (beat_interval_option, "SECONDS"),
    (capture_option, "MODE"),
    (comment_option, "TEXT"),
    (completion_option, "SHELL"),
    (id_option, "ID"),
    (loglevel_option, "LEVEL"),
    (name_option, "NAME"),
    (priority_option, "NUMBER"),
):
    _option.arg = _arg
    _option.may_be_empty = _option in (comment_option, name_option)


def parse_loglevel(text: Any) -> int | str:
    """Return a log level as the module ``logging`` takes it.

    Raises:
        UsageError: there is no such level.
    """
    if isinstance(text, int):
        return text
    if text.strip().lstrip("-").isdigit():
        return int(text)
    import logging

    level = text.strip().upper()
    if level in logging.getLevelNamesMapping():
        return str(level)
    raise UsageError(f'--loglevel is one of {", ".join(LOG_LEVELS)} or a number, but was given "{text}"')


@cache
def get_default_command_line_options() -> list[CLIOption]:
    """Return the options that come with the package, always the same list."""
    from sacred.observers.file_storage import file_storage_option

    return sorted([*BUILT_IN_OPTIONS, file_storage_option], key=CLIOption.get_name)


def gather_command_line_options(filter_disabled: bool | None = None) -> list[CLIOption]:  # noqa: ARG001  0.8's argument
    """Return all options but those that an experiment adds: those of the package and old-style subclasses.

    Args:
        filter_disabled: 0.8's; no option of the package is disabled.
    """
    return sorted([*get_default_command_line_options(), *find_subclass_options()], key=CLIOption.get_name)


def gather_options(additional: Iterable[CLIOption] = ()) -> list[CLIOption]:
    """Return the options of an experiment, in the order in which they are listed and applied.

    An additional option takes the place of one with the same long flag. Where its short flag is that of an
    option of the package, the latter has only its long flag.
    """
    options = {option.get_flag(): option for option in gather_command_line_options()}
    options.update((option.get_flag(), option) for option in additional)
    ours = get_default_command_line_options()
    taken = {option.get_short_flag() for option in options.values() if option not in ours} - {None}
    return [
        option.without_short_flag() if option in ours and option.get_short_flag() in taken else option
        for option in options.values()
    ]


def _parse_number(flag: str, text: Any) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f'{flag} is a number, but was given "{text}"') from None
