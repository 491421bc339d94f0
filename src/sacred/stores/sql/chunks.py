"""Points in the database: packed, several chunks for each metric.

A run that is under way adds small chunks; at its end they are put together into large ones.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sacred.model.packing import join_series, pack_series
from sacred.model.series import Series, summarize
from sacred.stores.index import MARK, get_mark_key
from sacred.stores.sql import schema
from sacred.stores.sql.files import split
from sacred.stores.sql.texts import compute_digest

CHUNK_POINTS = 1 << 14
_MOST_BYTES = 4 << 20  # servers refuse statements beyond 16 MB
_SYSTEM = "system."
_MARK_PATH = get_mark_key(("metrics",))

Row = dict[str, Any]


def make_chunks(series: Series, start: int = 0) -> Iterator[Row]:
    """Yield the points of a series as rows of chunks, without the metric.

    Args:
        series: some or all points of a metric.
        start: the number of the first one.
    """
    for first in range(0, len(series), CHUNK_POINTS):
        yield from _make_chunk(series.part(first, first + CHUNK_POINTS), start + first)


def _make_chunk(series: Series, start: int) -> Iterator[Row]:
    packed, count = pack_series(series), len(series)
    if len(packed) > _MOST_BYTES and count > 1:  # long texts as values
        half = count // 2
        yield from _make_chunk(series.part(0, half), start)
        yield from _make_chunk(series.part(half), start + half)
        return
    yield {"start": start, "points": count, "packed": packed}


def make_metric(series: Series, position: int) -> Row:
    """Return the row of a metric whose points are all there, without the run."""
    return {
        "position": position,
        "name": series.name,
        "name_digest": compute_digest(series.name),
        "points": len(series),
        "summary": json.dumps(summarize(series)),
    }


def insert_metrics(connection: Connection, metrics: Sequence[tuple[int, Row, list[Row]]]) -> None:
    """Write metrics of runs that have none yet.

    Args:
        connection: in a transaction.
        metrics: the run's key, the row of the metric, the rows of its chunks.
    """
    if not metrics:
        return
    connection.execute(sa.insert(schema.metrics), [{**row, "run": run} for run, row, _ in metrics])
    columns = schema.metrics.c
    keys: dict[tuple[int, str], int] = {}
    for part in split(sorted({run for run, _, _ in metrics})):
        query = sa.select(columns.run, columns.name_digest, columns.key).where(columns.run.in_(part))
        keys |= {(run, digest): key for run, digest, key in connection.execute(query)}
    for run, row, chunks in metrics:
        for chunk in chunks:
            chunk["metric"] = keys[run, row["name_digest"]]
    rows = [chunk for _, _, chunks in metrics for chunk in chunks]
    if rows:
        connection.execute(sa.insert(schema.chunks), rows)


def append_points(connection: Connection, run: int, series: Iterable[Series]) -> None:
    """Add points to metrics of a run that is under way.

    Args:
        connection: in a transaction that writes.
        run: the run's key.
        series: the new points; metrics that are new are made.
    """
    columns = schema.metrics.c
    found = connection.execute(
        sa.select(columns.name_digest, columns.key, columns.points).where(columns.run == run)
    )
    known = {digest: (key, points) for digest, key, points in found}
    for one in series:
        digest = compute_digest(one.name)
        if digest not in known:
            row = {**make_metric(one.part(0, 0), len(known)), "run": run, "summary": None}
            result = connection.execute(sa.insert(schema.metrics), row)
            known[digest] = (int(result.inserted_primary_key[0]), 0)  # type: ignore[index]
        key, count = known[digest]
        rows = [{**chunk, "metric": key} for chunk in make_chunks(one, count)]
        if rows:
            connection.execute(sa.insert(schema.chunks), rows)
        values = {"points": count + len(one), "summary": None}
        connection.execute(sa.update(schema.metrics).where(columns.key == key).values(values))
        known[digest] = (key, count + len(one))
    _mark(connection, run)


def _mark(connection: Connection, run: int) -> None:
    """Note that a query about the metrics of a run must look at its points."""
    fields = schema.fields.c
    query = sa.select(fields.run).where(fields.path == _MARK_PATH, fields.run == run)
    if connection.execute(query).first() is None:
        connection.execute(sa.insert(schema.fields), {"path": _MARK_PATH, "run": run, "kind": MARK})


def compact(connection: Connection, run: int) -> dict[str, Row]:
    """Put the small chunks of a run that has ended into large ones, sum its metrics up, return the summaries.

    Args:
        connection: in a transaction that writes.
        run: the run's key.
    """
    columns, summaries = schema.metrics.c, {}
    query = sa.select(columns.key, columns.name).where(columns.run == run).order_by(columns.position)
    for key, name in connection.execute(query).all():
        series = read_points(connection, {key: name})[key]
        connection.execute(sa.delete(schema.chunks).where(schema.chunks.c.metric == key))
        rows = [{**chunk, "metric": key} for chunk in make_chunks(series)]
        if rows:
            connection.execute(sa.insert(schema.chunks), rows)
        summaries[name] = dict(summarize(series))
        values = {"summary": json.dumps(summaries[name]), "points": len(series)}
        connection.execute(sa.update(schema.metrics).where(columns.key == key).values(values))
    return summaries


def read_points(connection: Connection, names: Mapping[int, str]) -> dict[int, Series]:
    """Return the points of metrics, by their keys.

    Args:
        connection: for reading.
        names: of the metrics, by their keys.

    Raises:
        ValueError: they are damaged.
    """
    parts = _read_packed(connection, list(names))
    return {key: join_series(names[key], packed) for key, packed in parts.items()}


def _read_packed(connection: Connection, metrics: Sequence[int]) -> dict[int, list[bytes]]:
    chunks = schema.chunks.c
    parts: dict[int, list[bytes]] = {key: [] for key in metrics}
    for some in split(metrics):
        query = sa.select(chunks.metric, chunks.packed).where(chunks.metric.in_(some))
        for key, packed in connection.execute(query.order_by(chunks.metric, chunks.start)):
            parts[key].append(packed)
    return parts


def list_names(connection: Connection, run: int) -> list[str]:
    """Return the names of a run's metrics in the order of their first points; the system's come last."""
    return list(_list_metrics(connection, [run])[run])


def read_series(connection: Connection, run: int, names: Sequence[str] | None = None) -> list[Series]:
    """Return all points of all metrics of a run, or of the named ones that exist.

    Raises:
        ValueError: they are damaged.
    """
    keys = _list_metrics(connection, [run])[run]
    wanted = keys if names is None else names
    chosen = {keys[name]: name for name in wanted if name in keys}
    series = read_points(connection, chosen)
    return [series[key] for key in chosen]


def read_all_series(connection: Connection, runs: Sequence[int]) -> dict[int, list[Series]]:
    """Return all points of some runs, by the runs' keys, without those runs that are damaged."""
    metrics = _list_metrics(connection, runs)
    packed = _read_packed(connection, [key for keys in metrics.values() for key in keys.values()])
    found = {}
    for run, keys in metrics.items():
        with contextlib.suppress(ValueError):
            found[run] = [join_series(name, packed[key]) for name, key in keys.items()]
    return found


