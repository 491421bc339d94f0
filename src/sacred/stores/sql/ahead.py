"""Reading ahead: the parts of many runs with few questions, for a copy."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sacred.stores.ahead import make_plan
from sacred.stores.base import RunParts
from sacred.stores.sql import schema
from sacred.stores.sql.chunks import read_all_series
from sacred.stores.sql.files import PIECE_BYTES, split
from sacred.stores.sql.reading import list_files, read_outputs


def read_parts(connection: Connection, keys: Mapping[str, int]) -> dict[str, RunParts]:
    """Return parts of runs by id; see :class:`sacred.stores.base.PartsReader`.

    Args:
        connection: for reading.
        keys: of the runs by their ids.

    Raises:
        ValueError: something is damaged.
    """
    runs = list(keys.values())
    owner, place = schema.metrics.c.run, schema.metrics.join(schema.chunks)
    points = _measure(connection, owner, schema.chunks.c.packed, place, runs)
    outputs = _measure(connection, schema.output.c.run, schema.output.c.content, schema.output, runs)
    files = list_files(connection, runs)
    plan = make_plan(runs, points, outputs, files, PIECE_BYTES - 1)
    series = read_all_series(connection, plan.points)
    texts = read_outputs(connection, plan.outputs)
    contents = _read_contents(connection, dict(plan.contents.keys()))
    return {
        run_id: RunParts(series.get(run), texts.get(run), files[run], contents)
        for run_id, run in keys.items()
        if run in plan.runs
    }


def _measure(
    connection: Connection, owner: Any, content: Any, place: sa.FromClause, runs: Sequence[int]
) -> dict[int, int]:
    """Return how many bytes of something each run has."""
    found: dict[int, int] = {}
    for part in split(runs):
        query = sa.select(owner, sa.func.sum(sa.func.length(content))).select_from(place)
        rows = connection.execute(query.where(owner.in_(part)).group_by(owner))
        found |= {run: int(size) for run, size in rows}
    return found


def _read_contents(connection: Connection, sizes: Mapping[int, int]) -> dict[Any, bytes]:
    """Return the contents that are one piece, by the keys that files have for them."""
    pieces = schema.pieces.c
    found: dict[Any, bytes] = {(blob, 0): b"" for blob, size in sizes.items() if not size}
    for part in split([blob for blob, size in sizes.items() if size]):
        query = sa.select(pieces.blob, pieces.content).where(pieces.blob.in_(part), pieces.start == 0)
        for blob, content in connection.execute(query):
            if len(content) == sizes[blob]:
                found[blob, sizes[blob]] = content
    return found
