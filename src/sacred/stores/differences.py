"""What a document loses in a database, noted so that it can be put back."""

import json
from math import copysign
from typing import Any

from sacred.model.record import Document

Difference = list[Any]
"""``[path, value]``: what is to be there; ``[path]``: what is not. A path is keys and places."""


def find_differences(wanted: Any, got: Any) -> list[Difference]:
    """Return what has to be done to ``got``, so that it is ``wanted`` to the sign of a zero."""
    found: list[Difference] = []
    _compare(wanted, got, [], found)
    return found


def _compare(wanted: Any, got: Any, path: list[Any], found: list[Difference]) -> None:
    if type(wanted) is dict and type(got) is dict:
        found += [[[*path, key]] for key in got if key not in wanted]
        for key, value in wanted.items():
            if key in got:
                _compare(value, got[key], [*path, key], found)
            else:
                found.append([[*path, key], value])
    elif type(wanted) is list and type(got) is list and len(wanted) == len(got):
        for place, value in enumerate(wanted):
            _compare(value, got[place], [*path, place], found)
    elif not _is_same(wanted, got):
        found.append([path, wanted])


def _is_same(wanted: Any, got: Any) -> bool:
    if type(wanted) is not type(got):
        return False
    if type(wanted) is float:
        both_nan = wanted != wanted and got != got  # noqa: PLR0124 - NaN is what is not itself
        return both_nan or (wanted == got and copysign(1, wanted) == copysign(1, got))
    return bool(wanted == got)


def apply_differences(document: Document, differences: list[Difference]) -> None:
    """Do it.

    Raises:
        LookupError, TypeError: they belong to another document.
    """
    for path, *values in differences:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        if values:
            place[path[-1]] = values[0]
        else:
            del place[path[-1]]


def format_differences(differences: list[Difference]) -> str:
    """Return them as text in ASCII."""
    return json.dumps(differences, separators=(",", ":"))


def parse_differences(text: str) -> list[Difference]:
    """Read them.

    Raises:
        ValueError: the text is damaged.
    """
    differences = json.loads(text)
    if not isinstance(differences, list) or not all(_is_difference(one) for one in differences):
        raise ValueError("its exact values are damaged")
    return differences


def _is_difference(one: Any) -> bool:
    return isinstance(one, list) and len(one) in (1, 2) and isinstance(one[0], list) and bool(one[0])
