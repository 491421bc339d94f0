"""What our tables say of runs: documents, output, files."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sacred.model.record import Document, StoredFile
from sacred.stores.sql import schema
from sacred.stores.sql.chunks import read_summaries
from sacred.stores.sql.files import split
from sacred.stores.sql.legacy import finish_status
from sacred.stores.sql.texts import compute_digest

Tell = Callable[[str, object], None]
"""Is told of a run that can't be read, and why."""


def load_documents(
    connection: Connection, ids: Sequence[str], tell: Tell, *, with_metrics: bool
) -> dict[str, Document]:
    """Return the documents of those runs that there are.

    Args:
        connection: for reading.
        ids: of which runs.
        tell: is told of each that can't be read.
        with_metrics: with summaries of the metrics.
    """
    found: dict[str, Document] = {}
    keys: dict[str, int] = {}
    for part in split(list(dict.fromkeys(ids))):
        _load_part(connection, part, found, keys, tell)
    if with_metrics:
        by_key = _read_summaries(connection, keys, tell)
        for run_id in list(found):
            if keys[run_id] not in by_key:
                del found[run_id]
                continue
            found[run_id]["metrics"] = by_key[keys[run_id]]
    return {run_id: found[run_id] for run_id in dict.fromkeys(ids) if run_id in found}


def _load_part(
    connection: Connection,
    ids: Sequence[str],
    found: dict[str, Document],
    keys: dict[str, int],
    tell: Tell,
) -> None:
    runs = schema.runs.c
    query = sa.select(runs.key, runs.id, runs.document, runs.annotations).where(
        runs.id_digest.in_(map(compute_digest, ids)), runs.trashed_us.is_(None)
    )
    rows = connection.execute(query).all()
    long_ones = _read_parts(connection, [row.key for row in rows if row.document is None])
    for row in rows:
        try:
            document = _parse(long_ones.get(row.key, "") if row.document is None else row.document)
            annotations = _parse(row.annotations)
        except (ValueError, TypeError, RecursionError) as error:
            tell(row.id, error)
            continue
        found[row.id] = finish_status({**document, "id": row.id, **annotations})
        keys[row.id] = row.key


def _parse(text: str) -> Document:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError("it is no JSON object")
    return value


def _read_parts(connection: Connection, keys: Sequence[int]) -> dict[int, str]:
    parts = schema.document_parts.c
    texts: dict[int, list[str]] = {}
    for some in split(keys):
        query = sa.select(parts.run, parts.text).where(parts.run.in_(some)).order_by(parts.run, parts.number)
        for run, text in connection.execute(query):
            texts.setdefault(run, []).append(text)
    return {run: "".join(several) for run, several in texts.items()}


def _read_summaries(connection: Connection, keys: dict[str, int], tell: Tell) -> dict[int, Any]:
    try:
        return dict(read_summaries(connection, list(keys.values())))
    except ValueError:  # find out whose are damaged
        found: dict[int, Any] = {}
        for run_id, key in keys.items():
            try:
                found |= read_summaries(connection, [key])
            except ValueError as error:
                tell(run_id, error)
        return found


def read_output(connection: Connection, run: int, start: int, stop: int | None) -> bytes:
    """Return output of a run from byte ``start`` on to before ``stop``."""
    output = schema.output.c
    first = sa.select(sa.func.max(output.start)).where(output.run == run, output.start <= start)
    query = sa.select(output.start, output.content).where(
        output.run == run, output.start >= sa.func.coalesce(first.scalar_subquery(), 0)
    )
    if stop is not None:
        query = query.where(output.start < stop)
    rows = connection.execute(query.order_by(output.start)).all()
    if not rows:
        return b""
    skipped = rows[0].start
    whole = b"".join(row.content for row in rows)
    return whole[max(0, start - skipped) : None if stop is None else max(0, stop - skipped)]


def read_outputs(connection: Connection, runs: Sequence[int]) -> dict[int, bytes]:
    """Return all output of some runs, by their keys."""
    output = schema.output.c
    found: dict[int, list[bytes]] = {run: [] for run in runs}
    for part in split(runs):
        query = sa.select(output.run, output.content).where(output.run.in_(part))
        for run, content in connection.execute(query.order_by(output.run, output.start)):
            found[run].append(content)
    return {run: b"".join(pieces) for run, pieces in found.items()}


def list_files(connection: Connection, runs: Sequence[int]) -> dict[int, list[StoredFile]]:
    """Return files by the runs' keys; the key of each is that of its content, and its true size."""
    files, blobs = schema.files.c, schema.blobs.c
    found: dict[int, list[StoredFile]] = {run: [] for run in runs}
    for part in split(runs):
        query = sa.select(schema.files, blobs.size_bytes.label("kept_bytes"))
        query = query.join(schema.blobs, files.blob == blobs.key, isouter=True).where(files.run.in_(part))
        for row in connection.execute(query.order_by(files.key)):
            found[row.run].append(_make_file(row))
    return found


def _make_file(row: Any) -> StoredFile:
    return StoredFile(
        kind=row.kind,
        name=row.name,
        key=None if row.blob is None else (row.blob, row.kept_bytes),
        size_bytes=row.size_bytes,
        digests=json.loads(row.digests),
        notes=json.loads(row.notes),
    )


def list_fingerprints(connection: Connection, damaged: Iterable[str | None]) -> dict[str, str]:
    """Return ``{fingerprint: id}`` of all runs but those that can't be read."""
    runs = schema.runs.c
    query = sa.select(runs.fingerprint, runs.id).where(runs.trashed_us.is_(None))
    left_out = set(damaged)
    return {
        fingerprint: run_id for fingerprint, run_id in connection.execute(query) if run_id not in left_out
    }


def read_annotations(connection: Connection, run: int) -> dict[str, Any]:
    """Return the tags and notes of a run."""
    query = sa.select(schema.runs.c.annotations).where(schema.runs.c.key == run)
    found = json.loads(connection.scalar(query) or "{}")
    return found if isinstance(found, dict) else {}


def write_annotations(connection: Connection, run: int, text: str) -> None:
    """Replace the tags and notes of a run."""
    connection.execute(sa.update(schema.runs).where(schema.runs.c.key == run).values(annotations=text))
