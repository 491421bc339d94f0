"""Plain text: terminal control characters, names, near misses, durations."""

import re
from collections.abc import Iterable
from datetime import timedelta

_CAMEL_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CONTROL = re.compile(r"([\b\r])")
_LEAST_LIKENESS = 0.66  # `pgk` and `pkg`, but not `unused` and `seed`
_MOST_BEFORE, _MOST_AFTER = 50, 20
_SEPARATOR = re.compile(r"^--|\.")


def apply_backspaces_and_linefeeds(text: str) -> str:
    r"""Interpret ``\b`` and ``\r`` as a terminal would, so that a progress bar leaves its last state.

    ``\r\n`` is one line end; later text overwrites earlier text of the same line.
    """
    screen = Screen()
    return screen.feed(text) + screen.rest


class Screen:
    """Applies backspaces and carriage returns to text that comes in pieces.

    However it is cut, what :meth:`feed` returned and the :attr:`rest` are together what
    :func:`apply_backspaces_and_linefeeds` makes of the whole.
    """

    def __init__(self) -> None:
        self._line = _Line()
        self._held = ""  # a carriage return at the end: whether it is half of a line end shows later

    @property
    def rest(self) -> str:
        """The last line as it looks now; a carriage return at its end is what later text needs to know."""
        return self._line.text + self._held

    def feed(self, text: str) -> str:
        """Take in a piece, and return the lines that it completes."""
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        text = text.removesuffix("\r").replace("\r\n", "\n")
        first, *others = text.split("\n", 1)
        self._line.type(first)
        if not others:
            return ""
        complete = [self._line.text]
        lines, line_end, last = others[0].rpartition("\n")
        if line_end:
            complete.append(_render(lines))
        self._line = _Line()
        self._line.type(last)
        return "\n".join([*complete, ""])


class _Line:
    """One line of a screen, and where the cursor is in it."""

    def __init__(self) -> None:
        self.text = ""
        self._cursor = 0

    def type(self, text: str) -> None:
        """Write at the cursor."""
        for part in _CONTROL.split(text):
            if part == "\r":
                self._cursor = 0
            elif part == "\b":
                self._cursor = max(0, self._cursor - 1)
            elif part:
                end = self._cursor + len(part)
                self.text = self.text[: self._cursor] + part + self.text[end:]
                self._cursor = end


def _render(lines: str) -> str:
    if "\b" not in lines and "\r" not in lines:
        return lines
    rendered = []
    for text in lines.split("\n"):
        line = _Line()
        line.type(text)
        rendered.append(line.text)
    return "\n".join(rendered)


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


def format_place(text: str, position: int) -> str:
    """Return a line of text, or what of it is near a place, and a line with a caret below that place."""
    from unicodedata import combining, east_asian_width  # only a mistake needs it

    line = "".join(char if char.isprintable() else " " for char in text)
    start = max(0, position - _MOST_BEFORE) if len(line) > _MOST_BEFORE + _MOST_AFTER else 0
    stop = max(start + _MOST_BEFORE, position) + _MOST_AFTER
    before, after = line[start:position], line[position:stop]
    before = f"…{before}" if start else before
    after += "…" if stop < len(line) else ""
    width = sum(1 + (east_asian_width(char) in "WF") - (combining(char) != 0) for char in before)
    return f"    {before}{after}\n    {' ' * width}^"


def is_encodable(text: str) -> bool:
    """Tell whether UTF-8 has a text: names of files, and what JSON says, can have lone surrogates."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def format_number(value: float) -> str:
    """Return a number with at most six digits: ``0.590490`` is ``0.59049``, ``1.0`` stays."""
    text = f"{value:.6g}"
    return f"{text}.0" if text.lstrip("-").isdigit() else text


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
