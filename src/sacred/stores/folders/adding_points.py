"""Writing all points of a run at once: its journal, and ``metrics.json`` for tools made for Sacred 0.8."""

import json
import os
import struct
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from sacred.folder import layout
from sacred.folder.journal import FORMS, INTEGER, IS_ASIDE, MOST_METRICS
from sacred.folder.journal_files import HEADER
from sacred.folder.journal_reader import EARLIEST, LATEST
from sacred.folder.metrics import write_metrics_json
from sacred.model.serialize import safe_repr
from sacred.model.series import Series

_RECORD = [("value", "<i8"), ("time", "<f8"), ("step", "<i4"), ("code", "<u4"), ("stamp", "<u8")]
_TAGS = {"f": 0, "i": 1, "b": 2}
_MOST_POINTS_AT_ONCE = 1 << 16


def write_points(folder: str, series: Sequence[Series]) -> None:
    """Write the points of a run that is over into its folder.

    Args:
        folder: where nothing of them is yet.
        series: of all metrics; those of the system go to a journal of their own.

    Raises:
        OSError: they can't be written.
    """
    own = [one for one in series if not one.name.startswith("system.")]
    system = [one for one in series if one.name.startswith("system.")]
    if own:
        _write_journal(folder, "metrics", own)
        write_metrics_json(folder, durable=False)
    else:
        with open(os.path.join(folder, layout.METRICS), "w", encoding="ascii") as file:
            file.write("{}")
    if system:
        _write_journal(folder, layout.SYSTEM, system)


def _write_journal(folder: str, prefix: str, series: Iterable[Series]) -> None:
    stem = os.path.join(folder, prefix)
    with open(f"{stem}.journal", "wb") as journal, open(f"{stem}.names", "wb") as names:
        writer = _JournalWriter(journal, f"{stem}.side")
        journal.write(HEADER)
        try:
            for number, one in enumerate(series):
                names.write(json.dumps(one.name).encode() + b"\n")
                writer.add(one, number)
        finally:
            writer.close()


class _JournalWriter:
    """Writes records one after the other, each metric's in one piece.

    Args:
        journal: the file, after its header.
        side: the path for what records have no room for.
    """

    def __init__(self, journal: BinaryIO, side: str) -> None:
        self._journal = journal
        self._side_path = side
        self._side: BinaryIO | None = None
        self._side_bytes = 0
        self._stamp = 2

    def add(self, series: Series, number: int) -> None:
        """Write the points of a metric.

        Args:
            series: the points.
            number: the line that its name has.
        """
        for start in range(0, len(series), _MOST_POINTS_AT_ONCE):
            part = series.part(start, start + _MOST_POINTS_AT_ONCE)
            data = _pack_columns(part, number, self._stamp)
            self._journal.write(self._pack_each(part, number) if data is None else data)
            self._stamp += len(part)

    def _pack_each(self, series: Series, number: int) -> bytes:
        columns = [_list(column) for column in (series.steps, series.values, series.times)]
        records = bytearray()
        for stamp, (step, value, time) in enumerate(zip(*columns, strict=True), self._stamp):
            moment = time if EARLIEST < time < LATEST else 0.0  # it was damaged
            record = _pack(step, value, moment, number, stamp)
            if record is None:
                record = INTEGER.pack(self._put_aside(series.name, step, value), moment, 0, IS_ASIDE, stamp)
            records += record
        return bytes(records)

    def _put_aside(self, name: str, step: Any, value: Any) -> int:
        if self._side is None:
            self._side = open(self._side_path, "wb")  # noqa: SIM115 - closed by close()
        line = f'{{"metric": {json.dumps(name)}, "step": {_to_json(step)}, "value": {_to_json(value)}}}\n'
        offset = self._side_bytes
        self._side_bytes += self._side.write(line.encode())
        return offset

    def close(self) -> None:
        """Let go of the side file."""
        if self._side is not None:
            self._side.close()


def _pack(step: Any, value: Any, time: float, number: int, stamp: int) -> bytes | None:
    form, tag = FORMS.get(type(value), (None, 0))
    if form is None or type(step) is not int or number >= MOST_METRICS:
        return None
    try:
        return form.pack(value, time, step, number | tag, stamp)
    except struct.error:
        return None


def _pack_columns(series: Series, number: int, stamp: int) -> bytes | None:
    """Return the records of points whose columns are arrays of numpy; None if one has to look at each."""
    steps, values, times = series.steps, series.values, series.times
    kinds = [getattr(getattr(column, "dtype", None), "kind", "") for column in (steps, values, times)]
    if kinds[0] != "i" or kinds[1] not in _TAGS or kinds[2] != "f" or number >= MOST_METRICS:
        return None
    import numpy as np

    steps, values, times = (np.asarray(column) for column in (steps, values, times))
    fits = (times > EARLIEST) & (times < LATEST)
    if len(steps) and (steps.min() < -(2**31) or steps.max() >= 2**31 or not fits.all()):
        return None
    records = np.empty(len(series), np.dtype(_RECORD))
    records["value"] = values.astype("<f8").view("<i8") if kinds[1] == "f" else values
    records["time"], records["step"] = times, steps
    records["code"] = number | _TAGS[kinds[1]] << 16
    records["stamp"] = np.arange(stamp, stamp + len(series), dtype=np.uint64)
    return records.tobytes()


def _list(column: Any) -> list[Any]:
    return column.tolist() if hasattr(column, "tolist") else list(column)


def _to_json(value: Any) -> str:
    try:
        return json.dumps(value)
    except ValueError:  # an integer of more digits than Python writes
        return json.dumps({"py/type": type(value).__name__, "py/repr": safe_repr(value)})
