"""Points of metrics in MongoDB: 0.8's lists, and ours in packed form."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from sacred.model.packing import join_series, make_column
from sacred.model.serialize import flatten, restore
from sacred.model.series import Series
from sacred.stores.base import MOST_BYTES_AHEAD
from sacred.stores.mongo.connection import Raw
from sacred.stores.mongo.document import MARK, get_mark, get_metric_ids, to_plain
from sacred.stores.mongo.layout import Layout, split_choices

LISTS = ("steps", "values", "timestamps")
_WITHOUT_POINTS = dict.fromkeys(LISTS, 0)
_MOST_BYTES = 4 * MOST_BYTES_AHEAD


class MetricEntry:
    """What is known of a metric without its points.

    Args:
        raw: its document.

    Attributes:
        id: of its document.
        name: the metric's name.
        order: its place among the run's metrics.
        mark: what is ours in it; empty for one of 0.8.
        count: how many points it has, if it is ours.
    """

    def __init__(self, raw: Raw) -> None:
        self.id: Any = raw.get("_id")
        self.mark: Raw = get_mark(raw) or {}
        exact = self.mark.get("name")
        self.name = json.loads(exact) if isinstance(exact, str) else str(raw.get("name"))
        self.order: int = self.mark.get("order", 0)
        self.count: int = self.mark.get("count", 0)


def build_filter(raw: Raw) -> Raw:
    """Return which documents have the metrics of a run.

    Args:
        raw: the run, with ``_id``, ``sacred.key`` and ``info.metrics``.
    """
    mark = get_mark(raw)
    if mark is not None:
        return {f"{MARK}.key": mark.get("key")}
    # 0.8 makes no index on run_id, but lists the documents' ids with the run
    ids = get_metric_ids(raw)
    return {"_id": {"$in": ids}} if ids else {"run_id": raw["_id"], MARK: {"$exists": False}}


def list_entries(layout: Layout, raw: Raw) -> list[MetricEntry]:
    """Return a run's metrics in the order of their first points; the system's come last."""
    entries = [MetricEntry(found) for found in layout.metrics.find(build_filter(raw), _WITHOUT_POINTS)]
    places = {metric_id: place for place, metric_id in enumerate(get_metric_ids(raw))}
    return sorted(entries, key=lambda entry: _get_order(entry, places))


def list_entries_of(layout: Layout, keys: Sequence[Any]) -> dict[Any, list[MetricEntry]]:
    """Return the metrics of runs of ours, by the runs' keys, in the order of :func:`list_entries`."""
    found: dict[Any, list[MetricEntry]] = {key: [] for key in keys}
    for raw in layout.metrics.find({f"{MARK}.key": {"$in": list(keys)}}, _WITHOUT_POINTS):
        entry = MetricEntry(raw)
        found[entry.mark["key"]].append(entry)
    return {key: sorted(entries, key=lambda entry: _get_order(entry, {})) for key, entries in found.items()}


def _get_order(entry: MetricEntry, places: dict[ObjectId, int]) -> tuple[Any, ...]:
    place = entry.order if entry.mark else places.get(entry.id, len(places))
    return entry.name.startswith("system."), place, str(entry.id)


def read_series(layout: Layout, entry: MetricEntry) -> tuple[Series, str | None]:
    """Return the points of a metric, and what is wrong with them, if something is."""
    if entry.mark:
        return _read_packed(layout, entry)
    raw = layout.metrics.find_one({"_id": entry.id}, dict.fromkeys(LISTS, 1))
    return decode_lists(entry.name, raw or {})


def _read_packed(layout: Layout, entry: MetricEntry) -> tuple[Series, str | None]:
    return _join(entry, layout.points.find({"key": entry.mark.get("key"), "metric": entry.id}))


def read_packed_series(layout: Layout, entries: Mapping[Any, list[MetricEntry]]) -> dict[Any, list[Series]]:
    """Return all points of runs of ours, by the runs' keys, without those runs that lack some.

    Args:
        layout: where they are.
        entries: their metrics, by the runs' keys.
    """
    chunks: dict[Any, list[Raw]] = {}
    keys = [key for key, some in entries.items() if some]
    left = _MOST_BYTES  # texts may take more than their number tells
    order = [("key", 1), ("metric", 1), ("start", 1)]  # that of the index
    for chunk in layout.points.find({"key": {"$in": keys}}).sort(order) if keys else ():
        chunks.setdefault(chunk.get("metric"), []).append(chunk)
        left -= len(chunk.get("data", b""))
        if left < 0:
            break
    found = {}
    for key, some in entries.items():
        joined = [(entry.count, *_join(entry, chunks.get(entry.id, ()))) for entry in some]
        if all(len(series) == count and not problem for count, series, problem in joined):
            found[key] = [series for _, series, _ in joined]
    return found


def _join(entry: MetricEntry, chunks: Iterable[Raw]) -> tuple[Series, str | None]:
    parts, problem = [], None
    place = 0
    for chunk in sorted(chunks, key=lambda chunk: (chunk.get("start", 0), -chunk.get("count", 0))):
        start, count = chunk.get("start", 0), chunk.get("count", 0)
        if start + count <= place:
            continue  # a small one whose points are in a larger one as well: its removal was interrupted
        if start != place:
            problem = f"metric {entry.name!r}: points are missing from {place} on"
        parts.append(bytes(chunk.get("data", b"")))
        place = start + count
    try:
        return join_series(entry.name, parts), problem
    except ValueError as error:
        return Series(entry.name, [], [], []), f"metric {entry.name!r}: {error}"


def decode_lists(name: str, raw: Raw) -> tuple[Series, str | None]:
    """Return the points that 0.8 wrote as three lists, and what is wrong with them."""
    steps, values, times = (raw.get(key) for key in LISTS)
    if not (isinstance(steps, list) and isinstance(values, list) and isinstance(times, list)):
        return Series(name, [], [], []), f"metric {name!r} is damaged: it has no points"
    count = min(len(steps), len(values), len(times))
    problem = None
    if max(len(steps), len(values), len(times)) != count:
        problem = f"metric {name!r} is damaged: only {count} of its points are whole"
    columns = (
        make_column(_simplify(steps[:count])),
        make_column(_simplify(values[:count])),
        make_column([_to_seconds(moment) for moment in times[:count]]),
    )
    return Series(name, *columns), problem


def _simplify(values: list[Any]) -> list[Any]:
    if {float, bool}.issuperset(map(type, values)):
        return values
    plain: list[Any] = flatten(restore(to_plain(values)))
    return plain


def _to_seconds(moment: Any) -> float:
    return moment.replace(tzinfo=UTC).timestamp() if isinstance(moment, datetime) else float("nan")


def iter_values(layout: Layout, ids: Sequence[Any]) -> Iterator[tuple[MetricEntry, Series]]:
    """Yield 0.8's metrics with all values and the last step: what a summary is made of."""
    fields: Raw = {"name": 1, "values": 1, "steps": {"$slice": -1}}
    wanted_ids = set(ids)
    filters = split_choices(layout.metrics, "_id", ids)
    found = (raw for wanted in filters for raw in layout.metrics.find(wanted, fields, batch_size=100))
    for raw in (raw for raw in found if raw["_id"] in wanted_ids):
        values = raw.get("values")
        values = _simplify(values) if isinstance(values, list) else []
        steps = raw.get("steps")
        last = _simplify(steps[-1:]) if isinstance(steps, list) else []
        padded = [None] * (len(values) - 1) + (last or [None])
        series = Series(str(raw.get("name")), padded, make_column(values), range(len(values)))
        yield MetricEntry(raw), series
