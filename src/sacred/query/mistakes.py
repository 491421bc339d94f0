"""What people write in place of what the language knows, and what it would be."""

import keyword
import re
from typing import NamedTuple

_QUOTED = re.compile(r"""[rbuf]{0,2}("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""", re.IGNORECASE | re.DOTALL)
_KEYWORD_AFTER_DOT = re.compile(rf"(\.\s*)({'|'.join(keyword.kwlist)})(?!\w)")
_FIRST_LETTER = 0xA000  # of the Yi script: a keyword that begins with one is a name that Python accepts


class Mistake(NamedTuple):
    """Where in the text something is wrong, and what."""

    position: int
    reason: str


def _compile(*rows: tuple[str, str]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), reason) for pattern, reason in rows]


# none of these can be part of a query, outside of quotation marks
_PATTERNS = _compile(
    (r"===", 'expected "==" in place of "==="'),
    (r"<>", 'expected "!=" in place of "<>"'),
    (r"&&?", 'expected "and" in place of "{}"'),
    (r"\|\|?", 'expected "or" in place of "{}"'),
    (r"!(?!=)", 'expected "not" in place of "!"'),
    (r"~", 'expected "not" in place of "~"; to match a text: .matches("pattern")'),
    (r"(?<![=<>!])=(?![=~])", 'expected "==" in place of "="'),
    (r"=~", 'expected .matches("pattern") in place of "=~"'),
    (r"(?<![.\w])(AND|OR|NOT|IN|IS)(?!\w)", '"{}" is written in small letters'),
    (r"(?<![.\w])(?i:i?like)(?!\w)", 'expected .contains("text") or .matches("pattern") in place of "{}"'),
    (r"(?<![.\w])(?i:between)(?!\w)", 'expected "low <= field <= high" in place of "{}"'),
    (
        r"(?<![.\w])(contains|startswith|endswith|matches)(?![\w(])",
        'expected .{}("text") behind the field',
    ),
    (r"[\u201c-\u201f\u2018-\u201b\u00ab\u00bb]", 'expected a straight quotation mark: "'),
    (r"\b\d{4}-\d\d-\d\d", 'a date is written in quotation marks: "{}"'),
    (r"(?<![\w.])\d+(\.\d+)?[dD](ays?)?\b", "a duration is written as days(2)"),
    (r"(?<![\w.])\d+(\.\d+)?[hH](ours?)?\b", "a duration is written as hours(2)"),
    (r"(?<![\w.])\d+(\.\d+)?m(in(utes?)?)?\b", "a duration is written as minutes(2)"),
    (r"(?<![\w.])\d+(\.\d+)?s(ec(onds?)?)?\b", "a duration is written as seconds(2)"),
    (r"(?<![\w.])\d+(\.\d+)?w(eeks?)?\b", "a duration is written as weeks(2)"),
    (r"[;$?`{}\\#]", '"{}" has no meaning here'),
)


def hide_quoted(text: str) -> str:
    """Return the text with blanks in place of all that is in quotation marks."""
    return _QUOTED.sub(lambda found: '"' + " " * (len(found[0]) - 2) + '"', text)


def find_mistake(text: str) -> Mistake | None:
    """Return the first thing in a query that is none of the language, if there is any."""
    bare = hide_quoted(text)
    found = [
        Mistake(match.start(), reason.format(match[0]))
        for pattern, reason in _PATTERNS
        if (match := pattern.search(bare))
    ]
    open_quote = _find_open_quote(text)
    if open_quote is not None:
        return Mistake(open_quote, f"the text that begins here has no end: expected {text[open_quote]}")
    return min(found, default=None)


def _find_open_quote(text: str) -> int | None:
    rest = _QUOTED.sub(lambda found: " " * len(found[0]), text)
    places = [place for place in (rest.find('"'), rest.find("'")) if place >= 0]
    return min(places, default=None)


def allow_keywords(text: str) -> str:
    """Return the text with names in place of Python's keywords behind a dot (``config.lambda``), as long."""
    quoted = [found.span() for found in _QUOTED.finditer(text)]

    def replace(found: re.Match[str]) -> str:
        if any(start < found.start() < stop for start, stop in quoted):
            return found[0]
        return found[1] + chr(_FIRST_LETTER + keyword.kwlist.index(found[2])) + found[2][1:]

    return _KEYWORD_AFTER_DOT.sub(replace, text)


def restore_keyword(name: str) -> str:
    """Return the keyword that a name stands for, or the name."""
    number = ord(name[0]) - _FIRST_LETTER
    is_stand_in = 0 <= number < len(keyword.kwlist) and keyword.kwlist[number][1:] == name[1:]
    return keyword.kwlist[number] if is_stand_in else name
