"""The points of a run folder by metric, as columns: with numpy in a few passes over the whole journal."""

import contextlib
import json
import os
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from sacred.folder import layout
from sacred.folder.journal_files import HEADER, find_journals
from sacred.folder.journal_reader import EARLIEST, LATEST, iter_rows, parse_name, read_settled
from sacred.model.packing import make_column
from sacred.model.series import Series

_RECORD = [
    *(("value", "<i8"), ("time", "<f8"), ("step", "<i4"), ("metric", "<u2")),
    *(("tag", "u1"), ("flags", "u1"), ("stamp", "<u8")),
]
_FLOAT, _INTEGER, _BOOL, _ASIDE = range(4)

_Odd = dict[int, tuple[Any, Any]]
"""Step and value of points that a record has no room for, by the number of the point."""


def read_columns(folder: str, prefix: str = "metrics") -> dict[str, Series]:
    """Return all points of a run folder's journals by metric, in the order of their first points.

    What is damaged is left out, and nothing that a record says is executed.

    Args:
        folder: the folder.
        prefix: which journals: ``metrics`` or ``system``.

    Raises:
        OSError: they can't be read.
    """
    stems = find_journals(folder, prefix)
    if not stems:  # numpy takes 0.1 s to load
        return {}
    try:
        import numpy as np
    except ImportError:
        return group_rows(iter_rows(folder, prefix))
    parts: dict[str, list[_Part]] = {}
    is_over = not any(os.path.lexists(os.path.join(folder, name)) for name in (layout.LOCK, layout.SPOOL))
    for stem in stems:
        # only its children may still write when a run is over
        is_settled = is_over and os.path.basename(stem) == prefix
        with contextlib.suppress(FileNotFoundError):  # somebody removes the run
            for part in _Journal(stem, np, _read_once if is_settled else read_settled).split():
                parts.setdefault(part.name, []).append(part)
    merged = [_merge(found, np) for found in parts.values()]
    merged.sort(key=lambda part: (float(part.times[0]) if len(stems) > 1 else 0.0, part.first))
    return {part.name: part.make_series(np) for part in merged}


def group_rows(rows: Iterable[tuple[str, Any, float, Any]]) -> dict[str, Series]:
    """Return points, as name, step, time and value, by metric: columns without numpy."""
    columns: dict[str, tuple[list[Any], list[Any], list[float]]] = {}
    for name, step, moment, value in rows:
        steps, values, times = columns.get(name) or columns.setdefault(name, ([], [], []))
        steps.append(step)
        values.append(value)
        times.append(moment)
    return {name: Series(name, *(make_column(column) for column in parts)) for name, parts in columns.items()}


