"""Rows of the database: 0.8's with a run, and ours with what 0.8's can't hold."""

import hashlib
import json
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

from sacred.model.record import Document, StoredFile
from sacred.stores.checking import DamagedDocumentError, check_document
from sacred.stores.differences import (
    apply_differences,
    find_differences,
    format_differences,
    parse_differences,
)
from sacred.stores.tinydb.metadata import Row, Tables

RUNS = "runs"
"""0.8's table of runs."""

OWN = "sacred"
"""Our table: rows have the numbers of the runs', and texts that TinyDB takes for nothing special."""

TRASH = "sacred_trash"
"""Our table of deleted runs, each a text."""

FORMAT = "TinyDbObserver-0.8.7"
OUTPUT = "captured_out"
MOMENTS = ("start_time", "heartbeat", "stop_time")
_NOT_OURS = frozenset({"_id", "format", OUTPUT})
_ELSEWHERE = ("id", "metrics", "tags", "notes")
_PLAIN = frozenset({int, float, bool, type(None)})
_TAG = "{Tiny"
_DATE, _FILE = "{TinyDate}:", "{TinyFile}:"
_AS_JSON = ("{TinyArray}:", "{TinyDataFrame}:", "{TinySeries}:", _FILE)


# --- from a row -----------------------------------------------------------------------------------------


def read_row(row: Row, own: Row, run_id: str, keys: AbstractSet[str] | None = None) -> Document:
    """Return the document of a run.

    Args:
        row: 0.8's.
        own: ours; empty if there is none.
        run_id: the run's id.
        keys: which of its keys are needed; None for all.

    Raises:
        DamagedDocumentError: it is no run's.
    """
    document = {"id": run_id, **convert(row, keys)}
    try:
        if own.get("exact"):
            differences = parse_differences(own["exact"])
            apply_differences(document, [one for one in differences if keys is None or one[0][0] in keys])
        document |= _parse_object(own.get("labels"))
    except (LookupError, TypeError, ValueError) as error:
        raise DamagedDocumentError(f"its exact values are damaged: {error}") from None
    check_document(document)
    return document


def _parse_object(text: Any) -> Document:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


def convert(row: Row, keys: AbstractSet[str] | None = None) -> Document:
    """Return what a row says in plain values."""
    document = {
        key: decode(value)
        for key, value in row.items()
        if key not in _NOT_OURS and (keys is None or key in keys)
    }
    artifacts = document.get("artifacts")
    if isinstance(artifacts, list):
        document["artifacts"] = [
            entry[0] if isinstance(entry, list) and entry else entry for entry in artifacts
        ]
    experiment = document.get("experiment")
    for holder, key in ((experiment, "sources"), (document, "resources")):
        if isinstance(holder, dict) and isinstance(holder.get(key), list):
            holder[key] = [entry[:2] if isinstance(entry, list) else entry for entry in holder[key]]
    return document


def decode(value: Any) -> Any:
    """Return a value with the marks of TinyDB's serializers turned into plain ones; moments are ISO text."""
    if isinstance(value, str):
        return _decode_text(value) if value.startswith(_TAG) else value
    if isinstance(value, dict):
        return {key: item if type(item) in _PLAIN else decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [item if type(item) in _PLAIN else decode(item) for item in value]
    return value


def _decode_text(text: str) -> Any:
    for tag in _AS_JSON:
        if text.startswith(tag):
            try:
                return json.loads(text[len(tag) :])
            except (ValueError, RecursionError):
                return text
    if text.startswith(_DATE):
        try:
            return datetime.fromisoformat(text[len(_DATE) :]).isoformat()
        except ValueError:
            return text
    return text


def read_id(row: Any) -> str | None:
    """Return the id that a row has as text; None if it is no run's."""
    run_id = row.get("_id") if isinstance(row, dict) else None
    is_number = isinstance(run_id, int) and not isinstance(run_id, bool)
    return str(run_id) if is_number or isinstance(run_id, str) else None


def read_files(row: Row) -> list[StoredFile]:
    """Return the files that a row of 0.8 names, each once; their keys are checksums."""
    experiment = row.get("experiment")
    sources = experiment.get("sources") if isinstance(experiment, dict) else None
    files = []
    for name, path, key, *_ in _iter_entries(row.get("artifacts"), 3):
        files.append(_make_file("artifact", name, key, {"path": path} if isinstance(path, str) else {}))
    files += [_make_file("source", name, key, {}) for name, key, *_ in _iter_entries(sources, 2)]
    files += [
        _make_file("resource", name, key, {}) for name, key, *_ in _iter_entries(row.get("resources"), 2)
    ]
    return list({(file.kind, file.name, str(file.key)): file for file in files}.values())


def _iter_entries(entries: Any, least: int) -> list[list[Any]]:
    if not isinstance(entries, list):
        return []
    return [one for one in entries if isinstance(one, list) and len(one) >= least and isinstance(one[0], str)]


def _make_file(kind: Any, name: str, key: Any, notes: Row) -> StoredFile:
    return StoredFile(kind, name, key, None, {"md5": key} if isinstance(key, str) else {}, notes)


def get_own(tables: Tables, number: str) -> Row:
    """Return our row of a run; an empty one if there is none, or one of a run that had the number before."""
    own = tables.get(OWN, {}).get(number)
    row = tables.get(RUNS, {}).get(number)
    is_its = isinstance(own, dict) and isinstance(row, dict) and own.get("of") == get_mark(row)
    return own if is_its and own is not None else {}


def get_mark(row: Row) -> str:
    """Return by what our row knows 0.8's."""
    text = json.dumps([row.get("_id"), decode(row.get("start_time"))])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- to a row -------------------------------------------------------------------------------------------


def make_row(document: Document, files: list[StoredFile], output: str) -> Row:
    """Return 0.8's row of a run, without its ``_id``."""
    row: Row = {key: encode(value) for key, value in document.items() if key not in _ELSEWHERE}
    row |= {key: _encode_moment(document[key]) for key in MOMENTS if key in document}
    by_kind: dict[str, list[StoredFile]] = {"artifact": [], "source": [], "resource": [], "record": []}
    for file in files:
        if file.key is not None:
            by_kind[file.kind].append(file)
    row["artifacts"] = [[file.name, file.name, file.key, _tag(file)] for file in by_kind["artifact"]]
    row["resources"] = [[file.name, file.key, _tag(file)] for file in by_kind["resource"]]
    if isinstance(row.get("experiment"), dict):
        sources = [[file.name, file.key, _tag(file)] for file in by_kind["source"]]
        row["experiment"] = {**row["experiment"], "sources": sources}
    return {"format": FORMAT, **row, OUTPUT: encode(output)}


def find_losses(document: Document, row: Row) -> str:
    """Return what reading the row would not give as it was, as text."""
    wanted = {key: value for key, value in document.items() if key not in _ELSEWHERE}
    got = {key: value for key, value in convert(row).items() if key not in _ELSEWHERE}
    return format_differences(find_differences(wanted, got))


def encode(value: Any) -> Any:
    """Return a JSON value so that TinyDB's serializers see no mark of theirs where there is only text."""
    if isinstance(value, str):
        return " " + value if value.startswith(_TAG) else value
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [encode(item) for item in value]
    return value


def _encode_moment(text: Any) -> Any:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return encode(text)
    moment = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return f"{_DATE}{moment.isoformat(timespec='microseconds')}"


def _tag(file: StoredFile) -> str:
    return f"{_FILE}{json.dumps(file.key)}"
