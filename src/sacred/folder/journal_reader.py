"""Reading the metrics journal: of a run under way, an ended one, a killed one, a damaged one."""

import contextlib
import heapq
import json
import os
import sys
from collections.abc import Callable, Iterator
from itertools import count, starmap
from operator import itemgetter
from typing import Any, BinaryIO

from sacred.folder.journal import (
    IS_ASIDE,
    IS_BOOL,
    IS_FLOAT,
    MOST_METRICS,
    RECORD_BYTES,
    Point,
)
from sacred.folder.journal_files import find_journals

OpenFile = Callable[[str], BinaryIO]

Row = tuple[str, Any, float, Any]
"""Name, step, time and value of a point."""

_PIECE_SLOTS = 1024  # a third of a millisecond
_STAMP = ("Q", 24)
_COLUMNS = (_STAMP, ("I", 20), ("i", 16), ("d", 8), ("d", 0), ("q", 0))
EARLIEST, LATEST = -62_135_596_800.0, 253_402_300_799.0  # the years 1 and 9999; NaN is in no year
_TAG_BITS = 0xFF0000


def _open(path: str) -> BinaryIO:
    return open(path, "rb")


class JournalReader:
    """Reads one journal from where it stopped the time before.

    A slot that was drawn and is not yet written is looked at again later.

    Args:
        stem: path of the journal without its extension.
        open_file: opens its files by their paths.
    """

    def __init__(self, stem: str, open_file: OpenFile | None = None) -> None:
        self._records = _Records(stem, open_file or _open)
        self._next_slot = 1
        self._gaps: list[int] = []

    def read_new(self, end: int) -> list[Row]:
        """Return the points that were written since the last call.

        Args:
            end: the first slot that was not drawn yet.

        Raises:
            OSError: they can't be read; nothing was read then.
        """
        rows: list[Row] = []
        gaps: list[int] = []
        pieces = [(slot, 1) for slot in self._gaps]
        pieces += [
            (slot, min(_PIECE_SLOTS, end - slot)) for slot in range(self._next_slot, end, _PIECE_SLOTS)
        ]
        for slot, size in pieces:
            found, skipped = self._records.read(slot, size) or ([], [])
            rows += found
            gaps += skipped
        self._gaps, self._next_slot = gaps, max(end, self._next_slot)
        return rows

    def read_grown(self, is_over: bool = False) -> list[Row]:
        """Return new points of a journal that another process writes: nobody here knows where it ends.

        Args:
            is_over: nothing is left out. Otherwise the search ends before a long row of empty slots, which
                are room for points that will be logged.

        Raises:
            OSError: they can't be read; nothing was read then.
        """
        return self.read_new(max(self._next_slot, self._records.find_end(self._next_slot, is_over)))


