"""The points of one metric as three columns, and what sums them up."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum, isnan
from typing import Any, Protocol, TypedDict


class Column(Protocol):
    """A column of points: a list, an ``array.array``, or a numpy array."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __iter__(self) -> Iterator[Any]:
        """Yield each."""

    def __getitem__(self, index: Any, /) -> Any:
        """Return one, or a column of some."""


@dataclass(frozen=True, slots=True)
class Series:
    """The points of a metric in the order of their recording: three columns of one length.

    Attributes:
        name: the metric's name; those that the recorder takes itself begin with ``system.``.
        steps: int64 where all fit, else a list of what was given.
        values: float64, int64 or bool where all are of that one type (int64 where all fit), else a list of
            plain JSON values: an integer among floats stays one.
        times: float64, seconds since 1970-01-01 UTC.
    """

    name: str
    steps: Column
    values: Column
    times: Column

    def __len__(self) -> int:
        return len(self.times)

    def part(self, start: int, stop: int | None = None) -> "Series":
        """Return the points from ``start`` on, to before ``stop``."""
        chosen = slice(start, stop)
        return Series(self.name, self.steps[chosen], self.values[chosen], self.times[chosen])


class Summary(TypedDict):
    """What is asked of a metric without reading its points.

    ``last``, ``last_step``: those of the last point. ``min``, ``max``, ``mean``: of the values that are
    numbers (bools count as 0 and 1, NaN not at all); None where there are none.
    """

    count: int
    last: Any
    last_step: Any
    min: float | int | None
    max: float | int | None
    mean: float | None


def summarize(series: Series) -> Summary:
    """Sum a metric up."""
    count = len(series)
    low, high, mean = _measure(series.values)
    return Summary(
        count=count,
        last=_plain(series.values[-1]) if count else None,
        last_step=_plain(series.steps[-1]) if count else None,
        min=low,
        max=high,
        mean=mean,
    )


def _measure(values: Column) -> tuple[float | int | None, float | int | None, float | None]:
    if hasattr(values, "dtype"):
        return _measure_array(values)
    numbers = [one + 0 for one in values if isinstance(one, int | float) and one == one]  # noqa: PLR0124 - no NaN
    if not numbers:
        return None, None, None
    try:
        mean = fsum(numbers) / len(numbers)
    except (OverflowError, ValueError):  # beyond a float, or both infinities
        mean = _add_up(numbers) / len(numbers)
    return min(numbers), max(numbers), mean


def _add_up(numbers: list[Any]) -> float:
    try:
        return float(sum(numbers))
    except OverflowError:
        return float("nan")


def _measure_array(values: Any) -> tuple[float | int | None, float | int | None, float | None]:
    kept = values[values == values] if values.dtype.kind == "f" else values  # noqa: PLR0124 - all but NaN
    if not len(kept):
        return None, None, None
    low, high = kept.min().item(), kept.max().item()
    return low + 0, high + 0, _mean_of_array(kept)


def _mean_of_array(kept: Any) -> float:
    total = kept.sum(dtype="float64").item()
    mean = total / len(kept)
    return float(mean) if not isnan(mean) else float("nan")


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
