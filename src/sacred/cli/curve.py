"""Values as curves: what is drawn, and the smallest way to draw it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Line:
    """One curve of a chart.

    Attributes:
        label: what it is called.
        metric: what its y is.
        points: finite x and y, in the order in which they are joined.
        style: an escape sequence for its colour in a terminal.
    """

    label: str
    metric: str
    points: Sequence[tuple[float, float]]
    style: str = ""


def as_number(value: Any) -> float | None:
    """Return a value as a finite number; None if it is none."""
    if isinstance(value, str | bytes):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def keep_numbers(values: Iterable[Any]) -> list[float]:
    """Return the values that are finite numbers."""
    return [number for number in map(as_number, values) if number is not None]


def draw_sparkline(values: Iterable[Any], width: int) -> str:
    """Return values as a line of blocks, each the mean of its part; nothing where there are no numbers."""
    numbers = keep_numbers(values)
    if not numbers:
        return ""
    count = min(width, len(numbers))
    edges = [index * len(numbers) // count for index in range(count + 1)]
    # half of each, so that the distance of the two largest floats is one
    means = [sum(one / (end - start) / 2 for one in numbers[start:end]) for start, end in pairwise(edges)]
    low, high = min(means), max(means)
    if high - low <= abs(high) * 1e-12:
        return _BARS[0] * count
    return "".join(_BARS[round((mean - low) / (high - low) * (len(_BARS) - 1))] for mean in means)