def _list_metrics(connection: Connection, runs: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return the keys of metrics by their names, in order, by the keys of their runs."""
    columns = schema.metrics.c
    found: dict[int, dict[str, int]] = {run: {} for run in runs}
    for part in split(runs):
        query = sa.select(columns.run, columns.name, columns.key).where(columns.run.in_(part))
        for run, name, key in connection.execute(query.order_by(columns.position)):
            found[run][name] = key
    return {run: {name: keys[name] for name in _sort_names(keys)} for run, keys in found.items()}


def _sort_names(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: name.startswith(_SYSTEM))


def read_summaries(connection: Connection, runs: Sequence[int]) -> dict[int, dict[str, Row]]:
    """Return the summaries of the metrics of some runs, by the runs' keys; of live ones they are made now.

    Raises:
        ValueError: they are damaged.
    """
    columns = schema.metrics.c
    found: dict[int, dict[str, Row]] = {run: {} for run in runs}
    open_ones: dict[int, tuple[int, str]] = {}
    for some in split(runs):
        query = sa.select(columns.run, columns.key, columns.name, columns.summary)
        rows = connection.execute(query.where(columns.run.in_(some)).order_by(columns.position))
        for run, key, name, summary in rows:
            found[run][name] = {} if summary is None else json.loads(summary)
            if summary is None:
                open_ones[key] = (run, name)
    series = read_points(connection, {key: name for key, (_, name) in open_ones.items()})
    for key, (run, name) in open_ones.items():
        found[run][name] = dict(summarize(series[key]))
    return {run: {name: by_name[name] for name in _sort_names(by_name)} for run, by_name in found.items()}
