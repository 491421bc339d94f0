"""Contents of files: each kept once, in pieces, whatever its size; they are read piece by piece."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import Connection

from sacred.errors import StoreError
from sacred.model.record import StoredFile
from sacred.stores.base import StoredRun
from sacred.stores.sql import schema
from sacred.stores.sql.database import Database
from sacred.stores.sql.moments import now_us

PIECE_BYTES = 1 << 20
_MOST_NAMES = 500  # in one question: databases have limits for its length

_T = TypeVar("_T")


@dataclass(slots=True)
class Content:
    """What is in a file: kept already, or in memory until its run is written.

    Attributes:
        digest: its sha256.
        size_bytes: its size.
        data: None if it is in the database.
    """

    digest: str
    size_bytes: int
    data: bytes | None = None


class Intake:
    """Takes in the contents of files, large ones at once, small ones with their run.

    Args:
        database: where they go.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[Any, Content] = {}

    def read(self, run: StoredRun, file: StoredFile) -> Content | None:
        """Return what is in a file of a run of another store; None if that was lost there.

        Raises:
            OSError, StoreError: it can't be read to its end, or not be written.
        """
        key = self._get_key(run, file)
        if key in self._known:
            return self._known[key]
        opened = run.open_file(file)
        if opened is None:
            return None
        with opened:
            content = self._take(opened)
        if key is not None:
            self._known[key] = content
        return content

    def let_go(self) -> None:
        """Hold no content in memory any more: all of them are written."""
        for content in self._known.values():
            content.data = None

    def forget(self) -> None:
        """Forget what was read: it may be removed by others meanwhile."""
        self._known.clear()

    def _get_key(self, run: StoredRun, file: StoredFile) -> Any:
        """Return by what a file that many runs share is known: large data sets are read once."""
        key = (id(run.store), file.kind, file.key, file.size_bytes, tuple(file.digests.items()))
        try:
            hash(key)
        except TypeError:
            return None
        return key if file.digests and file.kind in {"source", "resource"} and file.key is not None else None

    def _take(self, opened: BinaryIO) -> Content:
        pieces = iter_pieces(opened)
        first = next(pieces, b"")
        if len(first) < PIECE_BYTES:
            return Content(hashlib.sha256(first).hexdigest(), len(first), first)
        return self._write_large(first, pieces)

    def _write_large(self, first: bytes, others: Iterator[bytes]) -> Content:
        key = self._database.write(_begin_blob)
        digest, size, piece = hashlib.sha256(), 0, first
        while piece:
            digest.update(piece)
            row = {"blob": key, "start": size, "content": piece}
            self._database.write(partial(_insert_piece, row=row))
            size += len(piece)
            piece = next(others, b"")
        name = digest.hexdigest()
        self._database.write(lambda connection: _finish_blob(self._database, connection, key, name, size))
        return Content(name, size)


def iter_pieces(opened: BinaryIO) -> Iterator[bytes]:
    """Yield what is in a file in pieces of one size; the last one is shorter, but not empty."""
    held = bytearray()
    while data := opened.read(PIECE_BYTES - len(held)):
        held += data
        if len(held) == PIECE_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _begin_blob(connection: Connection) -> int:
    row = {"digest": None, "size_bytes": 0, "added_us": now_us()}
    result = connection.execute(sa.insert(schema.blobs), row)
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def _insert_piece(connection: Connection, row: dict[str, Any]) -> None:
    connection.execute(sa.insert(schema.pieces), row)


def _finish_blob(database: Database, connection: Connection, key: int, digest: str, size: int) -> None:
    """Name a content by its digest, or drop it if it is there already."""
    database.hold_lock(connection)
    blobs = schema.blobs.c
    own = blobs.key == key
    if connection.scalar(sa.select(blobs.key).where(blobs.digest == digest)) is None:
        values = {"digest": digest, "size_bytes": size, "added_us": now_us()}
        connection.execute(sa.update(schema.blobs).where(own).values(values))
        return
    connection.execute(sa.delete(schema.blobs).where(own))
    connection.execute(sa.update(schema.blobs).where(blobs.digest == digest).values(added_us=now_us()))


def store_contents(connection: Connection, contents: Iterable[Content]) -> dict[str, int]:
    """Write what is not kept yet, and return the keys of all contents by their digests.

    Args:
        connection: in a transaction that holds the lock.
        contents: of runs that are written in it.

    Raises:
        LostContentError: one was removed since it was written; read it again.
    """
    wanted = {content.digest: content for content in contents}
    keys = _find_keys(connection, list(wanted))
    new = [content for digest, content in wanted.items() if digest not in keys]
    if not new:
        return keys
    if any(content.data is None for content in new):
        raise LostContentError
    moment = now_us()
    rows = [{"digest": one.digest, "size_bytes": one.size_bytes, "added_us": moment} for one in new]
    connection.execute(sa.insert(schema.blobs), rows)
    keys |= _find_keys(connection, [content.digest for content in new])
    pieces = [{"blob": keys[one.digest], "start": 0, "content": one.data} for one in new if one.data]
    if pieces:
        connection.execute(sa.insert(schema.pieces), pieces)
    return keys


class LostContentError(StoreError):
    """A content that had been written was removed by somebody who collected garbage."""

    def __init__(self) -> None:
        super().__init__("A file that had just been written was removed by others; try again.")


def _find_keys(connection: Connection, digests: Sequence[str]) -> dict[str, int]:
    blobs = schema.blobs.c
    found: dict[str, int] = {}
    for part in split(digests):
        rows = connection.execute(sa.select(blobs.digest, blobs.key).where(blobs.digest.in_(part)))
        found |= {digest: key for digest, key in rows if digest is not None}
    return found


def split(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield values in parts that fit into one question."""
    for start in range(0, len(values), _MOST_NAMES):
        yield values[start : start + _MOST_NAMES]


def open_blob(database: Database, key: int, size: int) -> BinaryIO:
    """Open a content for reading; it can be sought in, and one piece of it is held at a time."""

    def read(position: int) -> tuple[int, bytes]:
        return database.read(lambda connection: _read_piece(connection, key, position))

    return cast("BinaryIO", io.BufferedReader(Pieces(read, size), 1 << 16))


def _read_piece(connection: Connection, key: int, position: int) -> tuple[int, bytes]:
    pieces = schema.pieces.c
    query = sa.select(pieces.start, pieces.content).where(pieces.blob == key, pieces.start <= position)
    row = connection.execute(query.order_by(pieces.start.desc()).limit(1)).first()
    if row is None:
        raise StoreError("A piece of a file is missing in the database.")
    return row.start, row.content


class Pieces(io.RawIOBase):
    """A content as a file.

    Args:
        read: returns the piece that has the byte at a place: where it starts, and what is in it.
        size: of all of it, in bytes.
    """

    def __init__(self, read: Callable[[int], tuple[int, bytes]], size: int) -> None:
        self._read = read
        self._size = size
        self._position = 0
        self._start, self._piece = 0, b""

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be sought in."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from the start, from here, or from the end."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the start of the file")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the piece here goes."""
        if self._position >= self._size:
            return 0
        if not self._start <= self._position < self._start + len(self._piece):
            self._start, self._piece = self._read(self._position)
        first = self._position - self._start
        part = self._piece[first : first + len(buffer)]
        if not part:
            raise StoreError("The end of a file is missing in the database.")
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)
