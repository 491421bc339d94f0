"""Documents as the catalogue keeps them, and its tables."""

import json
from collections.abc import Iterable

from sacred.model.record import Document
from sacred.stores.index import MARK, SQLITE_TABLES, FieldRow, get_mark_key

MOST_TEXT = 1 << 16
"""A longer document lacks its longest parts in the catalogue, and is read where it is."""

RUN_TABLES = (("runs", "key"), ("documents", "run"), ("summaries", "run"), ("items", "run"))
_KEPT_PARTS = frozenset({"id", "status", "start_time", "stop_time", "heartbeat", "command", "tags", "notes"})
TABLES = (
    """CREATE TABLE runs (
        key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, id_number INTEGER, status TEXT, start_us INTEGER,
        stop_us INTEGER, heartbeat_us INTEGER, stamp, state INTEGER NOT NULL, seen REAL NOT NULL,
        detail TEXT NOT NULL, is_run INTEGER NOT NULL, fingerprint TEXT, problems TEXT)""",
    "CREATE INDEX troubled ON runs (id) WHERE problems IS NOT NULL",
    "CREATE TABLE documents (run INTEGER PRIMARY KEY, text TEXT NOT NULL, is_cut INTEGER NOT NULL)",
    "CREATE TABLE roots (name TEXT PRIMARY KEY)",
    "CREATE TABLE summaries (run INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    *SQLITE_TABLES,
    "CREATE INDEX items_of_run ON items (run)",
)
FIND_SETTLED = "SELECT key FROM runs WHERE id = ? AND stamp IS ? AND state = ?"
LIST_UNSUMMARIZED = (
    "SELECT id, state FROM runs LEFT JOIN summaries ON summaries.run = key WHERE is_run AND text IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM fields WHERE path = ? AND fields.run = key)"
)
LIST_UNIDENTIFIED = (
    "SELECT run, text, is_cut FROM documents JOIN runs ON run = key"
    " WHERE fingerprint IS NULL AND run > ? ORDER BY run LIMIT ?"
)
INSERT_RUN = "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
LIST_IDS = "SELECT id FROM runs WHERE is_run ORDER BY id_number IS NULL, id_number, id"
LIST_FINGERPRINTS = LIST_IDS.replace("id", "fingerprint, id", 1).replace("is_run", "fingerprint IS NOT NULL")
LIST_PROBLEMS = (
    "SELECT id, problems FROM runs WHERE problems IS NOT NULL ORDER BY id_number IS NULL, id_number, id"
)

_to_text = json.JSONEncoder(separators=(",", ":")).encode
UNKNOWN_METRICS: FieldRow = (get_mark_key(("metrics",)), MARK, None, None)


def parse_documents(texts: Iterable[str]) -> list[Document]:
    """Return documents, which takes less time in one go."""
    found: list[Document] = json.loads("[" + ",".join(texts) + "]")
    return found


def format_document(document: Document) -> tuple[str, bool]:
    """Return a document as JSON, without its longest parts if it is very long."""
    text = _to_text(document)
    if len(text) <= MOST_TEXT:
        return text, False
    parts = {key: _to_text(value) for key, value in document.items()}
    length = len(text)
    for key in sorted(parts.keys() - _KEPT_PARTS, key=lambda key: len(parts[key]), reverse=True):
        if length <= MOST_TEXT:
            break
        length -= len(parts.pop(key))
    return "{" + ",".join(f"{json.dumps(key)}:{part}" for key, part in parts.items()) + "}", True
