"""Series of numbers that a run logs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypedDict


class ScalarMetricLogEntry(NamedTuple):
    """One logged point."""

    name: str
    step: Any
    timestamp: datetime
    value: Any


class MetricSeries(TypedDict):
    """Points of one metric in the order they were logged: three lists of one length."""

    steps: list[Any]
    values: list[Any]
    timestamps: list[datetime]
    name: str


class MetricRecord(TypedDict):
    """A metric as readers give it, whatever the store: three lists of one length, timestamps in naive UTC.

    ``_id`` is unique in a store; ``run_id`` is the run's.
    """

    _id: str
    name: str
    run_id: Any
    steps: list[Any]
    values: list[Any]
    timestamps: list[datetime]


def linearize_metrics(logged_metrics: Iterable[ScalarMetricLogEntry]) -> dict[str, MetricSeries]:
    """Group points by metric: ``{name: {"steps": [], "values": [], "timestamps": [], "name": name}}``.

    Timestamps are naive UTC, the form that observers receive.
    """
    metrics_by_name: dict[str, MetricSeries] = {}
    for entry in logged_metrics:
        series = metrics_by_name.get(entry.name)
        if series is None:
            series = {"steps": [], "values": [], "timestamps": [], "name": entry.name}
            metrics_by_name[entry.name] = series
        series["steps"].append(entry.step)
        series["values"].append(entry.value)
        series["timestamps"].append(entry.timestamp)
    return metrics_by_name
