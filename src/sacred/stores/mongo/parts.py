"""What is too long for a run's document: its output, the list of its files, documents that are large."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bson import ObjectId

from sacred.model.record import Document, StoredFile
from sacred.stores.mongo.layout import Layout
from sacred.stores.mongo.outbox import Outbox

if TYPE_CHECKING:
    from sacred.stores.mongo.connection import Raw

PIECE_BYTES = 1 << 20
_FILES_IN_A_PIECE = 500


class Parts:
    """Reads and writes them.

    Args:
        layout: where they are.
        outbox: what sends those that are written.
    """

    def __init__(self, layout: Layout, outbox: Outbox) -> None:
        self._parts = layout.parts
        self._outbox = outbox

    # --- output -------------------------------------------------------------------------------------------

    def write_output(self, key: ObjectId, pieces: Iterable[bytes], most_text_bytes: int) -> tuple[str, int]:
        """Store a run's output, and return the beginning of it as text, and how long it is in bytes."""
        beginning = b""
        size = 0
        for piece in _resize(pieces):
            self._outbox.put(
                self._parts,
                {"key": key, "kind": "output", "start": size, "end": size + len(piece), "data": piece},
            )
            size += len(piece)
            if len(beginning) < most_text_bytes:
                beginning += piece[: most_text_bytes - len(beginning)]
        return beginning.decode("utf-8", "replace"), size

    def read_output(self, key: Any, start: int, stop: int | None) -> bytes:
        """Return the output from byte ``start`` on to before ``stop``."""
        wanted: Raw = {"key": key, "kind": "output", "end": {"$gt": start}}
        if stop is not None:
            wanted["start"] = {"$lt": stop}
        found = []
        for part in self._parts.find(wanted).sort("start", 1):
            place = part["start"]
            data = bytes(part["data"])
            found.append(data[max(start - place, 0) : None if stop is None else max(stop - place, 0)])
        return b"".join(found)

    def read_outputs(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """Return all output of some runs, by their keys."""
        found: dict[Any, list[bytes]] = {key: [] for key in keys}
        for part in self._find(keys, "output"):
            found[part["key"]].append(bytes(part["data"]))
        return {key: b"".join(pieces) for key, pieces in found.items()}

    # --- files --------------------------------------------------------------------------------------------

    def write_files(self, key: ObjectId, files: list[tuple[StoredFile, ObjectId | None]]) -> None:
        """Store the list of a run's files."""
        for start in range(0, len(files), _FILES_IN_A_PIECE):
            rows = [_file_to_row(*entry) for entry in files[start : start + _FILES_IN_A_PIECE]]
            text = json.dumps(rows, separators=(",", ":"))
            self._outbox.put(self._parts, {"key": key, "kind": "files", "start": start, "text": text})

    def read_files(self, keys: Sequence[Any]) -> dict[Any, list[StoredFile]]:
        """Return the lists of files of runs, by the runs' keys; the files' keys are the ids in GridFS.

        Raises:
            ValueError: one is damaged.
        """
        found: dict[Any, list[StoredFile]] = {key: [] for key in keys}
        for part in self._find(keys, "files"):
            try:
                found[part["key"]] += [_row_to_file(row) for row in json.loads(part["text"])]
            except (LookupError, TypeError, ValueError) as error:
                raise ValueError(f"the list of its files is damaged: {error}") from None
        return found

    def _find(self, keys: Sequence[Any], kind: str) -> Iterable["Raw"]:
        """Find parts of runs, those of each in their order."""
        order = [("key", 1), ("kind", 1), ("start", 1)]  # that of the index
        return self._parts.find({"key": {"$in": list(keys)}, "kind": kind}).sort(order) if keys else ()

    # --- whole documents ----------------------------------------------------------------------------------

    def write_document(self, key: ObjectId, document: Document) -> None:
        """Store a document that is too large for one of the database's."""
        data = json.dumps(document, separators=(",", ":")).encode()
        for start in range(0, len(data), PIECE_BYTES):
            piece = data[start : start + PIECE_BYTES]
            self._outbox.put(self._parts, {"key": key, "kind": "document", "start": start, "data": piece})

    def read_document(self, key: Any) -> Document:
        """Return it.

        Raises:
            ValueError: it is damaged.
        """
        pieces = self._parts.find({"key": key, "kind": "document"}).sort("start", 1)
        document = json.loads(b"".join(bytes(piece["data"]) for piece in pieces))
        if not isinstance(document, dict):
            raise ValueError("it holds no JSON object")  # noqa: TRY004 - damaged data, no wrong argument
        return document


def _resize(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), PIECE_BYTES):
            yield piece[start : start + PIECE_BYTES]


def _file_to_row(file: StoredFile, file_id: ObjectId | None) -> list[Any]:
    key = None if file_id is None else str(file_id)
    return [file.kind, file.name, key, file.size_bytes, dict(file.digests), dict(file.notes)]


def _row_to_file(row: list[Any]) -> StoredFile:
    kind, name, file_id, size, digests, notes = row
    return StoredFile(kind, name, ObjectId(file_id) if file_id else None, size, digests, notes)
