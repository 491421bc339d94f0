"""Copies of the files of a run that are brought up to date again and again, while the run writes the files.

Nothing stays open between two calls: a server may go and come back, and who reads on another machine sees a
file as it is once it was closed there. What failed is done again by the next call.
"""

import contextlib
import os
import struct
from collections.abc import Callable, Iterator

from sacred.folder.journal import RECORD_BYTES
from sacred.support.digests import CHUNK_BYTES
from sacred.support.files import open_atomically, write_atomically
from sacred.support.spool import write_at

_STAMP = struct.Struct("<24xQ")
_PIECE_BYTES = 1 << 16

Tick = Callable[[], object]
"""Called after each piece that was written."""


class Document:
    """A file that is replaced as a whole.

    Args:
        source: its path.
        target: the path of its copy.
        tick: see :data:`Tick`.
    """

    def __init__(self, source: str, target: str, tick: Tick) -> None:
        self._source = source
        self._target = target
        self._tick = tick
        self._state: tuple[int, ...] = ()
        self._done = 0

    def update(self, is_last: bool = False) -> None:
        """Bring the copy up to date, if the file is there.

        Args:
            is_last: look at the copy as well: somebody may have removed it.

        Raises:
            OSError: it can't be written.
        """
        with _reading(self._source) as source:
            if source is None:
                return
            found = os.fstat(source)
            state = found.st_ino, found.st_size, found.st_mtime_ns
            if state != self._state or (is_last and not os.path.exists(self._target)):
                self._copy(source, state)
                self._state = state

    def _copy(self, source: int, state: tuple[int, ...]) -> None:  # noqa: ARG002 - for files that grow
        with open_atomically(self._target, durable=False) as file:
            self._done = self._copy_from(0, source, file.fileno())

    def _copy_from(self, start: int, source: int, target: int) -> int:
        """Copy everything from a position on, and return what need not be copied again."""
        position = start
        while data := os.pread(source, CHUNK_BYTES, position):
            write_at(target, data, position)
            self._tick()
            position += len(data)
        return position


class GrowingFile(Document):
    """A file that is only appended to."""

    def _copy(self, source: int, state: tuple[int, ...]) -> None:
        is_same = bool(self._state) and state[0] == self._state[0] and state[1] >= self._done
        if not (is_same and self._append(source)):
            super()._copy(source, state)

    def _append(self, source: int) -> bool:
        """Append what is new, unless the copy is not as it was left."""
        try:
            target = os.open(self._target, os.O_WRONLY)
        except FileNotFoundError:
            return False
        try:
            if os.fstat(target).st_size < self._done:
                return False
            done = self._copy_from(self._done, source, target)
        finally:
            os.close(target)  # many servers tell only now that they are full
        self._done = done
        return True


class FileOfLines(GrowingFile):
    """A file whose complete lines stay as they are; what is after the last of them may change."""

    def update(self, is_last: bool = False) -> None:
        """Bring the copy up to date; the last time as a whole: it may have changed while it was read."""
        if is_last:
            self._state = ()
        super().update(is_last)

    def _copy_from(self, start: int, source: int, target: int) -> int:
        position = done = start
        while data := os.pread(source, CHUNK_BYTES, position):
            write_at(target, data, position)
            self._tick()
            done = position + data.rfind(b"\n") + 1 if b"\n" in data else done
            position += len(data)
        os.ftruncate(target, position)
        return done


class State:
    """A small file that is changed in place; its copy is written after what it tells of."""

    def __init__(self, source: str, target: str) -> None:
        self._source = source
        self._target = target
        self._read = self._written = b""

    def read(self) -> None:
        """Note what the file says, before that is copied."""
        self._read = b""
        with contextlib.suppress(OSError), open(self._source, "rb") as file:
            self._read = file.read()

    def write(self) -> None:
        """Bring the copy up to what was noted.

        Raises:
            OSError: it can't be written.
        """
        if self._read and self._read != self._written:
            write_atomically(self._target, self._read, durable=False)
            self._written = self._read


class JournalCopy:
    """The copy of a metrics journal: of its records those that are valid, in the same slots.

    Args:
        source: path of the journal without its extension.
        target: the same of its copy.
        tick: see :data:`Tick`.
    """

    def __init__(self, source: str, target: str, tick: Tick) -> None:
        self._source = f"{source}.journal"
        self._target = f"{target}.journal"
        self._tick = tick
        self._texts = [FileOfLines(f"{source}.{one}", f"{target}.{one}", tick) for one in ("names", "side")]
        self._end = 0  # the first slot that is not in the copy
        self._gaps: list[int] = []  # earlier ones that were not valid

    def update(self, is_last: bool = False) -> None:
        """Bring the copy up to date.

        Args:
            is_last: look at the copy as well: somebody may have removed it.

        Raises:
            OSError: it can't be written.
        """
        with _reading(self._source) as source:
            if source is None:
                return
            if is_last:
                self._check()
            for slot, data in self._iter_new(source):
                self._write(slot, data)

    def _check(self) -> None:
        """Begin again if the copy is not as it was left."""
        with contextlib.suppress(FileNotFoundError):
            if os.stat(self._target).st_size >= self._end * RECORD_BYTES:
                return
        self._end, self._gaps = 0, []

    def _iter_new(self, source: int) -> Iterator[tuple[int, bytes]]:
        """Yield new records, as slot and bytes: first those that were late."""
        for slot in list(self._gaps):
            if data := _read_valid(source, slot, RECORD_BYTES):
                yield slot, data
                self._gaps.remove(slot)
        while data := _read_valid(source, self._end, _PIECE_BYTES):
            yield self._end, data  # only then: if writing fails, the next call does it again
            self._gaps += _find_missing(self._end, data)
            self._end += len(data) // RECORD_BYTES

    def _write(self, slot: int, data: bytes) -> None:
        for text in self._texts:  # first, since records refer to them
            text.update(is_last=not slot)
        target = os.open(self._target, os.O_WRONLY | os.O_CREAT, 0o666)
        try:
            if os.fstat(target).st_size < self._end * RECORD_BYTES:
                self._end, self._gaps = 0, []  # next time all of it
                raise OSError("its copy of the journal was cut or removed")
            write_at(target, data, slot * RECORD_BYTES)
        finally:
            os.close(target)
        self._tick()


def _read_valid(source: int, first: int, size: int) -> bytes:
    """Return records up to the last valid one; those before it that are not valid are zeros.

    A record's bytes are taken from a second reading: it was whole by then.
    """
    offset = first * RECORD_BYTES
    before = _cut(os.pread(source, size, offset))
    if before == bytes(len(before)):
        return b""
    data = bytearray(_cut(os.pread(source, len(before), offset)))
    end = 0
    for index, (stamp,) in enumerate(_STAMP.iter_unpack(before[: len(data)])):
        place = index * RECORD_BYTES
        if stamp == first + index + 1 or first + index == 0:  # slot 0 is the header
            end = place + RECORD_BYTES
        else:
            data[place : place + RECORD_BYTES] = bytes(RECORD_BYTES)
    return bytes(data[:end])


def _cut(data: bytes) -> bytes:
    return data[: len(data) // RECORD_BYTES * RECORD_BYTES]


def _find_missing(first: int, data: bytes) -> list[int]:
    stamps = enumerate(_STAMP.iter_unpack(data), first)
    return [slot for slot, (stamp,) in stamps if not stamp and slot]


@contextlib.contextmanager
def _reading(path: str) -> Iterator[int | None]:
    """Open a file of the run for reading; None if it is not, or no longer, there."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)
