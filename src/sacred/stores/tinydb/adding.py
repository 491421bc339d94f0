"""Runs of other stores brought into a TinyDB folder: many at a time, each whole or not at all."""

import io
import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from sacred.model.packing import pack_series
from sacred.model.record import StoredFile, compute_fingerprint
from sacred.model.series import summarize
from sacred.stores.base import StoredRun
from sacred.stores.tinydb.contents import Contents
from sacred.stores.tinydb.metadata import Metadata, Row, Tables
from sacred.stores.tinydb.rows import OWN, RUNS, find_losses, get_mark, make_row, read_id

_BATCH_SECONDS = 0.5
_BATCH_RUNS = 250
_MOST_TEXT_BYTES = 1 << 20


def add_runs(
    metadata: Metadata, contents: Contents, runs: Iterable[StoredRun]
) -> Iterator[tuple[StoredRun, str]]:
    """Take in runs, and yield each with its id once it is written.

    Raises:
        StoreError: the folder can't be written, or a run can't be read where it is.
    """
    waiting = iter(runs)
    is_over = False
    while not is_over:
        added: list[tuple[StoredRun, str]] = []
        failure: Exception | None = None
        with metadata.changing() as tables:
            try:
                is_over = _take_some(waiting, tables, contents, added)
            except Exception as error:  # noqa: BLE001 - those before it are whole, and so they are written
                failure = error
        yield from added
        if failure is not None:
            raise failure


def _take_some(
    waiting: Iterator[StoredRun], tables: Tables, contents: Contents, added: list[tuple[StoredRun, str]]
) -> bool:
    """Put some runs into the tables; tell whether there are no more."""
    end = time.monotonic() + _BATCH_SECONDS
    rows = tables.setdefault(RUNS, {})
    own_rows = tables.setdefault(OWN, {})
    taken = {run_id for run_id in map(read_id, rows.values()) if run_id is not None}
    for run in waiting:
        row, own = _make_rows(run, contents)
        run_id = choose_id(run.id, taken)
        taken.add(run_id)
        row["_id"] = int(run_id) if is_number(run_id) else run_id
        number = find_next_number(rows)
        rows[number], own_rows[number] = row, {**own, "of": get_mark(row)}
        added.append((run, run_id))
        if time.monotonic() > end or len(added) == _BATCH_RUNS:
            return False
    return True


def _make_rows(run: StoredRun, contents: Contents) -> tuple[Row, Row]:
    document = run.make_document()
    files = [_keep_file(run, file, contents) for file in run.list_files()]
    text, output = _keep_output(run, contents)
    row = make_row(document, files, text)
    points, metrics = _keep_points(run, contents)
    labels = {key: document[key] for key in ("tags", "notes") if key in document}
    own = {
        "exact": find_losses(document, row),
        "fingerprint": compute_fingerprint(document),
        "labels": json.dumps(labels),
        "files": json.dumps([_file_to_list(file) for file in files]),
        "output": output,
        "points": points,
        "metrics": json.dumps(metrics),
    }
    return row, own


def _keep_file(run: StoredRun, file: StoredFile, contents: Contents) -> StoredFile:
    opened = run.open_file(file)
    if opened is None:
        return StoredFile(file.kind, file.name, None, file.size_bytes, file.digests, file.notes)
    with opened:
        kept = contents.add(opened)
    digests = {**kept.digests, **file.digests}
    return StoredFile(file.kind, file.name, kept.key, kept.size_bytes, digests, file.notes)


def _file_to_list(file: StoredFile) -> list[Any]:
    return [file.kind, file.name, file.key, file.size_bytes, dict(file.digests), dict(file.notes)]


def _keep_output(run: StoredRun, contents: Contents) -> tuple[str, str | None]:
    """Return the beginning of the output as text, and where all of it is, if the text is not enough."""
    kept, beginning = None, b""
    pieces = run.iter_output()
    for piece in pieces:
        beginning += piece
        if len(beginning) > _MOST_TEXT_BYTES:
            kept = contents.add(io.BufferedReader(_Pieces(beginning, pieces)))
            break
    text = beginning[:_MOST_TEXT_BYTES].decode("utf-8", "replace")
    if kept is None and text.encode("utf-8", "replace") != beginning:
        kept = contents.add(io.BytesIO(beginning))
    return text, kept.key if kept else None


class _Pieces(io.RawIOBase):
    """Bytes that come piece by piece, as a file."""

    def __init__(self, beginning: bytes, pieces: Iterator[bytes]) -> None:
        self._waiting = beginning
        self._pieces = pieces

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._waiting:
            self._waiting = next(self._pieces, b"")
        piece = self._waiting[: len(buffer)]
        self._waiting = self._waiting[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


def _keep_points(run: StoredRun, contents: Contents) -> tuple[str | None, list[Row]]:
    """Keep all points of a run in one content, and return where it is, and what is in it."""
    metrics, parts = [], []
    start = 0
    for series in run.read_series():
        data = pack_series(series, compress=True)
        summary = summarize(series)
        metrics.append({"name": series.name, "start": start, "size": len(data), "summary": summary})
        parts.append(data)
        start += len(data)
    return (contents.add(io.BytesIO(b"".join(parts))).key if parts else None), [dict(one) for one in metrics]


def choose_id(wanted: str, taken: set[str]) -> str:
    """Return the id that was wanted if it is free, else the next number."""
    if wanted and wanted not in taken:
        return wanted
    return str(max((int(run_id) for run_id in taken if is_number(run_id)), default=0) + 1)


def is_number(run_id: str) -> bool:
    """Tell whether an id is written as a number."""
    return run_id.isascii() and run_id.isdigit() and len(run_id) < 19 and str(int(run_id)) == run_id


def find_next_number(rows: dict[str, Row]) -> str:
    """Return the number of the next row, as TinyDB counts them."""
    return str(max((int(number) for number in rows if is_number(number)), default=0) + 1)