class FolderReader:
    """Reads what other processes write into journals of their own in a run folder, each point once.

    Args:
        folder: the run folder.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._readers: dict[str, JournalReader] = {}

    def add_new(self, rows: list[Row], own: str, is_over: bool = False) -> list[Row]:
        """Return points with those that others have written since the last call, put together by time.

        A journal that can't be read now is read the next time.

        Args:
            rows: points of this process.
            own: the stem of its journal, which is left out.
            is_over: this is the last call.
        """
        series = [rows]
        with contextlib.suppress(OSError):
            for stem in find_journals(self._folder):
                if stem != own:
                    reader = self._readers.setdefault(stem, JournalReader(stem))
                    series.append(_try_to_read(reader, is_over))
        return rows if len(series) == 1 else list(heapq.merge(*series, key=itemgetter(2)))


def _try_to_read(reader: JournalReader, is_over: bool) -> list[Row]:
    try:
        return reader.read_grown(is_over)
    except OSError:
        return []


class _Records:
    """The points of one journal, with what the files beside it say of them."""

    def __init__(self, stem: str, open_file: OpenFile = _open) -> None:
        self._stem = stem
        self._open = open_file
        self._kinds: dict[int, tuple[str | None, int]] = {}
        self._names: list[str | None] = []
        self._names_bytes = 0
        self._side: BinaryIO | None = None

    def read(self, first: int, size: int) -> tuple[list[Row], list[int]] | None:
        """Return the points of some slots, and the slots that are not valid; None beyond the end of the file.

        Raises:
            OSError: a file can't be read.
        """
        data = self._read_slots(first, size)
        if not data:
            return None
        if data == bytes(len(data)):  # a segment that is not used yet
            return [], list(range(first, first + len(data) // RECORD_BYTES))
        try:
            return self._parse(first, data)
        finally:
            if self._side is not None:
                self._side.close()
                self._side = None

    def find_end(self, start: int, is_patient: bool = True) -> int:
        """Return the slot after the last one that is written; 0 if there is none from ``start`` on.

        Args:
            start: the first slot to look at.
            is_patient: look at the whole file; else up to a long row of empty slots.

        Raises:
            OSError: the file can't be read.
        """
        end = 0
        for first in count(start, _PIECE_SLOTS):
            data = self._read_slots(first, _PIECE_SLOTS)
            stamps = enumerate(_read_column(data, *_STAMP), first)
            written = [slot for slot, stamp in stamps if stamp == slot + 1]
            end = written[-1] + 1 if written else end
            if not data or not (written or is_patient):
                break
        return end

    def _read_slots(self, first: int, size: int) -> bytes:
        with self._open(f"{self._stem}.journal") as file:
            return read_settled(file, first * RECORD_BYTES, size * RECORD_BYTES)

    def _parse(self, first: int, data: bytes) -> tuple[list[Row], list[int]]:
        rows: list[Row] = []
        skipped: list[int] = []
        kinds = self._kinds
        columns = [_read_column(data, kind, offset) for kind, offset in _COLUMNS]
        for slot, (stamp, code, step, time, number, integer) in enumerate(zip(*columns, strict=True), first):
            row = None
            if stamp == slot + 1 and EARLIEST < time < LATEST:
                name, tag = kinds.get(code) or self._learn(code)
                if tag == IS_ASIDE:
                    row = self._read_aside(integer, time)
                elif name is not None:
                    value = number if tag == IS_FLOAT else bool(integer) if tag == IS_BOOL else integer
                    row = name, step, time, value
            if row is None:
                skipped.append(slot)
            else:
                rows.append(row)
        return rows, skipped

    def _learn(self, code: int) -> tuple[str | None, int]:
        """Return name and tag of records with a code; no name if there is no such metric or tag."""
        number, tag = code % MOST_METRICS, code & _TAG_BITS
        if tag >= IS_ASIDE:
            return None, tag
        if number >= len(self._names):
            self._read_names()
        name = self._names[number] if number < len(self._names) else None
        if name is not None:
            self._kinds[code] = name, tag
        return name, tag

    def _read_names(self) -> None:
        with contextlib.suppress(FileNotFoundError), self._open(f"{self._stem}.names") as file:
            file.seek(self._names_bytes)
            lines = file.read()
            lines = lines[: lines.rfind(b"\n") + 1]
            self._names_bytes += len(lines)
            self._names += map(parse_name, lines.split(b"\n")[:-1])

    def _read_aside(self, offset: int, time: float) -> Row | None:
        with contextlib.suppress(FileNotFoundError, ValueError, LookupError, TypeError, RecursionError):
            if self._side is None:
                self._side = self._open(f"{self._stem}.side")
            if not 0 <= offset < os.fstat(self._side.fileno()).st_size:
                return None
            self._side.seek(offset)
            content = json.loads(self._side.readline())
            return str(content["metric"]), content["step"], time, content["value"]
        return None


def read_settled(file: BinaryIO, offset: int, size: int) -> bytes:
    """Return whole records, those that somebody is just writing as zeros.

    A copy of such a one may have its stamp and lack its value: what was not the same twice is not taken.
    """
    before, data = (os.pread(file.fileno(), size, offset) for _ in range(2))
    whole = len(before) // RECORD_BYTES * RECORD_BYTES
    if before[:whole] == data[:whole]:
        return data[:whole]
    records = (
        (before[at : at + RECORD_BYTES], data[at : at + RECORD_BYTES]) for at in range(0, whole, RECORD_BYTES)
    )
    return b"".join(new if new == old else bytes(RECORD_BYTES) for old, new in records)


def _read_column(data: bytes, kind: str, offset: int) -> list[Any]:
    """Return one field of all records: by far faster than unpacking record by record."""
    from array import array

    column = array(kind, data)
    if sys.byteorder == "big":
        column.byteswap()
    return column[offset // column.itemsize :: RECORD_BYTES // column.itemsize].tolist()


def parse_name(line: bytes) -> str | None:
    """Return the name of a metric that a line of a names file has; None if it is damaged."""
    with contextlib.suppress(ValueError, RecursionError):
        name = json.loads(line)
        return name if isinstance(name, str) else None
    return None


def has_journal(folder: str, prefix: str = "metrics") -> bool:
    """Tell whether a run folder has a journal.

    Raises:
        OSError: the folder can't be read.
    """
    return bool(find_journals(folder, prefix))


def iter_rows(folder: str, prefix: str = "metrics") -> Iterator[Row]:
    """Yield all points of a run folder, those of several journals put together by time, in constant memory.

    What is damaged is left out, and nothing that a record says is executed.

    Raises:
        OSError: a file can't be read.
    """
    journals = [_iter_journal(stem) for stem in find_journals(folder, prefix)]
    return journals[0] if len(journals) == 1 else heapq.merge(*journals, key=itemgetter(2))


def _iter_journal(stem: str) -> Iterator[Row]:
    records = _Records(stem)
    with contextlib.suppress(FileNotFoundError):  # somebody removes the run
        for first in count(1, _PIECE_SLOTS):
            piece = records.read(first, _PIECE_SLOTS)
            if piece is None:
                return
            yield from piece[0]


def read_points(folder: str, prefix: str = "metrics") -> Iterator[Point]:
    """Yield all points of a run folder as :func:`iter_rows` does."""
    return starmap(Point, iter_rows(folder, prefix))


def cut_journal(folder: str, prefix: str = "metrics") -> None:
    """Cut the journal of a run that is over to its length. Children that outlived it may still write theirs.

    Raises:
        OSError: it can't be written.
    """
    stem = os.path.join(folder, prefix)
    with contextlib.suppress(FileNotFoundError):
        end = max(1, _Records(stem).find_end(1))
        os.truncate(f"{stem}.journal", end * RECORD_BYTES)
