"""Text of a record made harmless for a terminal: nothing in it moves the cursor, colours, or hides."""

import re

from sacred.support.text import apply_backspaces_and_linefeeds

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, the cursor, erasing
    r"|\x1b[P\]X^_][^\n\x07\x9c\x1b]{0,2048}(?:\x1b\\|\x07|\x9c)"  # titles, links, what has an end
    r"|\x1b[ -/]*[0-~]"
)
_BEGUN_SEQUENCE = re.compile(
    r"(?:(?:\x1b\[|\x9b)[0-?]*[ -/]*|\x1b[P\]X^_][^\n\x07\x9c\x1b]{0,2048}\x1b?|\x1b[ -/]*)\Z"
)
# control characters; marks that turn the direction of text around; what can't be encoded
_MARKS = r"\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
_UNSAFE_IN_LINE = re.compile(rf"[\x00-\x1f{_MARKS}]")
_UNSAFE_IN_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f{_MARKS}]")
_NAMES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BYTE = 0x100
_LONGEST = 2100  # about so many characters has the longest sequence


def make_printable(text: str) -> str:
    r"""Return text as one line in which every character shows: a control character as ``\x1b``, say."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE_IN_LINE.sub(_show, text)


def make_lines_printable(text: str) -> str:
    """Return output of a program without its escape sequences; other control characters are made to show.

    Line ends and tabs stay.
    """
    return _UNSAFE_IN_LINES.sub(_show, _remove_sequences(text).replace("\r\n", "\n"))


def render_output(text: str) -> str:
    """Return output as :func:`make_lines_printable` does, without what it had overwritten itself.

    So of a progress bar the last state is left.
    """
    text = _remove_sequences(text)
    if "\r" in text or "\b" in text:
        text = apply_backspaces_and_linefeeds(text)
    return _UNSAFE_IN_LINES.sub(_show, text)


def _remove_sequences(text: str) -> str:
    return _SEQUENCE.sub("", text) if "\x1b" in text or "\x9b" in text else text


def find_begun_sequence(text: str) -> int:
    """Return where an escape sequence begins whose end has not come yet; the length if there is none."""
    found = _BEGUN_SEQUENCE.search(text, max(0, len(text) - _LONGEST))
    return found.start() if found else len(text)


def _show(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    return _NAMES.get(character) or (f"\\x{code:02x}" if code < _BYTE else f"\\u{code:04x}")
