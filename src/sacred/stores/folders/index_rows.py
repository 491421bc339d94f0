"""The rows of the catalogue from which queries are answered."""

import sqlite3
from collections.abc import Collection
from operator import itemgetter
from typing import Any

from sacred.model.record import Document
from sacred.stores.index import UNKNOWN_RUN, Rows, index_document, is_storable


def index_roots(document: Document | None, roots: Collection[str]) -> Rows:
    """Return the rows of some keys of a document.

    Args:
        document: None if it can't be read: it is a candidate of every query then.
        roots: the keys.
    """
    if document is None:
        return Rows(fields=[UNKNOWN_RUN], names={UNKNOWN_RUN[0]: None})
    status = document.get("status")
    if status is not None and not (isinstance(status, str) and is_storable(status)):
        roots = {*roots, "status"}  # the column can't hold it
    if not roots:
        return Rows()
    return index_document({key: document[key] for key in roots if key in document})


class IndexRows:
    """Rows of many runs: written in the order of their keys, which is by far faster."""

    def __init__(self) -> None:
        self._fields: list[tuple[Any, ...]] = []
        self._items: list[tuple[int, str, int]] = []
        self._names: dict[int, str | None] = {}

    def add(self, key: int, rows: Rows) -> None:
        """Take in the rows of a run."""
        self._fields += [(path, key, kind, number, text) for path, kind, number, text in rows.fields]
        self._items += [(path, item, key) for path, item in rows.items]
        self._names |= rows.names

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all of them."""
        self._fields.sort(key=itemgetter(0, 1))
        connection.executemany("INSERT OR REPLACE INTO fields VALUES (?, ?, ?, ?, ?)", self._fields)
        connection.executemany("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", sorted(self._items))
        names = sorted(self._names.items(), key=itemgetter(0))
        connection.executemany("INSERT OR IGNORE INTO field_names VALUES (?, ?)", names)
