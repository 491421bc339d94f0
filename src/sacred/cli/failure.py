"""An error as a line for people."""

import re
import sys

from sacred.errors import QuerySyntaxError, SacredError, UsageError
from sacred.support.printable import make_lines_printable

FAILED, MISUSED = 1, 2
_WORD = re.compile(r"[a-z]+ ")


def describe(error: Exception) -> tuple[str, int]:
    """Return what to say about an error, and the exit code."""
    text, code = _describe(error)
    if _WORD.match(text):  # a sentence, and no name or URL
        text = f"{text[0].upper()}{text[1:]}"
    return make_lines_printable(text), code


def _describe(error: Exception) -> tuple[str, int]:
    if _is_from_typer(error):
        return _describe_usage(error), MISUSED
    if isinstance(error, UsageError | QuerySyntaxError):
        return str(error), MISUSED
    if isinstance(error, SacredError):
        return str(error), FAILED
    if isinstance(error, OSError):
        return _describe_system(error), FAILED
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{text} (this was not foreseen; --debug shows where it happened)", FAILED


def _is_from_typer(error: Exception) -> bool:
    """Tell whether typer can't understand the command line.

    It brings a click of its own or uses the one that is installed: what its errors are is found through one.
    """
    typer = sys.modules.get("typer")
    return typer is not None and isinstance(error, typer.BadParameter.__mro__[1])


def _describe_usage(error: Exception) -> str:
    """Return typer's message as one line, with the way to the help."""
    text = " ".join(str(getattr(error, "format_message", error.__str__)()).split()).rstrip(".")
    context = getattr(error, "ctx", None)
    where = f" ({context.command_path} --help)" if context else ""
    return f"{text}{where}"


def _describe_system(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    return f'"{error.filename}": {reason}' if error.filename else reason
