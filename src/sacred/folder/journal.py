"""The metrics journal: records of 32 bytes, which the system keeps when the process is killed.

``docs/record.md`` describes the format. Each process writes files of its own; readers put them together.
"""

import contextlib
import json
import os
import struct
from itertools import count
from typing import Any, NamedTuple

from sacred.folder.mounts import can_map
from sacred.model.serialize import flatten
from sacred.support.spool import write_all

RECORD_BYTES = 32
HEADER = b"sacred-metrics\0\x01" + bytes(16)
FLOAT = struct.Struct("<ddiHBBQ")
INTEGER = struct.Struct("<qdiHBBQ")
IS_FLOAT, IS_INTEGER, IS_BOOL, IS_ASIDE = range(4)

_FIRST_SEGMENT_BYTES = 1 << 16
_LARGEST_SEGMENT_BYTES = 1 << 22


class Point(NamedTuple):
    """One point of a metric; ``time`` is in seconds since 1970-01-01 UTC."""

    name: str
    step: Any
    time: float
    value: Any


class Segment:
    """A part of the journal in memory: who draws a stamp up to the limit has the slot of that number.

    Attributes:
        draw: returns the next stamp; it takes no lock.
        limit: the last stamp of this part; 0 when nothing may be written any more. It is looked at after a
            stamp was drawn: so whoever closes the journal knows how far it can still be written.
        base: ``stamp * 32 - base`` is the place of the record in the buffer.
        buffer: the map. It is never closed: a thread that was interrupted may still write to it.
    """

    __slots__ = ("_stamps", "base", "buffer", "draw", "limit")

    def __init__(self, first: int, limit: int, buffer: Any) -> None:
        self._stamps = count(first)
        self.draw = self._stamps.__next__
        self.limit = limit
        self.base = first * RECORD_BYTES
        self.buffer = buffer

    def find_next(self) -> int:
        """Return the stamp that will be drawn next, without drawing it."""
        return int(repr(self._stamps)[len("count(") : -1])  # the one way to ask that will stay


NOWHERE = Segment(1, 0, b"")
"""Takes nothing."""


