"""Adding runs of other stores: what they consist of is read first, then written in short transactions."""

import contextlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sacred.errors import StoreError
from sacred.model.record import Document, StoredFile, compute_fingerprint
from sacred.query.fields import read_id
from sacred.stores.base import StoredRun
from sacred.stores.index import UNKNOWN_RUN, Rows, index_document, index_metrics, index_run
from sacred.stores.sql import schema
from sacred.stores.sql.chunks import insert_metrics, make_chunks, make_metric
from sacred.stores.sql.database import Database
from sacred.stores.sql.files import Content, Intake, LostContentError, split, store_contents
from sacred.stores.sql.indexing import insert_rows
from sacred.stores.sql.legacy import OldTables
from sacred.stores.sql.moments import find_silence
from sacred.stores.sql.texts import compute_digest, is_kept_as_it_is

_MOST_RUNS = 100
_MOST_BYTES = 16 << 20
_OUTPUT_BYTES = 1 << 20
_PART_CHARACTERS = 4 << 20  # servers refuse statements beyond 16 MB
_OWN_KEYS = ("id", "metrics", "tags", "notes")

Row = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """A run that is to be written.

    Attributes:
        run: where it comes from.
        document: with what is not in columns of its own.
        metrics: their rows, each with those of its chunks.
        output: held in memory, or on disk if it is long.
        files: each with its content, or None if that was lost.
        rows: what queries are answered from.
        size_bytes: what it takes in memory.
    """

    run: StoredRun
    document: Document
    metrics: list[tuple[Row, list[Row]]] = field(default_factory=list)
    output: IO[bytes] | None = None
    files: list[tuple[StoredFile, Content | None]] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)
    size_bytes: int = 0


def add_runs(
    database: Database, old: OldTables, runs: Iterable[StoredRun]
) -> Iterator[tuple[StoredRun, str]]:
    """Write runs in batches, and yield each with its id once it is there.

    What was read before a run that can't be read is written all the same.
    """
    intake = Intake(database)
    waiting = iter(runs)
    failure: Exception | None = None
    while failure is None:
        with contextlib.ExitStack() as stack:
            batch: list[Draft] = []
            failure = _fill(batch, waiting, intake, stack)
            if not batch and failure is None:
                return
            yield from _write(database, old, intake, batch)
    raise failure


def _fill(
    batch: list[Draft], waiting: Iterator[StoredRun], intake: Intake, stack: contextlib.ExitStack
) -> Exception | None:
    """Read runs until there are enough for a transaction; return what went wrong."""
    size = 0
    try:
        while len(batch) < _MOST_RUNS and size < _MOST_BYTES:
            run = next(waiting, None)
            if run is None:
                break
            draft = _read(run, intake, stack)
            batch.append(draft)
            size += draft.size_bytes
    except Exception as error:  # noqa: BLE001 - whatever another store raises
        return error
    return None


def _read(run: StoredRun, intake: Intake, stack: contextlib.ExitStack) -> Draft:
    document = run.make_document()
    draft = Draft(run, document, rows=index_document(document))
    summaries = {}
    for position, series in enumerate(run.read_series()):
        row = make_metric(series, position)
        chunks = list(make_chunks(series))
        draft.metrics.append((row, chunks))
        draft.size_bytes += sum(len(chunk["packed"]) for chunk in chunks)
        summaries[series.name] = json.loads(row["summary"])
    more = index_metrics(summaries)
    draft.rows.fields += more.fields
    draft.rows.items += more.items
    draft.rows.names |= more.names
    draft.output = _read_output(run, stack)
    for file in run.list_files():
        content = intake.read(run, file)
        draft.files.append((file, content))
        draft.size_bytes += len(content.data or b"") if content else 0
    return draft


def _read_output(run: StoredRun, stack: contextlib.ExitStack) -> IO[bytes] | None:
    output: IO[bytes] | None = None
    for piece in run.iter_output(_OUTPUT_BYTES):
        if output is None:
            output = stack.enter_context(tempfile.SpooledTemporaryFile(_OUTPUT_BYTES))  # noqa: SIM115 - it is
        output.write(piece)
    return output


def _write(
    database: Database, old: OldTables, intake: Intake, batch: list[Draft]
) -> Iterator[tuple[StoredRun, str]]:
    def write(connection: Connection) -> list[str]:
        database.hold_lock(connection)
        return _insert(connection, old, batch)

    if not batch:
        return
    try:
        ids = database.write(write)
    except LostContentError:
        intake.forget()
        for draft in batch:
            draft.files = [(file, intake.read(draft.run, file)) for file, _ in draft.files]
        ids = database.write(write)
    intake.let_go()
    for draft, run_id in zip(batch, ids, strict=True):
        yield draft.run, run_id


