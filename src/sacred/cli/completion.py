"""What Tab offers behind ``sacred``: commands, options, ids, names of metrics, files, tags, fields.

The code for the shells is the one that experiments have (``--completion``): it starts the program again with
the line in environment variables, and the program answers instead of running.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sacred.cli.parameters import Argument, Option, Parameter
from sacred.commandline.completion import split_line
from sacred.commandline.shell_scripts import LINE_VARIABLE, MARK
from sacred.support.printable import make_printable

if TYPE_CHECKING:
    from sacred.reader import Run, Store

SHELL_VARIABLE = "_SACRED_COMPLETE"
_MOST = 100
_READ_BY_SHELLS = set(" \t'\"`$\\;&|<>*?#!()")
_FIELDS = (
    "id",
    "status",
    "command",
    "start_time",
    "stop_time",
    "duration",
    "result",
    "tags",
    "notes",
    "experiment.name",
)


def make_script(shell: str) -> str:
    """Return the code that teaches a shell.

    Raises:
        UsageError: there is none for this shell.
    """
    from sacred.commandline import completion

    return completion.make_script(shell)


def answer_request() -> int:
    """Write the candidates for the line that a shell asks about, each on a line behind a mark."""
    shell = os.environ.pop(SHELL_VARIABLE)
    words = split_line(os.environ.pop(LINE_VARIABLE, ""))[1:] or [""]
    with contextlib.redirect_stderr(None):
        candidates = complete(words)
    known = words[-1].rfind("=") + 1 if shell == "bash" else 0  # "=" begins a new word in bash
    for candidate in candidates:
        if _is_harmless(candidate):
            sys.stdout.write(f"{MARK}{candidate[known:]}\n")
    return 0


def _is_harmless(candidate: str) -> bool:
    """Tell whether a word from a record may stand on a command line as it is: a shell would read others."""
    return bool(candidate) and make_printable(candidate) == candidate and not set(candidate) & _READ_BY_SHELLS


def complete(words: Sequence[str]) -> list[str]:
    """Return what the last word may become.

    Args:
        words: the command line without the program's name; the last one may be empty.
    """
    from sacred.cli.commands import COMMANDS, load_function
    from sacred.cli.parameters import list_parameters

    *before, current = words
    if not before:
        top = ["--version", "--completion", "--help"] if current.startswith("-") else [*COMMANDS, "help"]
        return sorted(word for word in top if word.startswith(current))
    if before == ["help"]:
        return sorted(word for word in COMMANDS if word.startswith(current))
    if before[0] not in COMMANDS:
        return []
    return _complete_command(list_parameters(load_function(before[0])), before[1:], current)


def _complete_command(parameters: Sequence[Parameter], before: Sequence[str], current: str) -> list[str]:
    """Return the candidates behind a command."""
    options = {flag: one for one in parameters if isinstance(one.place, Option) for flag in one.place.flags}
    positional, waiting, given = _read(before, options)
    if waiting is None and current.startswith("-"):
        flags = [flag for flag in [*options, "--help"] if flag.startswith("--")]
        return sorted(flag for flag in flags if flag.startswith(current))
    arguments = [one for one in parameters if isinstance(one.place, Argument)]
    target = waiting if waiting is not None else _find_argument(arguments, len(positional))
    complete_word = COMPLETERS.get(target.name) if target is not None else None
    if complete_word is None:
        return []
    found: list[str] = []
    with contextlib.suppress(Exception):  # who types is not to be disturbed
        found = [
            word for word in complete_word(_Line(given, positional), current) if word.startswith(current)
        ]
    return found[:_MOST]


def _find_argument(arguments: Sequence[Parameter], place: int) -> Parameter | None:
    if place < len(arguments):
        return arguments[place]
    return arguments[-1] if arguments and arguments[-1].kind == "texts" else None


def _read(
    words: Sequence[str], options: dict[str, Parameter]
) -> tuple[list[str], Parameter | None, dict[str, str]]:
    """Return the words that are no options, the option that waits for its value, and the values given."""
    positional: list[str] = []
    given: dict[str, str] = {}
    waiting = None
    for word in words:
        flag, equals, value = word.partition("=")
        if waiting is not None:
            given[waiting.name] = word
            waiting = None
        elif flag in options and equals:
            given[options[flag].name] = value
        elif flag in options:
            waiting = None if options[flag].kind == "flag" else options[flag]
        elif not word.startswith("-"):
            positional.append(word)
    return positional, waiting, given


class _Line:
    """What stands on the line so far.

    Args:
        given: the values of options.
        positional: the other words.
    """

    def __init__(self, given: dict[str, str], positional: Sequence[str]) -> None:
        self.positional = positional
        self._location = given.get("store")

    def open_store(self) -> "Store":
        """Open the store that the command would open."""
        from sacred.reader import open_store

        return open_store(self._location)


def _list_ids(line: _Line, _: str) -> list[str]:
    with line.open_store() as store:
        return [*store.runs().ids[::-1], "last"]


def _list_trash(line: _Line, _: str) -> list[str]:
    with line.open_store() as store:
        return store.trash


def _list_metrics(line: _Line, _: str) -> list[str]:
    with line.open_store() as store:
        return list(_get_run(store, line).metrics)


def _list_files(line: _Line, _: str) -> list[str]:
    with line.open_store() as store:
        return list(_get_run(store, line).files)


def _list_tags(line: _Line, _: str) -> list[str]:
    with line.open_store() as store:
        tags = store.runs()[-_MOST:].to_dict(["tags"])["tags"]
    return sorted({tag for one in tags if isinstance(one, list) for tag in one if isinstance(tag, str)})


def _get_run(store: "Store", line: _Line) -> "Run":
    return store[line.positional[0] if line.positional else "last"]


def _list_fields(line: _Line, current: str) -> list[str]:
    """Return the names of fields that the last of several may become."""
    before, comma, last = current.rpartition(",")
    sign = "-" if last.startswith("-") else ""
    with line.open_store() as store:
        run = store["last"]
        config = list(_iter_entries(run.config.to_dict(), "config"))
        metrics = [f"metrics.{name}.last" for name in run.metrics if _is_plain(name)]
    return [f"{before}{comma}{sign}{name}" for name in [*_FIELDS, *config, *metrics]]


def _iter_entries(entries: dict[str, Any], prefix: str) -> Iterator[str]:
    for key, value in entries.items():
        if isinstance(value, dict) and value:
            yield from _iter_entries(value, f"{prefix}.{key}")
        elif _is_plain(key):
            yield f"{prefix}.{key}"


def _is_plain(name: object) -> bool:
    return isinstance(name, str) and name.isidentifier()


COMPLETERS: dict[str, Callable[[_Line, str], Iterable[str]]] = {
    **dict.fromkeys(("run", "runs", "left", "right", "which"), _list_ids),
    **dict.fromkeys(("names", "metrics"), _list_metrics),
    **dict.fromkeys(("tags", "remove"), _list_tags),
    **dict.fromkeys(("columns", "sort"), _list_fields),
    "ids": _list_trash,
    "name": _list_files,
    "over": lambda *_: ("step", "time", "wall"),
}
"""By the names of the parameters."""
