"""``metrics.json``: all points of a run, by metric."""

from collections.abc import Callable, Mapping
from typing import Any

from sacred.support.clock import format_naive_utc

Columns = dict[str, list[Any]]


def add_points(metrics: dict[str, Columns], new: Mapping[str, Any], flatten: Callable[[Any], Any]) -> None:
    """Add points to those before.

    Args:
        metrics: ``{name: {"steps": [...], "timestamps": [...], "values": [...]}}`` of plain JSON values; it
            is changed.
        new: the same with any values, and timestamps as ``datetime``.
        flatten: makes plain JSON values.
    """
    for name, series in new.items():
        columns = metrics.setdefault(name, {"steps": [], "timestamps": [], "values": []})
        columns["steps"].extend(flatten(series["steps"]))
        columns["values"].extend(flatten(series["values"]))
        columns["timestamps"].extend(map(format_naive_utc, series["timestamps"]))