class Journal:
    """Writes the points of this process into a run folder.

    It is for one thread at a time; only slots may be drawn by several.

    Args:
        folder: the run folder.
        prefix: what the names of the files begin with.
        is_child: this is a forked child of the process that runs the experiment: it takes the next free name.

    Attributes:
        segment: what points can be written to at the moment without asking.

    Raises:
        OSError: the files can't be made.
    """

    def __init__(self, folder: str, prefix: str = "metrics", is_child: bool = False) -> None:
        self.stem, self._descriptor = _create(folder, prefix, is_child)
        self._names = self._side = -1
        self.segment = NOWHERE
        self._name_count = 0
        self._size = 0
        self._next_stamp = 2  # slot 0 is the header
        self._next_bytes = _FIRST_SEGMENT_BYTES
        self._is_mapped = can_map(folder)
        self._synced = 0
        try:
            self._names = self._open("names")
            os.pwrite(self._descriptor, HEADER, 0)
        except OSError:
            self.release()
            raise

    def _open(self, extension: str) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC
        return os.open(f"{self.stem}.{extension}", flags, 0o666)

    def add_name(self, name: str) -> int:
        """Return the number of a new metric.

        Raises:
            OSError: the name can't be written.
        """
        write_all(self._names, json.dumps(name).encode() + b"\n")
        self._name_count += 1
        return self._name_count - 1

    def append(self, point: Point, number: int) -> None:
        """Write a point of any kind.

        Args:
            point: what was logged.
            number: of its metric.

        Raises:
            OSError: there is no room; nothing was written.
        """
        segment, stamp = self._take_slot()
        fields = _pack(point, number, stamp) or self._put_aside(point, stamp)
        if segment is None:
            os.pwrite(self._descriptor, fields[0].pack(*fields[1:]), (stamp - 1) * RECORD_BYTES)
            self._next_stamp = stamp + 1
        else:
            fields[0].pack_into(segment.buffer, stamp * RECORD_BYTES - segment.base, *fields[1:])

    def _take_slot(self) -> tuple[Segment | None, int]:
        if not self._is_mapped:
            return None, self._next_stamp
        while (stamp := self.segment.draw()) > self.segment.limit:
            self._grow()
        return self.segment, stamp

    def _grow(self) -> None:
        """Go to a new segment, whose blocks are reserved: a map of a full disk would kill the process."""
        import mmap

        size = self._next_bytes
        os.posix_fallocate(self._descriptor, self._size, size)
        buffer = mmap.mmap(self._descriptor, size, offset=self._size)
        first = self._size // RECORD_BYTES + 1
        self._size += size
        self._next_bytes = min(4 * size, _LARGEST_SEGMENT_BYTES)
        segment = Segment(first, self._size // RECORD_BYTES, buffer)
        if first == 1:
            segment.draw()  # the header's
        self.segment = segment

    def _put_aside(self, point: Point, stamp: int) -> tuple[Any, ...]:
        """Write to the side file what a record has no room for; return the fields that refer to it."""
        if self._side < 0:
            self._side = self._open("side")
        content = {"metric": point.name, "step": flatten(point.step), "value": flatten(point.value)}
        offset = os.fstat(self._side).st_size
        write_all(self._side, json.dumps(content).encode() + b"\n")
        return INTEGER, offset, point.time, 0, 0, IS_ASIDE, 0, stamp

    def sync(self) -> None:
        """Wait until the disk has everything.

        Raises:
            OSError: the disk failed.
        """
        end = self.find_end()
        if end != self._synced:
            os.fdatasync(self._descriptor)
            self._synced = end

    @property
    def count(self) -> int:
        """How many slots were used."""
        return self.find_end() - 2

    def find_end(self) -> int:
        """Return the first stamp that was not used yet."""
        if self.segment is NOWHERE:
            return self._next_stamp
        return min(self.segment.find_next(), self._size // RECORD_BYTES + 1)

    def close(self) -> None:
        """Write no more, and cut the file to its length.

        A thread that has drawn a stamp before the limit was taken away writes within that length; one that
        draws later finds no room. (To touch a map beyond the end of its file kills the process.)
        """
        self.segment.limit = 0
        end = self.find_end()
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, (end - 1) * RECORD_BYTES)
        self.release()

    def release(self) -> None:
        """Close the descriptors; the files stay as they are."""
        for descriptor in (self._descriptor, self._names, self._side):
            if descriptor >= 0:
                os.close(descriptor)
        self._descriptor = self._names = self._side = -1


def _create(folder: str, prefix: str, is_child: bool) -> tuple[str, int]:
    stem = os.path.join(folder, prefix)
    flags = os.O_RDWR | os.O_CREAT
    if not is_child:
        return stem, os.open(f"{stem}.journal", flags | os.O_TRUNC, 0o666)
    for number in count(1):
        with contextlib.suppress(FileExistsError):  # another child's
            path = f"{stem}.{number}.journal"
            return path.removesuffix(".journal"), os.open(path, flags | os.O_EXCL, 0o666)
    raise AssertionError("unreachable: numbers don't end")


def _pack(point: Point, number: int, stamp: int) -> tuple[Any, ...] | None:
    """Return the fields of a record; None if they don't fit."""
    kind = type(point.value)
    layout = {float: (FLOAT, IS_FLOAT), int: (INTEGER, IS_INTEGER), bool: (INTEGER, IS_BOOL)}.get(kind)
    if layout is None or type(point.step) is not int:
        return None
    fields = (layout[0], point.value, point.time, point.step, number, layout[1], 0, stamp)
    try:
        layout[0].pack(*fields[1:])
    except struct.error:
        return None
    return fields
