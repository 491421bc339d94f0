"""A run's document as MongoDB can hold it, readable for 0.8's tools, with exact values beside."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import bson
from bson import ObjectId

from sacred.model.record import Document, StoredFile, compute_fingerprint
from sacred.stores.differences import Difference, find_differences, format_differences
from sacred.stores.mongo.connection import Raw
from sacred.stores.mongo.document import (
    LABELS,
    MARK,
    MOMENTS,
    NOT_OURS,
    OUTPUT,
    clean_text,
    convert,
    encode_labels,
    format_exact_labels,
)

FORMAT = "MongoObserver-0.7.0"
"""0.8's mark for its documents."""

MOST_BYTES = 12 << 20  # a document can have 16 MiB; the rest is for what is added later
MOST_TEXT_BYTES = 4 << 20
_MOST_EXACT = 2 << 20
_MOST_DEPTH = 80  # of 100 that servers take
_ELSEWHERE = ("id", "metrics", "tags", "notes")


@dataclass(slots=True)
class RunParts:
    """What belongs to a run's document and is kept elsewhere.

    Attributes:
        key: of the run's points and parts.
        text: the beginning of its output.
        output_bytes: how long that is in all.
        metrics: name and id of the documents of its metrics.
        files: its files, and their ids in GridFS; None for one that is only noted.
    """

    key: ObjectId
    text: str = ""
    output_bytes: int = 0
    metrics: list[tuple[str, ObjectId]] = field(default_factory=list)
    files: list[tuple[StoredFile, ObjectId | None]] = field(default_factory=list)


def encode_run(document: Document, parts: RunParts) -> tuple[Raw, bool]:
    """Return a run's document for the database, without its ``_id``, and whether it is the whole.

    If it is not, the document is to be kept whole elsewhere.
    """
    raw: Raw = {
        clean_key(key): encode_value(value)
        for key, value in document.items()
        if key not in NOT_OURS and key not in _ELSEWHERE
    }
    _write_moments(raw, document)
    _write_files(raw, parts)
    raw = {"format": FORMAT, **raw, OUTPUT: parts.text}
    raw[MARK] = {
        "version": 1,
        "key": parts.key,
        "output_bytes": parts.output_bytes,
        "fingerprint": compute_fingerprint(document),
    }
    _write_labels(raw, document)
    return raw, _write_exact(raw, document)


def _write_exact(raw: Raw, document: Document) -> bool:
    is_whole = len(bson.encode(raw)) <= MOST_BYTES
    differences: list[Difference] = []
    text = ""
    if is_whole:
        differences = _find_losses(raw, document)
        text = format_differences(differences)
        is_whole = len(text) <= _MOST_EXACT
    if not is_whole:
        raw[MARK] |= {"whole": True, "opaque": True}
        _cut(raw)
    elif differences:
        raw[MARK] |= {"exact": text, "opaque": any(_matters(path) for path, *_ in differences)}
    return is_whole


def _find_losses(raw: Raw, document: Document) -> list[Difference]:
    """Return what reading the document back would not give as it was."""
    got = convert(bson.decode(bson.encode({"_id": "", **raw})))
    got = {key: value for key, value in got.items() if key not in _ELSEWHERE}
    wanted = {key: value for key, value in document.items() if key not in _ELSEWHERE}
    return find_differences(wanted, got)


def _matters(path: list[Any]) -> bool:
    """Tell whether a query that asks for this place would be misled by what the database has there.

    Moments differ by less than a millisecond; the second elements of pairs are the store's own affair.
    """
    is_moment = len(path) == 1 and path[0] in MOMENTS
    is_place = len(path) > 2 and (path[:2] == ["experiment", "sources"] or path[0] == "resources")
    return not (is_moment or is_place or path[0] == "origin")


def _cut(raw: Raw) -> None:
    """Leave out what is largest, until a document can hold the rest."""
    raw[MARK].pop("exact", None)
    sizes = {key: len(bson.encode({key: raw[key]})) for key in raw if key not in NOT_OURS}
    for key in sorted(sizes, key=lambda key: sizes[key], reverse=True):
        if len(bson.encode(raw)) <= MOST_BYTES:
            return
        del raw[key]


def encode_value(value: Any, depth: int = 0) -> Any:
    """Return a JSON value as the nearest that BSON can hold."""
    kind = type(value)
    if kind is str:
        return clean_text(value)
    if kind is int:
        return value if -(2**63) <= value < 2**63 else _to_float(value)
    if kind is dict or kind is list:
        if depth >= _MOST_DEPTH:
            return json.dumps(value)
        return _encode_dict(value, depth + 1) if kind is dict else _encode_list(value, depth + 1)
    return value


def _encode_list(values: list[Any], depth: int) -> list[Any]:
    return [encode_value(value, depth) for value in values]


def _encode_dict(values: dict[str, Any], depth: int) -> Raw:
    encoded: Raw = {}
    for key, value in values.items():
        name = clean_key(key)
        while name in encoded:
            name += "_"
        encoded[name] = encode_value(value, depth)
    # a sub-document that begins so is read as a reference to another document
    return {"": None, **encoded} if next(iter(encoded), None) == "$ref" else encoded


def _to_float(value: int) -> float | str:
    try:
        return float(value)
    except OverflowError:
        return hex(value)


def clean_key(key: str) -> str:
    """Return a key as BSON can have it: also without NUL."""
    return clean_text(key).replace("\0", "\u2400")


def _write_moments(raw: Raw, document: Document) -> None:
    for key in MOMENTS:
        moment = _parse_moment(document.get(key))
        if moment is not None:
            raw[key] = moment


def _parse_moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _write_files(raw: Raw, parts: RunParts) -> None:
    by_kind: dict[str, list[tuple[StoredFile, ObjectId]]] = {}
    for file, file_id in parts.files:
        if file_id is not None:
            by_kind.setdefault(file.kind, []).append((file, file_id))
    if isinstance(raw.get("experiment"), dict):
        sources = by_kind.get("source", [])
        raw["experiment"]["sources"] = [[clean_text(file.name), file_id] for file, file_id in sources]
    raw["artifacts"] = [
        {"name": clean_text(file.name), "file_id": file_id} for file, file_id in by_kind.get("artifact", [])
    ]
    resources = by_kind.get("resource")
    if resources:
        raw["resources"] = [[clean_text(file.name), file.digests.get("md5")] for file, _ in resources]
    info = raw.setdefault("info", {})
    if parts.metrics and isinstance(info, dict):
        info["metrics"] = [{"name": clean_text(name), "id": str(one)} for name, one in parts.metrics]


def _write_labels(raw: Raw, document: Document) -> None:
    shown = encode_labels(document)
    if shown:
        raw["omniboard"] = shown
    exact = format_exact_labels(document)
    if exact is not None:
        raw[LABELS] = exact
