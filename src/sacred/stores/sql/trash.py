"""Runs in the trash, and contents that nobody needs any more."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sacred.stores.base import Garbage
from sacred.stores.sql import schema
from sacred.stores.sql.files import split
from sacred.stores.sql.moments import now_us

_GRACE_US = 24 * 3600 * 1_000_000
"""So long a content that no run names may belong to one that is being added."""


def mark_trashed(connection: Connection, keys: Sequence[int], moment: int | None) -> None:
    """Move runs to the trash, or bring them back."""
    for part in split(keys):
        rows = sa.update(schema.runs).where(schema.runs.c.key.in_(part))
        connection.execute(rows.values(trashed_us=moment))


def list_trash(connection: Connection) -> dict[str, int]:
    """Return the keys of the runs in the trash, by their ids."""
    runs = schema.runs.c
    rows = connection.execute(sa.select(runs.id, runs.key).where(runs.trashed_us.is_not(None)))
    return {run_id: key for run_id, key in rows}  # noqa: C416 - rows are no pairs


def measure_garbage(connection: Connection) -> tuple[Garbage, list[int], list[int]]:
    """Return what collecting would remove: in numbers, the keys of runs, and those of contents."""
    runs = list(list_trash(connection).values())
    in_trash = sa.select(schema.runs.c.key).where(schema.runs.c.trashed_us.is_not(None))
    size = sum(
        connection.scalar(sa.select(sa.func.sum(_measure(connection, column))).where(condition)) or 0
        for column, condition in (
            (schema.runs.c.document, schema.runs.c.trashed_us.is_not(None)),
            (schema.document_parts.c.text, schema.document_parts.c.run.in_(in_trash)),
            (schema.output.c.content, schema.output.c.run.in_(in_trash)),
            (
                schema.chunks.c.packed,
                schema.chunks.c.metric.in_(
                    sa.select(schema.metrics.c.key).where(schema.metrics.c.run.in_(in_trash))
                ),
            ),
        )
    )
    contents = connection.execute(_find_unneeded(in_trash)).all()
    size += sum(size_bytes for _, size_bytes in contents)
    return Garbage(len(runs), len(contents), int(size)), runs, [key for key, _ in contents]


def _find_unneeded(in_trash: Any) -> Any:
    files, blobs = schema.files.c, schema.blobs.c
    needed = sa.exists().where(files.blob == blobs.key, files.run.not_in(in_trash))
    thrown = sa.exists().where(files.blob == blobs.key, files.run.in_(in_trash))
    is_old = blobs.added_us < now_us() - _GRACE_US
    return sa.select(blobs.key, blobs.size_bytes).where(~needed, thrown | is_old)


def _measure(connection: Connection, column: Any) -> Any:
    """Return how many bytes a column has; SQLite learned the common word for it only lately."""
    return sa.func.length(column) if connection.dialect.name == "sqlite" else sa.func.octet_length(column)


def remove(connection: Connection, runs: Sequence[int], contents: Sequence[int]) -> None:
    """Remove runs and contents, with all that belongs to them.

    Args:
        connection: in a transaction that holds the lock.
        runs: their keys.
        contents: their keys.
    """
    for table, keys in ((schema.runs, runs), (schema.blobs, contents)):
        for part in split(keys):
            connection.execute(sa.delete(table).where(table.c.key.in_(part)))
