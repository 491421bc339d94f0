"""Whether a run is what it was: documents, points, files; each difference is a line for people."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sacred.model.record import Document, FileKind, StoredFile
from sacred.model.series import Series
from sacred.stores.base import RunStore
from sacred.testing.samples import compute_digests

_FILE_KEYS = ("artifacts", "resources", "artifact_notes", "resource_notes", "source_notes", "record_notes")
_OWN_KEYS = {"id", "origin", "recorder", "missing", "metrics", *_FILE_KEYS}
_EMPTY: tuple[Any, ...] = (None, [], {}, "")


def find_differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Return where two JSON values differ, a line each: NaN equals NaN, 1 differs from 1.0 and true."""
    if isinstance(expected, dict) and isinstance(found, dict):
        differences = [f"{path}[{key!r}] is missing" for key in expected if key not in found]
        differences += [
            f"{path}[{key!r}] is new: {found[key]!r:.100}" for key in found if key not in expected
        ]
        for key in expected.keys() & found.keys():
            differences += find_differences(expected[key], found[key], f"{path}[{key!r}]")
        return differences
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        differences = []
        for index, (one, other) in enumerate(zip(expected, found, strict=True)):
            differences += find_differences(one, other, f"{path}[{index}]")
        return differences
    if type(expected) is type(found) and json.dumps(expected) == json.dumps(found):
        return []
    return [f"{path}: {expected!r:.100} became {found!r:.100}"]


def compare_documents(expected: Document, found: Document) -> list[str]:
    """Return where the document of a copy differs from the one it was made of, as far as it must not.

    Its id, where its files are, and what a store notes of itself may differ.
    """
    return find_differences(_reduce(expected), _reduce(found)) + [
        f"{key}: {names} became {others}"
        for key in ("artifacts", "resources", "sources")
        if (names := list_names(expected, key)) != (others := list_names(found, key))
    ]


def _reduce(document: Document) -> Document:
    kept = {key: value for key, value in document.items() if key not in _OWN_KEYS}
    # what a run does not have may be missing, null, or empty where it is a list or a text
    kept = {key: value for key, value in kept.items() if not (value is None or _is_empty(key, value))}
    experiment = document.get("experiment") or {}
    if isinstance(experiment, dict):
        experiment = {key: value for key, value in experiment.items() if key != "sources"}
    return {**kept, "experiment": experiment}


def _is_empty(key: str, value: Any) -> bool:
    return key in {"config", "info", "tags", "notes", "fail_trace"} and any(
        value == empty for empty in _EMPTY
    )


def list_names(document: Document, key: str) -> list[str]:
    """Return the names of the files that a document speaks of, sorted, in whichever of the stores' forms.

    Args:
        document: of a run.
        key: ``artifacts``, ``resources`` or ``sources``.
    """
    holder = document.get("experiment") if key == "sources" else document
    names = holder.get(key) if isinstance(holder, dict) else None
    return sorted(map(_get_name, names or []))


def _get_name(entry: Any) -> str:
    if isinstance(entry, dict):
        return str(entry.get("name", entry.get("filename")))
    return str(entry[0] if isinstance(entry, list | tuple) else entry)


def to_plain(column: Any) -> list[Any]:
    """Return a column of points as a list of plain values."""
    return list(column.tolist()) if hasattr(column, "tolist") else list(column)


def compare_series(expected: Sequence[Series], found: Sequence[Series]) -> list[str]:
    """Return where points differ, a line each."""
    by_name = {series.name: series for series in found}
    differences = [f"{name!r} is new" for name in by_name.keys() - {one.name for one in expected}]
    for series in expected:
        other = by_name.get(series.name)
        if other is None:
            differences.append(f"{series.name!r:.80} is missing")
            continue
        for column in ("steps", "values", "times"):
            before, after = to_plain(getattr(series, column)), to_plain(getattr(other, column))
            differences += find_differences(before, after, f"{series.name:.80}.{column}")[:5]
    return differences


def read_file(store: RunStore, run_id: str, file: StoredFile) -> bytes:
    """Return the content of a file of a store."""
    with store.open_file(run_id, file) as opened:
        return opened.read()


def compare_files(expected: Mapping[tuple[FileKind, str], bytes], store: RunStore, run_id: str) -> list[str]:
    """Return where the files of a run in a store differ from what they should be, a line each."""
    found = {(file.kind, file.name): file for file in store.list_files(run_id)}
    differences = [f"{key} is new" for key in found.keys() - expected.keys()]
    for key, content in expected.items():
        file = found.get(key)
        if file is None:
            differences.append(f"{key} is missing")
            continue
        after = read_file(store, run_id, file)
        if after != content:
            differences.append(f"{key}: {content[:40]!r} became {after[:40]!r} ({len(after)} bytes)")
        if file.size_bytes not in (None, len(content)):
            differences.append(f"{key} is said to have {file.size_bytes} bytes, not {len(content)}")
        digests = compute_digests(content)
        is_checked = bool(file.digests) or file.kind == "record"
        if not (is_checked and file.digests.items() <= digests.items()):
            differences.append(f"{key} has the checksums {file.digests}")
    return differences
