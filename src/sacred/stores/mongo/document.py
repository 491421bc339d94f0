"""A run's document in MongoDB as the document that all stores give: 0.8's as well as ours."""

import base64
import json
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Protocol, TypeGuard

from bson import ObjectId
from bson.int64 import Int64

from sacred.model.record import Document
from sacred.model.serialize import flatten, restore
from sacred.stores.checking import DamagedDocumentError, check_document
from sacred.stores.differences import apply_differences, parse_differences
from sacred.stores.mongo.connection import Raw
from sacred.stores.mongo.layout import format_id

MARK = "sacred"
"""The key of what is ours in documents of 0.8's collections."""

OUTPUT = "captured_out"
LABELS = "sacred_labels"
"""The key of tags and notes as JSON text, where MongoDB's texts can't hold them."""

NOT_OURS = frozenset({"_id", "format", MARK, LABELS, "omniboard", OUTPUT})
"""Keys of a database's document that are none of the run's."""

MOMENTS = ("start_time", "heartbeat", "stop_time")
_PLAIN = frozenset({str, int, float, bool, type(None)})
_FORMS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Int64, int),
    (datetime, datetime.isoformat),
    (ObjectId, str),
    (bytes, lambda value: {"py/b64": base64.b64encode(value).decode()}),
)


class WholeDocuments(Protocol):
    """Gives those documents that are too large to be in one piece."""

    def read_document(self, key: Any) -> Document:
        """Return it.

        Raises:
            ValueError: it is damaged.
        """


def read_document(raw: Raw, wholes: WholeDocuments, keys: AbstractSet[str] | None = None) -> Document:
    """Return the document of a run.

    Args:
        raw: what the database has, without ``captured_out``.
        wholes: where those are that are not in one piece.
        keys: which of its keys ``raw`` was asked for; None for all.

    Raises:
        DamagedDocumentError: it is no run's.
    """
    mark = get_mark(raw) or {}
    if mark.get("whole"):
        try:
            document = wholes.read_document(mark.get("key"))
        except ValueError as error:
            raise DamagedDocumentError(str(error)) from None
        document = {**document, "id": format_id(raw["_id"]), **read_labels(raw)}
    else:
        document = convert(raw)
        _apply_exact(document, mark.get("exact"), keys)
    check_document(document)
    return document


def convert(raw: Raw) -> Document:
    """Return what a document says in plain values, as far as the database can hold it."""
    plain = {key: to_plain(value) for key, value in raw.items() if key not in NOT_OURS}
    if get_mark(raw) is None:
        plain = flatten(restore(plain))
    document: Document = {"id": format_id(raw.get("_id")), **plain, **read_labels(raw)}
    _drop_metric_ids(document)
    _simplify_artifacts(document)
    return document


def get_mark(raw: Raw) -> Raw | None:
    """Return what is ours in a document of 0.8's collections; None if 0.8 wrote it."""
    mark = raw.get(MARK)
    return mark if isinstance(mark, dict) else None


def to_plain(value: Any) -> Any:
    """Return a value of BSON as one of JSON; moments are ISO text."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {key: item if type(item) in _PLAIN else to_plain(item) for key, item in value.items()}
    if kind is list:
        return [item if type(item) in _PLAIN else to_plain(item) for item in value]
    return next((form for base, form in _FORMS if isinstance(value, base)), flatten)(value)


def read_labels(raw: Raw) -> Document:
    """Return tags and notes, from where Omniboard keeps them."""
    shown = raw.get("omniboard")
    labels = _parse_labels(shown) if isinstance(shown, dict) else {}
    exact = raw.get(LABELS)
    if not isinstance(exact, str):
        return labels
    try:
        wanted = _parse_labels(json.loads(exact))
    except ValueError:
        return labels
    # what is exact is of use as long as nobody has changed what is shown
    same = {key: value for key, value in encode_labels(wanted).items() if labels.get(key) == value}
    return {key: wanted[key] if key in same else labels[key] for key in labels}


def _parse_labels(labels: Any) -> Document:
    found: Document = {}
    if not isinstance(labels, dict):
        return found
    tags, notes = labels.get("tags"), labels.get("notes")
    if isinstance(tags, list):
        found["tags"] = [str(tag) for tag in tags]
    if isinstance(notes, str):
        found["notes"] = notes
    return found


def encode_labels(labels: Mapping[str, Any]) -> Raw:
    """Return tags and notes in the form of Omniboard, so that it shows them.

    Args:
        labels: ``tags`` and ``notes``, as far as they are there.
    """
    shown: Raw = {}
    if labels.get("tags") is not None:
        shown["tags"] = [clean_text(tag) for tag in labels["tags"]]
    if labels.get("notes") is not None:
        shown["notes"] = clean_text(labels["notes"])
    return shown


def format_exact_labels(labels: Mapping[str, Any]) -> str | None:
    """Return tags and notes as JSON text, if they lose something in :func:`encode_labels`."""
    shown = encode_labels(labels)
    exact = {key: labels[key] for key in shown}
    return None if exact == shown else json.dumps(exact)


def clean_text(text: str) -> str:
    """Return a text without lone surrogates, which UTF-8 can't have."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def get_metric_ids(raw: Raw) -> list[ObjectId]:
    """Return the ids of the documents of a run's metrics, as far as 0.8 has listed them."""
    info = raw.get("info")
    entries = info.get("metrics") if isinstance(info, dict) else None
    if not _is_list_of_metrics(entries):
        return []
    return [ObjectId(entry["id"]) for entry in entries if ObjectId.is_valid(entry["id"])]


def _is_list_of_metrics(entries: Any) -> TypeGuard[list[Raw]]:
    return isinstance(entries, list) and all(
        isinstance(entry, dict) and entry.keys() == {"name", "id"} for entry in entries
    )


def _drop_metric_ids(document: Document) -> None:
    info = document.get("info")
    if isinstance(info, dict) and "metrics" in info and _is_list_of_metrics(info["metrics"]):
        del info["metrics"]


def _simplify_artifacts(document: Document) -> None:
    entries = document.get("artifacts")
    if isinstance(entries, list):
        document["artifacts"] = [
            str(entry["name"]) if isinstance(entry, dict) and "name" in entry else entry for entry in entries
        ]


def _apply_exact(document: Document, text: Any, keys: AbstractSet[str] | None) -> None:
    if not isinstance(text, str):
        return
    try:
        differences = parse_differences(text)
        apply_differences(document, [one for one in differences if keys is None or one[0][0] in keys])
    except (LookupError, TypeError, ValueError) as error:
        raise DamagedDocumentError(f"its exact values are damaged: {error}") from None
