"""The course of a metric as a small drawing."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from sacred.model.series import Column

WIDTH, HEIGHT = 132, 26
_MARGIN = 3
_MOST_POINTS = 120


def draw(values: Column) -> str:
    """Return values as an SVG that keeps each dip and peak; nothing if fewer than two are numbers."""
    points = list(_thin(values))
    if len(points) < 2:
        return ""
    low, high = min(y for _, y in points), max(y for _, y in points)
    scale = (HEIGHT - 2 * _MARGIN) / (high - low) if 0 < high - low < math.inf else 0.0
    stretch = (WIDTH - 2 * _MARGIN) / max(len(values) - 1, 1)
    middle = 0 if scale else (HEIGHT - 2 * _MARGIN) / 2
    places = [(_MARGIN + x * stretch, HEIGHT - _MARGIN - middle - (y - low) * scale) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" style="vertical-align:middle">'
        f'<polyline points="{line}" fill="none" stroke="#2f7de1" stroke-width="1.3" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="#2f7de1"/></svg>'
    )


def _thin(values: Column) -> Iterator[tuple[int, float]]:
    """Yield places and numbers: of each stretch the smallest and the largest; and the last one."""
    size = max(1, len(values) // (_MOST_POINTS // 2))
    for start in range(0, len(values), size):
        part = values[start : start + size]
        places, numbers = _find_numbers(part)
        if not len(numbers):
            continue
        chosen = {_find(numbers, min), _find(numbers, max)}
        if start + size >= len(values):
            chosen.add(len(numbers) - 1)
        yield from ((start + int(places[one]), float(numbers[one])) for one in sorted(chosen))


def _find_numbers(part: Any) -> tuple[Any, Any]:
    """Return what in a stretch is a finite number, and the places of these."""
    if hasattr(part, "dtype") and part.dtype.kind in "fiu":
        (places,) = (abs(part) < math.inf).nonzero()
        return places, part[places]
    numbers = [_to_float(one) for one in part]
    places = [place for place, one in enumerate(numbers) if math.isfinite(one)]
    return places, [numbers[place] for place in places]


def _find(numbers: Any, choose: Callable[[Any], Any]) -> int:
    if hasattr(numbers, "argmin"):
        return int(numbers.argmin() if choose is min else numbers.argmax())
    return int(numbers.index(choose(numbers)))


def _to_float(value: Any) -> float:
    if not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan
