"""``metrics.json``: all points of a run, by metric."""

from collections.abc import Mapping
from typing import Any, Protocol

from sacred.support.clock import format_naive_utc

Columns = dict[str, list[Any]]


class Flatten(Protocol):
    """Makes plain JSON values."""

    def __call__(self, obj: Any, *, entry: str) -> Any:
        """Return the plain form of a value; warnings call it ``entry``."""


def add_points(metrics: dict[str, Columns], new: Mapping[str, Any], flatten: Flatten) -> None:
    """Add points to those before.

    Args:
        metrics: ``{name: {"steps": [...], "timestamps": [...], "values": [...]}}`` of plain JSON values; it
            is changed.
        new: the same with any values, and timestamps as ``datetime``.
        flatten: makes plain JSON values.
    """
    for key, series in new.items():
        name = str(key)
        columns = metrics.setdefault(name, {"steps": [], "timestamps": [], "values": []})
        columns["steps"].extend(flatten(series["steps"], entry=name))
        columns["values"].extend(flatten(series["values"], entry=name))
        columns["timestamps"].extend(map(format_naive_utc, series["timestamps"]))