def _insert(connection: Connection, old: OldTables, batch: Sequence[Draft]) -> list[str]:
    ids = choose_ids(connection, old, [draft.run.id for draft in batch])
    contents = [content for draft in batch for _, content in draft.files if content is not None]
    blobs = store_contents(connection, contents)
    rows, parts = [], []
    for draft, run_id in zip(batch, ids, strict=True):
        row, texts = make_run(draft.document, run_id)
        rows.append(row)
        parts.append(texts)
        if not is_kept_as_it_is(run_id):
            draft.rows.fields.append(UNKNOWN_RUN)
    connection.execute(sa.insert(schema.runs), rows)
    known = find_keys(connection, ids)
    keys = [known[run_id] for run_id in ids]
    _insert_all(
        connection,
        schema.document_parts,
        [
            {"run": key, "number": number, "text": text}
            for key, texts in zip(keys, parts, strict=True)
            for number, text in enumerate(texts)
        ],
    )
    insert_rows(connection, [(key, draft.rows) for key, draft in zip(keys, batch, strict=True)])
    owned = list(zip(keys, batch, strict=True))
    insert_metrics(connection, [(key, row, chunks) for key, draft in owned for row, chunks in draft.metrics])
    files = [_make_file(key, file, content, blobs) for key, draft in owned for file, content in draft.files]
    _insert_all(connection, schema.files, files)
    _insert_outputs(connection, owned)
    return ids


def choose_ids(connection: Connection, old: OldTables, wanted: Sequence[str]) -> list[str]:
    """Return an id for each run: the one that is wanted if it is free, else the next number.

    Args:
        connection: in a transaction that holds the lock.
        old: the tables of Sacred 0.8, whose runs have ids, too.
        wanted: the ids that the runs have elsewhere.
    """
    taken = set(find_keys(connection, wanted, with_trash=True)) | old.list_ids(connection)
    highest = connection.scalar(sa.select(sa.func.max(schema.runs.c.id_number))) or 0
    numbers = map(read_id, [*taken, *wanted])
    highest = max([highest, *(number for number in numbers if isinstance(number, int))])
    ids = []
    for run_id in wanted:
        chosen = run_id
        if not run_id or run_id in taken:
            highest += 1
            chosen = str(highest)
        taken.add(chosen)
        ids.append(chosen)
    return ids


def make_run(document: Document, run_id: str) -> tuple[Row, list[str]]:
    """Return the row of a run, and the parts of its document if that is too long for it.

    Raises:
        StoreError: the document can't be written as JSON.
    """
    columns = index_run({**document, "id": run_id})
    kept = {key: value for key, value in document.items() if key not in _OWN_KEYS}
    try:
        text = json.dumps(kept, separators=(",", ":"))
    except (ValueError, TypeError, RecursionError) as error:
        raise StoreError(f"The document of run {run_id!r} can't be written: {error}") from None
    is_long = len(text) > _PART_CHARACTERS
    row = {
        "id": run_id,
        "id_number": columns.id_number,
        "status": columns.status,
        "start_us": columns.start_us,
        "stop_us": columns.stop_us,
        "heartbeat_us": columns.heartbeat_us,
        "id_digest": compute_digest(run_id),
        "silent_us": find_silence(document, columns),
        "fingerprint": compute_fingerprint({**document, "id": run_id}),
        "document": None if is_long else text,
        "annotations": format_annotations(document),
    }
    starts = range(0, len(text), _PART_CHARACTERS) if is_long else ()
    return row, [text[start : start + _PART_CHARACTERS] for start in starts]


def format_annotations(document: Mapping[str, Any]) -> str:
    """Return the tags and notes of a document as they are kept."""
    kept = {key: document[key] for key in ("tags", "notes") if document.get(key) is not None}
    return json.dumps(kept, separators=(",", ":"))


def find_keys(connection: Connection, ids: Sequence[str], *, with_trash: bool = False) -> dict[str, int]:
    """Return the keys of those runs that there are, by their ids."""
    runs = schema.runs.c
    found: dict[str, int] = {}
    for part in split(ids):
        query = sa.select(runs.id, runs.key).where(runs.id_digest.in_(map(compute_digest, part)))
        if not with_trash:
            query = query.where(runs.trashed_us.is_(None))
        found |= {run_id: key for run_id, key in connection.execute(query)}  # noqa: C416 - rows are no pairs
    return found


def _insert_all(connection: Connection, table: sa.Table, rows: list[Row]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _make_file(run: int, file: StoredFile, content: Content | None, blobs: dict[str, int]) -> Row:
    return {
        "run": run,
        "kind": file.kind,
        "name": file.name,
        "blob": None if content is None else blobs[content.digest],
        "size_bytes": file.size_bytes if content is None else content.size_bytes,
        "digests": json.dumps(dict(file.digests)),
        "notes": json.dumps(dict(file.notes)),
    }


def _insert_outputs(connection: Connection, owned: Sequence[tuple[int, Draft]]) -> None:
    waiting: list[Row] = []
    size = 0
    for key, draft in owned:
        for start, piece in _iter_pieces(draft.output):
            waiting.append({"run": key, "start": start, "content": piece})
            size += len(piece)
            if size >= _OUTPUT_BYTES:
                _insert_all(connection, schema.output, waiting)
                waiting, size = [], 0
    _insert_all(connection, schema.output, waiting)


def _iter_pieces(output: IO[bytes] | None) -> Iterator[tuple[int, bytes]]:
    if output is None:
        return
    output.seek(0)
    start = 0
    while piece := output.read(_OUTPUT_BYTES):
        yield start, piece
        start += len(piece)
