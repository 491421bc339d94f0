"""The metrics journal: records of 32 bytes, which the system keeps when the process is killed.

``docs/record.md`` describes the format. Each process writes files of its own; readers put them together.
"""

import contextlib
import json
import os
import struct
from operator import length_hint
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from sacred.folder.journal_files import Lines, can_map, create_journal, sync_file
from sacred.model.serialize import describe_type, flatten, safe_repr
from sacred.support.spool import write_at

if TYPE_CHECKING:
    from collections.abc import Callable

RECORD_BYTES = 32

# Value, time, step, code, stamp; the code is metric, tag and flags in one, which packs faster than three.
FLOAT = struct.Struct("<ddiIQ")
INTEGER = struct.Struct("<qdiIQ")
IS_FLOAT, IS_INTEGER, IS_BOOL, IS_ASIDE = (tag << 16 for tag in range(4))
MOST_METRICS = 1 << 16
"""The number of a metric is below this; one that is beyond has its points in the side file."""

FORMS: dict[type, tuple[struct.Struct, int]] = {
    float: (FLOAT, IS_FLOAT),
    int: (INTEGER, IS_INTEGER),
    bool: (INTEGER, IS_BOOL),
}
"""How values of these very types are packed, and their tag."""

_FIRST_SEGMENT_BYTES = 1 << 16
_LARGEST_SEGMENT_BYTES = 1 << 22


class Point(NamedTuple):
    """One point of a metric; ``time`` is in seconds since 1970-01-01 UTC."""

    name: str
    step: Any
    time: float
    value: Any


class Slot(NamedTuple):
    """The place of one record: whoever drew it may write there, whatever becomes of the journal meanwhile."""

    buffer: Any
    place: int
    stamp: int


class Segment:
    """A part of the journal in memory.

    Args:
        buffer: the map. It is never closed: a thread that was interrupted may still write to it.
        first: the stamp of its first record.

    Attributes:
        draw: returns the stamp of a record and its place in the buffer, to each caller another one, without a
            lock; raises StopIteration when there are no more.
    """

    __slots__ = ("_end", "_stamps", "buffer", "draw")

    def __init__(self, buffer: Any, first: int) -> None:
        self.buffer = buffer
        self._end = first + len(buffer) // RECORD_BYTES
        self._stamps = iter(range(first, self._end))
        places = range(0, len(buffer), RECORD_BYTES)
        self.draw: Callable[[], tuple[int, int]] = zip(self._stamps, places, strict=False).__next__

    @property
    def next_stamp(self) -> int:
        """The stamp that will be drawn next."""
        return self._end - length_hint(self._stamps)

    @property
    def is_half_used(self) -> bool:
        """Whether fewer than half of its records can still be drawn."""
        return 2 * length_hint(self._stamps) * RECORD_BYTES < len(self.buffer)

    def exhaust(self) -> int:
        """Let nobody draw any more; return the first stamp that was not drawn."""
        return self._end - len(list(self._stamps))  # in C, so that no other thread draws between


NOWHERE = Segment(b"", 1)
"""Has no records to draw."""


