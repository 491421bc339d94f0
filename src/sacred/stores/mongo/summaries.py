"""Summaries of metrics: ours are in the metrics' documents, those of 0.8's are worked out once and kept."""

import json
from collections.abc import Sequence
from typing import Any, cast

from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from sacred.model.series import Summary, summarize
from sacred.stores.mongo.connection import Raw
from sacred.stores.mongo.document import MARK, get_mark, get_metric_ids
from sacred.stores.mongo.layout import Layout, split_choices
from sacred.stores.mongo.points import MetricEntry, iter_values

Summaries = dict[str, Summary]


def load_summaries(layout: Layout, raws: Sequence[Raw]) -> list[Summaries]:
    """Return the summaries of all metrics of some runs, in the order of the runs.

    Args:
        layout: where they are.
        raws: the runs, with ``_id``, ``sacred.key`` and ``info.metrics``.
    """
    metrics = _find_metrics(layout, raws)
    of_old = [
        raw["_id"] for raw, own in zip(raws, metrics, strict=True) if any(MARK not in one for one in own)
    ]
    known = _load_kept(layout, of_old)
    _work_out(layout, raws, metrics, known)
    return [
        _collect(raw, own, known.get(_hash(raw["_id"]), {})) for raw, own in zip(raws, metrics, strict=True)
    ]


def _find_metrics(layout: Layout, raws: Sequence[Raw]) -> list[list[Raw]]:
    """Return what is known of each run's metrics, without points, but with their number."""
    places: dict[Any, int] = {}
    keys, ids, run_ids = [], [], []
    for place, raw in enumerate(raws):
        listed = get_metric_ids(raw)
        mark = get_mark(raw)
        if mark is not None:
            keys.append(mark.get("key"))
            places["key", mark.get("key")] = place
        elif listed:
            ids += listed
            places |= {("id", one): place for one in listed}
        else:
            run_ids.append(raw["_id"])
            places["run", _hash(raw["_id"])] = place
    found: list[list[Raw]] = [[] for _ in raws]
    for metric in _fetch(layout, keys, ids, run_ids):
        mark = get_mark(metric)
        if mark is not None:
            owner = places.get(("key", mark.get("key")))
        else:
            owner = places.get(("id", metric["_id"]), places.get(("run", _hash(metric.get("run_id")))))
        if owner is not None:
            found[owner].append(metric)
    return found


def _fetch(layout: Layout, keys: list[Any], ids: list[Any], run_ids: list[Any]) -> list[Raw]:
    metrics = layout.metrics
    filters = split_choices(metrics, f"{MARK}.key", keys) + split_choices(metrics, "_id", ids)
    filters += split_choices(metrics, "run_id", run_ids)
    filters = [{}] if {} in filters else filters
    count = {"$cond": [{"$isArray": "$values"}, {"$size": "$values"}, 0]}
    fields = {"name": 1, "run_id": 1, MARK: 1, "count": {"$cond": [{"$gt": [f"${MARK}", None]}, 0, count]}}
    found: list[Raw] = []
    for wanted in filters:
        found += metrics.aggregate([{"$match": wanted}, {"$project": fields}])
    return found


def _load_kept(layout: Layout, run_ids: list[Any]) -> dict[Any, Raw]:
    """Return what was worked out before: by run and metric ``[count, summary]``."""
    kept = {}
    filters = split_choices(layout.summaries, "_id", run_ids)
    for row in (row for wanted in filters for row in layout.summaries.find(wanted)):
        try:
            kept[_hash(row["_id"])] = dict(json.loads(row["text"]))
        except (LookupError, TypeError, ValueError):
            continue  # damaged; it is derived, and will be replaced
    return kept


def _work_out(layout: Layout, raws: Sequence[Raw], metrics: list[list[Raw]], known: dict[Any, Raw]) -> None:
    """Sum up those metrics of 0.8 that have not been, or have grown, and keep it if that is allowed."""
    owners: dict[Any, Any] = {}
    for raw, own in zip(raws, metrics, strict=True):
        kept = known.get(_hash(raw["_id"]), {})
        for metric in own:
            if MARK not in metric and not _is_fresh(kept.get(str(metric["_id"])), metric["count"]):
                owners[metric["_id"]] = raw["_id"]
    changed = {}
    for entry, series in iter_values(layout, list(owners)):
        run_id = owners[entry.id]
        known.setdefault(_hash(run_id), {})[str(entry.id)] = [len(series), summarize(series)]
        changed[_hash(run_id)] = run_id
    rows = [(run_id, json.dumps(known[place])) for place, run_id in changed.items()]
    try:
        if rows:
            layout.summaries.bulk_write(
                [UpdateOne({"_id": run_id}, {"$set": {"text": text}}, upsert=True) for run_id, text in rows]
            )
    except PyMongoError:
        return  # who may only read works them out anew each time


def _is_fresh(kept: Any, count: int) -> bool:
    return isinstance(kept, list) and len(kept) == 2 and kept[0] == count and isinstance(kept[1], dict)


def _collect(raw: Raw, metrics: list[Raw], kept: Raw) -> Summaries:
    places = {one: place for place, one in enumerate(get_metric_ids(raw))}
    entries = [MetricEntry(metric) for metric in metrics]
    entries.sort(key=lambda entry: entry.order if entry.mark else places.get(entry.id, len(places)))
    found: Summaries = {}
    for entry in entries:
        summary = _read_own(entry) if entry.mark else kept.get(str(entry.id), [0, None])[1]
        if isinstance(summary, dict):
            found[entry.name] = cast("Summary", summary)
    return found


def _read_own(entry: MetricEntry) -> Any:
    try:
        return json.loads(entry.mark.get("summary") or "null")
    except (TypeError, ValueError):
        return None


def _hash(raw_id: Any) -> Any:
    """Return an id as a key of a dictionary: 1 and 1.0 and True are others there, and not all can be one."""
    return type(raw_id).__name__, str(raw_id)
