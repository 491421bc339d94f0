"""Reading ahead: the parts of many runs with few questions, for a copy."""

from collections.abc import Mapping
from typing import Any

from sacred.stores.ahead import make_plan
from sacred.stores.base import RunParts
from sacred.stores.mongo.connection import Raw
from sacred.stores.mongo.files import CHUNK_BYTES
from sacred.stores.mongo.layout import Layout
from sacred.stores.mongo.parts import Parts
from sacred.stores.mongo.points import list_entries_of, read_packed_series

_POINT_BYTES = 24


def read_parts(layout: Layout, parts: Parts, marks: Mapping[str, Raw]) -> dict[str, RunParts]:
    """Return parts of runs of ours by id; see :class:`sacred.stores.base.PartsReader`.

    Args:
        layout: where they are.
        parts: reads their outputs and lists of files.
        marks: what is ours in their documents, by id: ``key``, ``output_bytes``.

    Raises:
        ValueError: a list of files is damaged.
    """
    keys = {run_id: mark.get("key") for run_id, mark in marks.items()}
    runs = list(keys.values())
    entries = list_entries_of(layout, runs)
    points = {key: _POINT_BYTES * sum(one.count for one in some) for key, some in entries.items()}
    outputs = {mark.get("key"): mark.get("output_bytes", 0) for mark in marks.values()}
    files = parts.read_files(runs)
    plan = make_plan(runs, points, outputs, files, CHUNK_BYTES)
    series = read_packed_series(layout, {key: entries[key] for key in plan.points})
    texts = parts.read_outputs(plan.outputs)
    contents = _read_contents(layout, plan.contents)
    return {
        run_id: RunParts(series.get(key), texts.get(key), files[key], contents)
        for run_id, key in keys.items()
        if key in plan.runs
    }


def _read_contents(layout: Layout, sizes: Mapping[Any, int]) -> dict[Any, bytes]:
    """Return the contents that are one piece."""
    found = {file_id: b"" for file_id, size in sizes.items() if not size}
    wanted = [file_id for file_id, size in sizes.items() if size]
    if wanted:
        for chunk in layout.chunks.find({"files_id": {"$in": wanted}, "n": 0}, {"files_id": 1, "data": 1}):
            data = bytes(chunk.get("data", b""))
            if len(data) == sizes[chunk["files_id"]]:
                found[chunk["files_id"]] = data
    return found
