"""Two texts side by side."""

import difflib

_MOST_LINES = 20_000


def decode(content: bytes) -> str:
    """Return the content of a file as text; what is not UTF-8 is U+FFFD."""
    return content.decode("utf-8", "replace")


def diff_texts(left: str | None, right: str | None, names: tuple[str, str]) -> str:
    """Return a unified diff; nothing if the texts are the same.

    Args:
        left: the one text; None if there is none.
        right: the other one.
        names: what they are called.
    """
    if left == right:
        return ""
    sides = [_split(text) for text in (left, right)]
    if max(map(len, sides)) > _MOST_LINES:  # difflib takes time that grows with the square
        return f"--- {names[0]}\n+++ {names[1]}\n(too long to be compared line by line)\n"
    shown = [
        name if text is not None else "/dev/null" for name, text in zip(names, (left, right), strict=True)
    ]
    return "".join(difflib.unified_diff(sides[0], sides[1], shown[0], shown[1]))


def _split(text: str | None) -> list[str]:
    lines = (text or "").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n\\ No newline at end of file\n"
    return lines