class Journal:
    """Writes the points of this process into a run folder.

    It is for one thread at a time; only records may be drawn by several. What could not be written can be
    tried again.

    Args:
        folder: the run folder.
        prefix: what the names of the files begin with.
        is_child: this is another process than the one that runs the experiment.

    Attributes:
        stem: the path without the files' extensions.
        segment: what records can be drawn from at the moment.

    Raises:
        OSError: the files can't be made.
    """

    def __init__(self, folder: str, prefix: str = "metrics", is_child: bool = False) -> None:
        self.stem, self._descriptor = create_journal(os.path.join(folder, prefix), is_child)
        self._names = Lines(f"{self.stem}.names")
        self._side = Lines(f"{self.stem}.side")
        self.segment = NOWHERE
        self._spare: Segment | None = None
        self._name_count = 0
        self._next_stamp = 2  # slot 0 is the header
        self._size = 0
        self._next_bytes = _FIRST_SEGMENT_BYTES
        self._is_mapped = can_map(folder)
        self._synced_slot = 0

    def add_name(self, name: str) -> int:
        """Return the number of a new metric.

        Raises:
            OSError: the name can't be written.
        """
        self._names.append(json.dumps(name))
        self._name_count += 1
        return self._name_count - 1

    def append(self, point: Point, number: int, slot: Slot | None = None) -> None:
        """Write a point of any kind.

        Args:
            point: what was logged.
            number: of its metric.
            slot: where, if a record was drawn for it.

        Raises:
            OSError: there is no room; nothing was written.
        """
        form, value, step, code = _encode(point, number) or self._put_aside(point)
        if slot is None:
            slot = self._take_slot()
        form.pack_into(slot.buffer, slot.place, value, point.time, step, code, slot.stamp)
        if not self._is_mapped:
            write_at(self._descriptor, slot.buffer, (slot.stamp - 1) * RECORD_BYTES)
            self._next_stamp += 1

    def _take_slot(self) -> Slot:
        if not self._is_mapped:
            return Slot(bytearray(RECORD_BYTES), 0, self._next_stamp)
        while True:
            try:
                stamp, place = self.segment.draw()
            except StopIteration:
                self.segment, self._spare = self._spare or self._reserve(), None
            else:
                return Slot(self.segment.buffer, place, stamp)

    def _reserve(self) -> Segment:
        """Make the file longer, with blocks of its own: a map without them kills on a full disk."""
        import mmap

        size = self._next_bytes
        try:
            os.posix_fallocate(self._descriptor, self._size, size)
        except OSError:
            if size == _FIRST_SEGMENT_BYTES:
                raise
            self._next_bytes = _FIRST_SEGMENT_BYTES  # the last that the disk has
            return self._reserve()
        segment = Segment(
            mmap.mmap(self._descriptor, size, offset=self._size), self._size // RECORD_BYTES + 1
        )
        if self._size == 0:
            segment.draw()  # the header's
        self._size += size
        self._next_bytes = min(4 * size, _LARGEST_SEGMENT_BYTES)
        return segment

    def prepare(self) -> None:
        """Reserve the next segment before it is needed, so that nobody has to wait for the disk then.

        Raises:
            OSError: there is no room.
        """
        if self._spare is None and self.segment.is_half_used:
            self._spare = self._reserve()

    def _put_aside(self, point: Point) -> tuple[struct.Struct, int, int, int]:
        """Write to the side file what a record has no room for; return the fields that refer to it."""
        parts = (json.dumps(point.name), _to_json(point.step), _to_json(point.value))
        offset = self._side.append('{{"metric": {}, "step": {}, "value": {}}}'.format(*parts))
        return INTEGER, offset, 0, IS_ASIDE

    def sync(self) -> None:
        """Wait until the disk has everything.

        Raises:
            OSError: the disk failed.
        """
        end, descriptor = self.end_slot, self._descriptor
        if end != self._synced_slot and descriptor >= 0:
            self._names.sync()
            self._side.sync()
            sync_file(descriptor)
            self._synced_slot = end

    @property
    def end_slot(self) -> int:
        """The first slot that was not drawn yet."""
        return max(self._next_stamp, self.segment.next_stamp) - 1

    def close(self) -> None:
        """Write no more, and cut the file to its length. The second time does no harm.

        Who has drawn a record before writes within that length; later nobody can draw one. (To touch a map
        beyond the end of its file kills the process.)
        """
        if self._descriptor < 0:
            return
        segment, self.segment = self.segment, NOWHERE
        self._next_stamp = max(self._next_stamp, segment.exhaust())
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, self.end_slot * RECORD_BYTES)
        if os.path.exists(f"{self.stem}.journal"):  # else somebody removed it, and only here it can be read
            self.release()

    def open_file(self, path: str) -> BinaryIO:
        """Open one of its files for reading; while it is written to, also one that somebody has removed.

        Raises:
            OSError: it can't be opened.
        """
        own = {"journal": self._descriptor, "names": self._names.descriptor, "side": self._side.descriptor}
        descriptor = own[path.rpartition(".")[2]]
        return open(path, "rb") if descriptor < 0 else os.fdopen(os.dup(descriptor), "rb")

    def release(self) -> None:
        """Let go of the files, which stay as they are."""
        self.segment, self._spare = NOWHERE, None
        self._names.close()
        self._side.close()
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _encode(point: Point, number: int) -> tuple[struct.Struct, Any, int, int] | None:
    """Return form, value, step and code of a record; None if it has no room for the point."""
    form, tag = FORMS.get(type(point.value), (None, 0))
    if form is None or type(point.step) is not int or number >= MOST_METRICS:
        return None
    fields = form, point.value, point.step, number | tag
    try:
        form.pack(point.value, point.time, point.step, number | tag, 0)
    except struct.error:
        return None
    return fields


def _to_json(obj: Any) -> str:
    try:
        return json.dumps(flatten(obj))
    except ValueError:  # an integer of more digits than Python writes
        return json.dumps({"py/type": describe_type(obj), "py/repr": safe_repr(obj)})
