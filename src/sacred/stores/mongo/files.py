"""Files in GridFS, listed and opened."""

import io
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

import gridfs
from bson import ObjectId

from sacred.errors import StoreError
from sacred.model.record import StoredFile
from sacred.stores.mongo.connection import Connection, Raw
from sacred.stores.mongo.document import to_plain
from sacred.stores.mongo.layout import Layout

CHUNK_BYTES = 255 << 10  # GridFS's own
GRACE = timedelta(days=1)
"""What is younger may belong to a run that is just being written."""


class _Content(io.RawIOBase):
    """A stored file's bytes, with errors of the database as :class:`StoreError`."""

    def __init__(self, stored: gridfs.GridOut, connection: Connection) -> None:
        self._stored = stored
        self._connection = connection

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._connection.answering():
            data = self._stored.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._stored.seek(offset, whence)

    def tell(self) -> int:
        return self._stored.tell()


class Files:
    """The files of one store's runs.

    Args:
        connection: to the server.
        layout: where they are.
    """

    def __init__(self, connection: Connection, layout: Layout) -> None:
        self._connection = connection
        self._layout = layout
        self._grid = gridfs.GridFS(connection.database)

    def list_noted(self, raw: Raw) -> list[StoredFile]:
        """Return the files that a document of 0.8 names."""
        noted = _read_artifacts(raw) + _read_sources(raw)
        ids = [file.key for file in noted if file.key is not None]
        known = {found["_id"]: found for found in self._layout.files.find({"_id": {"$in": ids}})}
        return [complete_file(file, known.get(file.key)) for file in noted] + self._find_resources(raw)

    def _find_resources(self, raw: Raw) -> list[StoredFile]:
        """Return a run's resources: 0.8 notes only their checksums, and once stored some of them."""
        pairs = dict.fromkeys(_read_pairs(raw.get("resources")))
        found = []
        for name, value in pairs:
            if isinstance(value, ObjectId):
                known = self._layout.files.find_one({"_id": value})
            else:
                known = self._layout.files.find_one({"filename": name, "md5": value})
            digests = {"md5": value} if isinstance(value, str) else {}
            key = known["_id"] if known else None
            found.append(complete_file(StoredFile("resource", name, key, None, digests), known))
        return found

    def open(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open a file for reading.

        Raises:
            StoreError: it is not there.
        """
        missing = f'"{file.name}" of run {run_id} is noted, but not kept in {self._connection.location}'
        if file.key is None:
            raise StoreError(missing)
        with self._connection.answering():
            small = self._read_small(file)
            if small is not None:
                return io.BytesIO(small)
            try:
                stored = self._grid.get(file.key)
            except gridfs.NoFile:
                raise StoreError(missing) from None
        content: Any = io.BufferedReader(_Content(stored, self._connection), CHUNK_BYTES)
        opened: BinaryIO = content
        return opened

    def _read_small(self, file: StoredFile) -> bytes | None:
        """Return the bytes of a file that is one piece: with one question, where GridFS asks two."""
        if not file.size_bytes or file.size_bytes > CHUNK_BYTES:
            return None
        found = list(self._layout.chunks.find({"files_id": file.key}, {"data": 1}).limit(2))
        data = bytes(found[0].get("data", b"")) if len(found) == 1 else b""
        return data if len(data) == file.size_bytes else None


def is_young(file_id: Any) -> bool:
    """Tell whether what has this id may belong to a run that is just being written."""
    if not isinstance(file_id, ObjectId):
        return True
    return datetime.now(UTC) - file_id.generation_time < GRACE


def complete_file(file: StoredFile, known: Raw | None, *, own: bool = False) -> StoredFile:
    """Return what is known of a file with what its entry in GridFS says.

    Args:
        file: as the run names it.
        known: the entry.
        own: its notes are in the run, exactly.
    """
    if known is None:
        return file
    digests = {name: known[name] for name in ("md5", "sha256") if isinstance(known.get(name), str)}
    digests = {**digests, **file.digests}
    notes = dict(file.notes)
    if not own:
        found = {"content_type": known.get("contentType"), "metadata": known.get("metadata")}
        notes |= {name: to_plain(value) for name, value in found.items() if value}
    size = known.get("length")
    size = int(size) if isinstance(size, int) else None
    return StoredFile(file.kind, file.name, known["_id"], size, digests, notes)


def _read_artifacts(raw: Raw) -> list[StoredFile]:
    entries = raw.get("artifacts")
    if not isinstance(entries, list):
        return []
    named = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("name"), str)]
    return [StoredFile("artifact", entry["name"], entry.get("file_id")) for entry in named]


def _read_sources(raw: Raw) -> list[StoredFile]:
    experiment = raw.get("experiment")
    pairs = _read_pairs(experiment.get("sources")) if isinstance(experiment, dict) else []
    found = []
    for name, value in pairs:
        is_id = isinstance(value, ObjectId)
        found.append(
            StoredFile("source", name, value if is_id else None, None, {} if is_id else {"md5": value})
        )
    return found


def _read_pairs(entries: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(entries, list):
        return []
    pairs = [entry for entry in entries if isinstance(entry, list) and len(entry) == 2]
    return [
        (name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str | ObjectId)
    ]
