"""``metrics.json``: all points of a run, by metric."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, Protocol

from sacred.folder import layout
from sacred.folder.journal_reader import Row, has_journal, iter_rows
from sacred.model.metrics import MetricRecord
from sacred.model.serialize import format_json, load_json
from sacred.support.clock import format_naive_utc, from_timestamp
from sacred.support.files import open_atomically
from sacred.support.spool import Spool

Columns = dict[str, list[Any]]


class Flatten(Protocol):
    """Makes plain JSON values."""

    def __call__(self, obj: Any, *, entry: str) -> Any:
        """Return the plain form of a value; warnings call it ``entry``."""


def add_points(metrics: dict[str, Columns], new: Mapping[str, Any], flatten: Flatten) -> None:
    """Add points to those before.

    Args:
        metrics: ``{name: {"steps": [...], "timestamps": [...], "values": [...]}}`` of plain JSON values; it
            is changed.
        new: the same with any values, and timestamps as ``datetime``.
        flatten: makes plain JSON values.
    """
    for key, series in new.items():
        name = str(key)
        columns = metrics.setdefault(name, {"steps": [], "timestamps": [], "values": []})
        columns["steps"].extend(flatten(series["steps"], entry=name))
        columns["values"].extend(flatten(series["values"], entry=name))
        columns["timestamps"].extend(map(format_naive_utc, series["timestamps"]))


_COLUMNS = ("steps", "timestamps", "values")
_LINE = "\n      "  # before each value
_PLAIN = frozenset({int, float, bool, str, type(None)})
_PIECE_POINTS = 32768
_SMALL_PIECE_POINTS = 512  # take less than a millisecond
_MEMORY_BYTES = 4 << 20


def write_metrics_json(folder: str, *, durable: bool, pause: Callable[[], None] | None = None) -> None:
    """Write ``metrics.json`` from the journal, as :func:`sacred.model.serialize.format_json` would.

    It takes constant memory: what is to stand together is put together in a file.

    Args:
        folder: the run folder.
        durable: wait until the disk has it before it takes the place of the one before.
        pause: called after each part of the work that takes less than a millisecond.

    Raises:
        OSError: it can't be written; the one that is there is untouched.
    """
    texts = _Texts()
    rows = iter_rows(folder)
    while piece := list(islice(rows, _SMALL_PIECE_POINTS if pause else _PIECE_POINTS)):
        for name, columns in _encode(piece).items():
            texts.add(name, columns)
        if pause is not None:
            pause()
    with open_atomically(os.path.join(folder, layout.METRICS), durable) as file:
        texts.write(file)


def _encode(rows: list[Row]) -> dict[str, tuple[bytes, ...]]:
    """Return by metric the texts of the three columns."""
    points: dict[str, tuple[list[Any], list[float], list[Any]]] = {}
    for name, step, moment, value in rows:
        steps, moments, values = points.get(name) or points.setdefault(name, ([], [], []))
        steps.append(step)
        moments.append(moment)
        values.append(value)
    return {
        name: tuple(text.encode() for text in (_join(steps), _join_moments(moments), _join(values)))
        for name, (steps, moments, values) in points.items()
    }


def _join(values: list[Any]) -> str:
    if _PLAIN.issuperset(map(type, values)):
        return json.dumps(values, separators=("," + _LINE, ": "))[1:-1]
    return f",{_LINE}".join(format_json(value, _LINE) for value in values)


def _join_moments(moments: list[float]) -> str:
    return f",{_LINE}".join(_iter_texts(moments))


def _iter_texts(moments: list[float]) -> Iterator[str]:
    """Yield moments as ISO text in quotes; most have the second of the one before."""
    known, second = None, ""
    for moment in moments:
        whole = int(moment)
        if whole != known:
            known, second = whole, from_timestamp(whole).isoformat()
        fraction = round((moment - whole) * 1e6)  # as datetime.fromtimestamp, half to even
        yield f'"{second}.{fraction:06}"' if 0 < fraction < 1_000_000 else _format_moment(moment)


def _format_moment(moment: float) -> str:
    return f'"{from_timestamp(moment).isoformat()}"'


class _Texts:
    """Pieces of the columns of all metrics, in memory while they are small."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[tuple[int, ...]]] = {}
        self._memory = bytearray()
        self._spool: Spool | None = None
        self._length = 0

    def add(self, name: str, columns: tuple[bytes, ...]) -> None:
        """Add pieces of a metric's columns."""
        place = [self._length]
        for text in columns:
            self._memory += text
            place.append(place[-1] + len(text))
        self._length = place[-1]
        self._pieces.setdefault(name, []).append(tuple(place))
        if len(self._memory) > _MEMORY_BYTES:
            self._spool = self._spool or Spool()
            self._spool.append(bytes(self._memory))
            self._memory.clear()

    def _read(self, start: int, end: int) -> bytes | memoryview:
        first = self._length - len(self._memory)  # what is before is in the file
        if self._spool is None or start >= first:
            return memoryview(self._memory)[start - first : end - first]
        return os.pread(self._spool.descriptor, end - start, start)

    def write(self, file: BinaryIO) -> None:
        """Write the whole document."""
        separator = b"{"
        for name in sorted(self._pieces):
            file.write(separator + f"\n  {json.dumps(name)}: {{".encode())
            for index, column in enumerate(_COLUMNS):
                file.write(b"," * (index > 0) + f'\n    "{column}": ['.encode())
                self._write_column(file, self._pieces[name], index)
                file.write(b"\n    ]")
            file.write(b"\n  }")
            separator = b","
        file.write(b"\n}" if self._pieces else b"{}")

    def _write_column(self, file: BinaryIO, pieces: list[tuple[int, ...]], index: int) -> None:
        separator = _LINE.encode()
        for place in pieces:
            file.write(separator)
            file.write(self._read(place[index], place[index + 1]))
            separator = b"," + _LINE.encode()


def read_metric_records(folder: str, run_id: Any) -> list[MetricRecord]:
    """Return the points of a run folder by metric, from the journal, else from ``metrics.json``.

    Args:
        folder: the run folder.
        run_id: the run's id.

    Raises:
        OSError: they can't be read.
        ValueError: ``metrics.json`` is damaged.
    """
    records: dict[str, MetricRecord] = {}

    def get(name: str) -> MetricRecord:
        if name not in records:
            records[name] = MetricRecord(
                _id=f"{run_id}:{name}", name=name, run_id=run_id, steps=[], values=[], timestamps=[]
            )
        return records[name]

    if has_journal(folder):
        for name, step, moment, value in iter_rows(folder):
            record = get(name)
            record["steps"].append(step)
            record["values"].append(value)
            record["timestamps"].append(from_timestamp(moment))
        return list(records.values())
    for name, series in _load(folder).items():
        record = get(name)
        record["steps"] += series["steps"]
        record["values"] += series["values"]
        record["timestamps"] += map(datetime.fromisoformat, series["timestamps"])
    return list(records.values())


def _load(folder: str) -> dict[str, Any]:
    path = os.path.join(folder, layout.METRICS)
    if not os.path.exists(path):
        return {}
    with open(path, "rb") as file:
        content = load_json(file.read())
    if not isinstance(content, dict):
        raise ValueError("it holds no JSON object")  # noqa: TRY004 - of a document, it is a wrong value
    return content
