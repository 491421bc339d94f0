"""Regular expressions in queries: those that could take for ever are not accepted."""

import re
from collections.abc import Sequence
from typing import Any

LONGEST = 500
_MANY = 50  # a repetition of so many counts as one without end


def check_pattern(pattern: str) -> str | None:
    """Return what is wrong with a regular expression, or None.

    A repetition without end of what can match the same text in several ways, ``(a+)+``, can take longer than
    anybody lives on a text of fifty letters, and Python's ``re`` can't be given a time. So they are refused.
    """
    if len(pattern) > LONGEST:
        return f"the pattern has more than {LONGEST} characters"
    if "\b" in pattern:  # a backspace
        return r'a pattern with \b is written with an r before it: r"\bword\b"'
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        return f"the pattern is no regular expression: {error}"
    if _is_endless(_parse(pattern), is_inside=False):
        return "the pattern repeats what is itself repeated or optional, like (a+)+, which can take for ever"
    return None


def _parse(pattern: str) -> Any:
    from re import _parser  # type: ignore[attr-defined]  # there is no public way to the parts of a pattern

    return _parser.parse(pattern)


def _is_endless(part: Any, *, is_inside: bool) -> bool:
    """Tell whether there is such a repetition in what ``re`` makes of a pattern: pairs, lists, sequences.

    Args:
        part: a pair of what it is and its parts, or several of them.
        is_inside: it is in a repetition without end.
    """
    kind = str(part[0]) if isinstance(part, tuple) and part else ""
    if kind in {"MAX_REPEAT", "MIN_REPEAT"}:
        least, most, inner = part[1]
        if is_inside and int(least) != int(most):
            return True
        return _is_endless(inner, is_inside=is_inside or int(most) - int(least) > _MANY)
    if kind == "BRANCH" and is_inside and not _are_different(part[1][1]):
        return True
    if isinstance(part, tuple | list) or hasattr(part, "data"):  # a sequence of `re` has its parts there
        return any(_is_endless(one, is_inside=is_inside) for one in part)
    return False


def _are_different(choices: Sequence[Any]) -> bool:
    """Tell whether each of some alternatives begins with a letter of its own."""
    first = [choice[0] for choice in choices if len(choice)]
    letters = {letter for kind, letter in first if str(kind) == "LITERAL"}
    return len(letters) == len(choices)
