"""Plain text: terminal control characters, names, near misses, durations."""

import re
from collections.abc import Iterable
from datetime import timedelta

_CAMEL_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LEAST_LIKENESS = 0.66  # `pgk` and `pkg`, but not `unused` and `seed`
_SEPARATOR = re.compile(r"^--|\.")


def apply_backspaces_and_linefeeds(text: str) -> str:
    r"""Interpret ``\b`` and ``\r`` as a terminal would, so that a progress bar leaves its last state.

    ``\r\n`` is one line end; later text overwrites earlier text of the same line.
    """
    rendered = "\n".join(_render_line(line) for line in text.replace("\r\n", "\n").split("\n"))
    return rendered + "\r" if text.endswith("\r") else rendered  # the cursor is what later text needs to know


def _render_line(line: str) -> str:
    if "\b" not in line and "\r" not in line:
        return line
    cells: list[str] = []
    cursor = 0
    for character in line:
        if character == "\r":
            cursor = 0
        elif character == "\b":
            cursor = max(0, cursor - 1)
        else:
            cells[cursor : cursor + 1] = [character]
            cursor += 1
    return "".join(cells)


def convert_camel_case_to_snake_case(name: str) -> str:
    """Turn ``CamelCase`` into ``camel_case``."""
    return _CAMEL_BOUNDARY.sub("_", name).lower()


def find_close(word: str, choices: Iterable[str], limit: int = 3) -> list[str]:
    """Return up to ``limit`` of the choices that ``word`` may have been meant to be, nearest first."""
    import difflib  # loads re tables and namedtuples: only a mistake needs it

    known = sorted(set(choices))
    close = difflib.get_close_matches(word, known, n=limit, cutoff=_LEAST_LIKENESS)
    close = [choice for choice in close if _differs_little(word, choice)]
    if not close:  # `rate` for `model.rate`: the last part alone is right
        tail = word.rsplit(".", 1)[-1]
        close = [choice for choice in known if choice.rsplit(".", 1)[-1] == tail][:limit]
    return close


def _differs_little(word: str, choice: str) -> bool:
    """Tell whether two paths are alike apart from what they have in common as a matter of course."""
    import difflib

    if word == choice:
        return True
    parts, others = _SEPARATOR.split(word), _SEPARATOR.split(choice)
    while len(parts) > 1 and len(others) > 1 and parts[0] == others[0]:
        parts, others = parts[1:], others[1:]
    return difflib.SequenceMatcher(None, ".".join(parts), ".".join(others)).ratio() >= _LEAST_LIKENESS


def format_close(word: str, choices: Iterable[str]) -> str:
    """Return ``'; did you mean "a" or "b"?'``, or nothing when no choice is near."""
    close = find_close(word, choices)
    return "; did you mean " + " or ".join(f'"{choice}"' for choice in close) + "?" if close else ""


def format_duration(elapsed: timedelta) -> str:
    """Return a duration in words, such as ``2 days, 3 hours, 1 second``."""
    seconds = int(elapsed.total_seconds())
    parts = []
    for name, length in (
        ("year", 365 * 86400),
        ("month", 30 * 86400),
        ("day", 86400),
        ("hour", 3600),
        ("minute", 60),
        ("second", 1),
    ):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return ", ".join(parts)


class TerminalText:
    r"""Does to text that comes in pieces what :func:`apply_backspaces_and_linefeeds` does to all of it."""

    def __init__(self) -> None:
        self._cells: list[str] = []
        self._cursor = 0
        self._ends_in_return = False

    @property
    def rest(self) -> str:
        """The last line as it looks now."""
        return "".join(self._cells) + "\r" * self._ends_in_return

    def feed(self, text: str) -> str:
        """Take in a piece, and return the lines that it completes."""
        if not text:
            return ""
        self._ends_in_return = text.endswith("\r")
        *complete, last = text.split("\n")
        lines = [self._complete(line) for line in complete]
        self._draw(last)
        return "\n".join([*lines, ""])

    def _complete(self, line: str) -> str:
        if not (self._cells or "\r" in line or "\b" in line):
            return line
        self._draw(line)
        drawn = "".join(self._cells)
        self._cells, self._cursor = [], 0
        return drawn

    def _draw(self, line: str) -> None:
        for character in line:
            if character == "\r":
                self._cursor = 0
            elif character == "\b":
                self._cursor = max(0, self._cursor - 1)
            else:
                self._cells[self._cursor : self._cursor + 1] = [character]
                self._cursor += 1
