"""Of which type the values of a column are, so that nothing is lost."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

Kind = Literal["float", "int", "bool", "text", "moment", "duration", "mixed", "none"]

_INT64 = range(-(2**63), 2**63)
_EXACT = range(-(2**53), 2**53 + 1)
_KINDS: dict[type, Kind] = {bool: "bool", str: "text", datetime: "moment", timedelta: "duration"}


def find_kind(values: Iterable[Any]) -> Kind:
    """Return what all values of a column are, without None; whole numbers among floats count as floats.

    ``mixed`` is what has no type in common, and integers that a column of numbers can't hold exactly;
    ``none`` is a column without values.
    """
    values = [value for value in values if value is not None]
    types = set(map(type, values))
    if not types:
        return "none"
    if types == {float}:
        return "float"
    if types == {int}:
        return "int" if _are_all_in(values, _INT64) else "mixed"
    if types == {int, float}:
        return "float" if _are_all_in([one for one in values if type(one) is int], _EXACT) else "mixed"
    return _KINDS.get(types.pop(), "mixed") if len(types) == 1 else "mixed"


def _are_all_in(values: list[int], numbers: range) -> bool:
    return min(values) in numbers and max(values) in numbers