def _read_once(file: BinaryIO, offset: int, size: int) -> bytes:
    data = os.pread(file.fileno(), size, offset)
    return data[: len(data) // len(HEADER) * len(HEADER)]


class _Part:
    """Points of one metric, from one journal or several."""

    def __init__(self, name: str, first: int, records: Any, odd: _Odd) -> None:
        self.name = name
        self.first = first
        self.times = records["time"]
        self.steps = records["step"]
        self.values = records["value"]
        self.tags = records["tag"]
        self.odd = odd

    def make_series(self, np: Any) -> Series:
        """Return them as a series."""
        times = np.ascontiguousarray(self.times)
        low, high = (int(self.tags.min()), int(self.tags.max())) if len(self.tags) else (_FLOAT, _FLOAT)
        steps: Any = self.steps.astype(np.int64)
        if low != high or high == _ASIDE:
            return Series(self.name, self._list_steps(steps, np), self._list_values(np), times)
        values = np.ascontiguousarray(self.values)
        if high == _FLOAT:
            values = values.view(np.float64)
        return Series(self.name, steps, values != 0 if high == _BOOL else values, times)

    def _list_values(self, np: Any) -> list[Any]:
        integers = self.values.tolist()
        floats = np.ascontiguousarray(self.values).view(np.float64).tolist()
        choose: dict[int, Callable[[int], Any]] = {
            _FLOAT: floats.__getitem__,
            _INTEGER: integers.__getitem__,
            _BOOL: lambda place: bool(integers[place]),
            _ASIDE: lambda place: self.odd[place][1],
        }
        return [choose[tag](place) for place, tag in enumerate(self.tags.tolist())]

    def _list_steps(self, steps: Any, np: Any) -> Any:
        column = steps.tolist()
        for place, (step, _) in self.odd.items():
            column[place] = step
        is_plain = set(map(type, column)) <= {int} and all(-(2**63) <= step < 2**63 for step in column)
        return np.array(column, np.int64) if is_plain else column


class _Journal:
    """One journal, read whole."""

    def __init__(self, stem: str, np: Any, read: Callable[[BinaryIO, int, int], bytes]) -> None:
        self._stem = stem
        self._np = np
        with open(f"{stem}.journal", "rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = read(file, len(HEADER), max(0, size - len(HEADER)))
        records = np.frombuffer(data, np.dtype(_RECORD))
        stamps = np.arange(2, len(records) + 2, dtype=np.uint64)
        is_valid = (
            (records["stamp"] == stamps)
            & (records["time"] > EARLIEST)
            & (records["time"] < LATEST)
            & (records["tag"] <= _ASIDE)
        )
        self._records = records if is_valid.all() else records[is_valid]

    def split(self) -> list[_Part]:
        """Return the points by metric."""
        np, records = self._np, self._records
        names = self._read_names()
        aside = np.flatnonzero(records["tag"] == _ASIDE)
        if not len(aside) and len(records) and records["metric"].max() == 0:  # a copy less of a long metric
            return [_Part(names[0], 0, records, {})] if names and names[0] is not None else []
        places, odd = self._find_places(names, aside)
        parts = []
        for name, where in places.items():
            chosen = {}
            if odd:
                chosen = {place: odd[slot] for place, slot in enumerate(where.tolist()) if slot in odd}
            parts.append(_Part(name, int(where[0]), records[where], chosen))
        return parts

    def _find_places(self, names: list[str | None], aside: Any) -> tuple[dict[str, Any], _Odd]:
        """Return which records are of which metric, and what the side file says of some."""
        np, records = self._np, self._records
        plain = np.flatnonzero(records["tag"] != _ASIDE)
        numbers = records["metric"][plain]
        order = np.argsort(numbers, kind="stable")  # one pass, however many metrics there are
        found: dict[str, list[Any]] = {}
        ends = np.flatnonzero(np.diff(numbers[order])) + 1
        for where in np.split(plain[order], ends) if len(plain) else []:
            number = int(records["metric"][where[0]])
            name = names[number] if number < len(names) else None
            if name is not None:
                found.setdefault(name, []).append(where)
        odd: _Odd = {}
        for slot, name, step, value in self._read_aside(aside.tolist()):
            odd[slot] = step, value
            found.setdefault(name, []).append([slot])
        return {name: np.sort(np.concatenate(parts)) for name, parts in found.items()}, odd

    def _read_names(self) -> list[str | None]:
        with contextlib.suppress(FileNotFoundError), open(f"{self._stem}.names", "rb") as file:
            lines = file.read().split(b"\n")
            return [parse_name(line) for line in lines[:-1]]  # a last one without an end is not complete
        return []

    def _read_aside(self, slots: list[int]) -> list[tuple[int, str, Any, Any]]:
        if not slots:
            return []
        found = []
        with contextlib.suppress(FileNotFoundError), open(f"{self._stem}.side", "rb") as file:
            size = os.fstat(file.fileno()).st_size
            for slot in slots:
                offset = int(self._records["value"][slot])
                if not 0 <= offset < size:
                    continue
                file.seek(offset)
                with contextlib.suppress(ValueError, LookupError, TypeError, RecursionError):
                    content = json.loads(file.readline())
                    found.append((slot, str(content["metric"]), content["step"], content["value"]))
        return found


def _merge(parts: list[_Part], np: Any) -> _Part:
    """Put the points of several journals together by time; each journal's own order stays."""
    first = parts[0]
    if len(parts) == 1:
        return first
    keys = np.concatenate([np.maximum.accumulate(part.times) for part in parts])
    order = np.argsort(keys, kind="stable")
    odd: _Odd = {}
    start = 0
    for part in parts:
        odd.update({start + place: one for place, one in part.odd.items()})
        start += len(part.times)
    for key in ("times", "steps", "values", "tags"):
        setattr(first, key, np.concatenate([getattr(part, key) for part in parts])[order])
    first.odd = {place: odd[old] for place, old in enumerate(order.tolist()) if old in odd} if odd else {}
    return first
