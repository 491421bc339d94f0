"""Reading the metrics journal: of a run under way, an ended one, a killed one, a damaged one."""

import contextlib
import heapq
import json
import os
import re
import struct
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from sacred.folder.journal import INTEGER, IS_ASIDE, IS_BOOL, IS_FLOAT, IS_INTEGER, RECORD_BYTES, Point

_PIECE_BYTES = 65536 * RECORD_BYTES
_AS_FLOAT = struct.Struct("<d24x")
_AS = {IS_INTEGER: int, IS_BOOL: bool}

Row = tuple[str, Any, float, Any]
"""Name, step, time and value of a point."""


class JournalReader:
    """Reads one journal from where it stopped the time before.

    A slot that was drawn and is not yet written is looked at again later.

    Args:
        stem: path of the journal without its extension.
    """

    def __init__(self, stem: str) -> None:
        self._stem = stem
        self._next_slot = 1
        self._gaps: list[int] = []
        self._names: list[str | None] = []
        self._names_bytes = 0

    def read_new(self) -> list[Row]:
        """Return the points that were written since the last call.

        Raises:
            OSError: it can't be read.
        """
        try:
            file = open(f"{self._stem}.journal", "rb")  # noqa: SIM115 - closed below
        except FileNotFoundError:
            return []
        with file:
            rows = list(self._read_gaps(file.fileno()))
            for first, data in iter_pieces(file.fileno(), self._next_slot):
                rows += self._read_piece(first, data)
        return rows

    def _read_gaps(self, descriptor: int) -> Iterator[Row]:
        gaps, self._gaps = self._gaps, []
        for slot in gaps:
            data = os.pread(descriptor, RECORD_BYTES, slot * RECORD_BYTES)
            rows = list(self._parse(slot, data))
            yield from (row for _, row in rows)
            if not rows:
                self._gaps.append(slot)

    def _read_piece(self, first: int, data: bytes) -> list[Row]:
        rows = []
        for slot, row in self._parse(first, data):
            self._gaps += range(max(self._next_slot, first), slot)
            self._next_slot = slot + 1
            rows.append(row)
        return rows

    def _parse(self, first: int, data: bytes) -> Iterator[tuple[int, Row]]:
        """Yield the valid records of a piece with their slots."""
        stamp = first
        records = zip(INTEGER.iter_unpack(data), _AS_FLOAT.iter_unpack(data), strict=True)
        for (integer, time, step, metric, tag, _, found), (number,) in records:
            stamp += 1
            if found != stamp or tag > IS_ASIDE:
                continue
            if tag == IS_ASIDE:
                row = self._read_aside(integer, time)
            else:
                row = self._make_row(metric, step, time, number if tag == IS_FLOAT else _AS[tag](integer))
            if row is not None:
                yield stamp - 1, row

    def _make_row(self, metric: int, step: int, time: float, value: Any) -> Row | None:
        if metric >= len(self._names):
            self._read_names()
        name = self._names[metric] if metric < len(self._names) else None
        return None if name is None else (name, step, time, value)

    def _read_names(self) -> None:
        with contextlib.suppress(OSError), open(f"{self._stem}.names", "rb") as file:
            file.seek(self._names_bytes)
            lines = file.read()
            lines = lines[: lines.rfind(b"\n") + 1]
            self._names_bytes += len(lines)
            self._names += map(_parse_name, lines.splitlines())

    def _read_aside(self, offset: int, time: float) -> Row | None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            with open(f"{self._stem}.side", "rb") as file:
                file.seek(offset)
                content = json.loads(file.readline())
            return str(content["metric"]), content["step"], time, content["value"]
        return None


def _parse_name(line: bytes) -> str | None:
    with contextlib.suppress(ValueError):
        name = json.loads(line)
        return name if isinstance(name, str) else None
    return None


def iter_pieces(descriptor: int, slot: int) -> Iterator[tuple[int, bytes]]:
    """Yield whole records from a slot on, in pieces of at most 2 MiB, with the number of the first slot."""
    while data := os.pread(descriptor, _PIECE_BYTES, slot * RECORD_BYTES):
        count = len(data) // RECORD_BYTES
        if not count:
            return
        yield slot, data[: count * RECORD_BYTES]
        slot += count


def find_journals(folder: str, prefix: str = "metrics") -> list[str]:
    """Return the stems of all journals in a run folder, that of the run's own process first."""
    pattern = re.compile(rf"({re.escape(prefix)}(?:\.(\d+))?)\.journal")
    try:
        found = [match for name in os.listdir(folder) if (match := pattern.fullmatch(name))]
    except OSError:
        return []
    found.sort(key=lambda match: int(match[2] or 0))
    return [os.path.join(folder, match[1]) for match in found]


def has_journal(folder: str, prefix: str = "metrics") -> bool:
    """Tell whether a run folder has a journal."""
    return bool(find_journals(folder, prefix))


def iter_rows(folder: str, prefix: str = "metrics") -> Iterator[Row]:
    """Yield all points of a run folder, those of several journals put together by time, in constant memory.

    What is damaged is left out.
    """
    journals = [_iter_journal(stem) for stem in find_journals(folder, prefix)]
    return journals[0] if len(journals) == 1 else heapq.merge(*journals, key=itemgetter(2))


def _iter_journal(stem: str) -> Iterator[Row]:
    reader = JournalReader(stem)
    with contextlib.suppress(OSError), open(f"{stem}.journal", "rb") as file:
        for first, data in iter_pieces(file.fileno(), 1):
            for _, row in reader._parse(first, data):  # noqa: SLF001 - of the class above
                yield row


def read_points(folder: str, prefix: str = "metrics") -> Iterator[Point]:
    """Yield all points of a run folder as :func:`iter_rows` does."""
    return (Point(*row) for row in iter_rows(folder, prefix))


def cut_journal(folder: str, prefix: str = "metrics") -> None:
    """Cut the journals of a run that is over to their length.

    Raises:
        OSError: they can't be written.
    """
    for stem in find_journals(folder, prefix):
        reader = JournalReader(stem)
        reader.read_new()
        os.truncate(f"{stem}.journal", reader._next_slot * RECORD_BYTES)  # noqa: SLF001 - of the class above
