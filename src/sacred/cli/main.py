"""From the words behind ``sacred`` to a command, and from its errors to one line."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

PIPE_CLOSED = 141  # as shells have it: 128 and the number of the signal
INTERRUPTED = 130

_TAKES_VALUE = ("--store",)
_FLAGS = ("--json", "--debug")


def main(argv: Sequence[str] | None = None) -> int:
    """Do what a command line asks for.

    Args:
        argv: the words after the program's name. Default: those of this program.

    Returns:
        The exit code: 1 where what was asked for failed or is not there, 2 for words that make no sense.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _make_streams_tolerant()
    try:
        code = _answer(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    return code


def get_program() -> str:
    """Return how the program was called."""
    return "python -m sacred" if os.path.basename(sys.argv[0]) == "__main__.py" else "sacred"


def _answer(words: list[str]) -> int:
    if "_SACRED_COMPLETE" in os.environ and not words:
        from sacred.cli.completion import answer_request

        return answer_request()
    try:
        return _run(_order(words))
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        if "--debug" in words:
            raise
        return _tell(error)


def _order(words: list[str]) -> list[str]:
    """Put the options that stand before the command behind it; ``help COMMAND`` is ``COMMAND --help``."""
    index = 0
    while index < len(words) and words[index].split("=")[0] in (*_TAKES_VALUE, *_FLAGS):
        index += 2 if words[index] in _TAKES_VALUE else 1
    before, rest = words[:index], words[index:]
    if rest[:1] == ["help"]:
        rest = [*rest[1:2], "--help"]
    return [*rest[:1], *before, *rest[1:]] if rest and not rest[0].startswith("-") else [*rest, *before]


def _run(words: list[str]) -> int:
    name = words[0] if words else "--help"
    flag = name.split("=")[0]
    special = _SPECIAL.get(flag)
    if special is not None:
        return special(words)
    from sacred.cli.commands import COMMANDS

    if name in COMMANDS:
        return _run_command(name, words[1:])
    from sacred.errors import UsageError
    from sacred.support.text import format_close

    if flag in {*_TAKES_VALUE, *_FLAGS}:
        raise UsageError(f"a command is missing, such as ls; {get_program()} --help lists what there is")
    what = "option" if name.startswith("-") else "command"
    close = format_close(name, [*COMMANDS, *_SPECIAL]) or f"; {get_program()} --help lists what there is"
    raise UsageError(f'there is no {what} "{name}"{close}')


def _run_command(name: str, words: Sequence[str]) -> int:
    from sacred.cli.commands import call_function, load_function
    from sacred.cli.parameters import list_parameters, read_plainly

    function = load_function(name)
    given = read_plainly(list_parameters(function), words)
    if given is not None:
        return call_function(function, given)
    from sacred.cli.screens import make_command

    return _invoke(make_command(name), f"{get_program()} {name}", words)


def _invoke(command: Any, program: str, words: Sequence[str]) -> int:
    from typer import Abort

    try:
        code = command.main(list(words), prog_name=program, standalone_mode=False)
    except Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _show_help(_: Sequence[str]) -> int:
    from sacred.cli.screens import make_all

    return _invoke(make_all(), get_program(), ["--help"])


def _show_version(_: Sequence[str]) -> int:
    from sacred.support.version import __version__

    print(f"sacred {__version__}")
    return 0


def _teach_shell(words: Sequence[str]) -> int:
    from sacred.cli.completion import make_script

    given = words[0].partition("=")[2] or (words[1] if len(words) > 1 else "")
    print(make_script(given), end="")
    return 0


_SPECIAL: dict[str, Callable[[Sequence[str]], int]] = {
    "--help": _show_help,
    "-h": _show_help,
    "--version": _show_version,
    "--completion": _teach_shell,
}


def _tell(error: Exception) -> int:
    """Say what went wrong, in one line if it can be said in one, and return the exit code."""
    from sacred.cli.failure import describe

    text, code = describe(error)
    sys.stdout.flush()
    sys.stderr.write(f"Error: {text}\n")
    return code


def _make_streams_tolerant() -> None:
    """Let nothing that a record contains be an error of its encoding, and a stream that is closed none."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # the shell's >&-
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - till the end
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Whoever read the output has gone: keep Python from writing to it once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
