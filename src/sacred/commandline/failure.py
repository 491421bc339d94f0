"""How errors look on a command line."""

import sys

from sacred.errors import CommandNotFoundError, SacredError, UsageError
from sacred.support.tracebacks import format_filtered_exception, has_other_frames


def format_sacred_error(e: SacredError, short_usage: str) -> str:
    """Return what the command line shows for an error of this package.

    Args:
        e: the error; it says itself whether usage and traceback are of help.
        short_usage: how the experiment is called.
    """
    is_calling = isinstance(e, UsageError | CommandNotFoundError)
    parts = [short_usage.rstrip() + "\n"] if e.print_usage or is_calling else []
    is_ours_alone = e.filter_traceback == "always" and not has_other_frames(e)
    if e.print_traceback and not is_ours_alone:
        parts.append(format_filtered_exception(e, e.filter_traceback).rstrip())
    else:
        parts.append(f"{'Error' if is_calling else type(e).__name__}: {e}")
    return "\n".join(parts) + "\n"


def report_error(error: Exception, short_usage: str) -> None:
    """Write on standard error what went wrong, without this package's own frames."""
    if isinstance(error, SacredError):
        text = format_sacred_error(error, short_usage)
    else:
        text = format_filtered_exception(error)
    sys.stdout.flush()  # so that what was printed before stands before
    sys.stderr.write(text)


def report_exit(leaving: SystemExit) -> None:
    """Write on standard error that the experiment left by ``sys.exit``: the log says only that it failed.

    Python itself shows a text that is given in place of a code.
    """
    if leaving.code is None or isinstance(leaving.code, int):
        sys.stdout.flush()
        sys.stderr.write(f"SystemExit({'' if leaving.code is None else leaving.code}) was raised\n")


def open_debugger(error: Exception) -> None:
    """Write the whole traceback and open pdb where the error was raised."""
    import pdb  # noqa: T100  the user asked for it with --pdb
    import traceback

    traceback.print_exception(error)
    pdb.post_mortem(error.__traceback__)
