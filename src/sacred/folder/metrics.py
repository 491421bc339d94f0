"""``metrics.json``: all points of a run, by metric."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from sacred.folder import layout
from sacred.folder.journal_reader import Row, has_journal, iter_rows
from sacred.model.metrics import MetricRecord
from sacred.model.serialize import format_json, load_json
from sacred.support.clock import format_naive_utc, from_timestamp
from sacred.support.files import open_atomically
from sacred.support.spool import Spool

if TYPE_CHECKING:
    from array import array

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
_MEMORY_BYTES = 1 << 20
_DIGITS = [f"{number:03}" for number in range(1000)]
_PIECE_POINTS = 8192
_SMALL_PIECE_POINTS = 512


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
    text = _MetricsText(folder)
    rows = iter_rows(folder)
    while piece := list(islice(rows, _SMALL_PIECE_POINTS if pause else _PIECE_POINTS)):
        text.add(piece)
        if pause is not None:
            pause()
    with open_atomically(os.path.join(folder, layout.METRICS), durable) as file:
        text.write(file)


class _MetricsText:
    """Takes in points in the order they were logged, and writes them metric by metric.

    It keeps pieces of text in a file without a name, and in memory only where they are.

    Args:
        folder: where there is room for the file.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        # of each piece: where its columns begin, and where the last one ends
        self._places: dict[str, array[int]] = {}
        self._memory = bytearray()
        self._spool: Spool | None = None
        self._length = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Add points.

        Raises:
            OSError: there is no room.
        """
        columns: dict[str, tuple[list[Any], list[float], list[Any]]] = {}
        for name, step, moment, value in rows:
            steps, moments, values = columns.get(name) or columns.setdefault(name, ([], [], []))
            steps.append(step)
            moments.append(moment)
            values.append(value)
        for name, (steps, moments, values) in columns.items():
            self._keep(name, [_join(steps), _join_moments(moments), _join(values)])

    def _keep(self, name: str, texts: list[str]) -> None:
        from array import array

        places = accumulate(map(len, texts), initial=self._length)  # they are ASCII
        self._places.setdefault(name, array("Q")).extend(places)
        self._memory += "".join(texts).encode("ascii")
        self._length = self._places[name][-1]
        if len(self._memory) > _MEMORY_BYTES:
            self._spool = self._spool or Spool(self._folder)
            self._spool.append(bytes(self._memory))
            self._memory.clear()

    def write(self, file: BinaryIO) -> None:
        """Write the whole document.

        Raises:
            OSError: it can't be written.
        """
        separator = b"{"
        for name in sorted(self._places):
            file.write(separator + f"\n  {json.dumps(name)}: {{".encode())
            for index, column in enumerate(_COLUMNS):
                file.write(b"," * (index > 0) + f'\n    "{column}": ['.encode())
                self._write_column(file, self._places[name], index)
                file.write(b"\n    ]")
            file.write(b"\n  }")
            separator = b","
        file.write(b"\n}" if self._places else b"{}")

    def _write_column(self, file: BinaryIO, places: "array[int]", index: int) -> None:
        separator = _LINE.encode()
        size = len(_COLUMNS) + 1
        for start, end in zip(places[index::size], places[index + 1 :: size], strict=True):
            file.write(separator)
            file.write(self._read(start, end))
            separator = b"," + _LINE.encode()

    def _read(self, start: int, end: int) -> bytes | memoryview:
        first = self._length - len(self._memory)  # what is before is in the file
        if self._spool is None or start >= first:
            return memoryview(self._memory)[start - first : end - first]
        return os.pread(self._spool.descriptor, end - start, start)


def _join(values: list[Any]) -> str:
    if _PLAIN.issuperset(map(type, values)):
        return json.dumps(values, separators=("," + _LINE, ": "))[1:-1]
    return f",{_LINE}".join(format_json(value, _LINE) for value in values)


def _join_moments(moments: list[float]) -> str:
    """Return moments as ISO texts: what is before the fraction is the same for many."""
    texts = []
    second, after, head = 0, 0, ""
    for moment in moments:
        if not second <= moment < after:
            second = int(moment)
            after = second + 1
            head = from_timestamp(second).isoformat()
        micros = round((moment - second) * 1e6)  # half to even, as datetime.fromtimestamp
        if 0 < micros < 1_000_000:
            texts.append(f'"{head}.{_DIGITS[micros // 1000]}{_DIGITS[micros % 1000]}"')
        else:
            texts.append(f'"{from_timestamp(moment).isoformat()}"')
    return f",{_LINE}".join(texts)


def read_metric_records(folder: str, run_id: Any) -> list[MetricRecord]:
    """Return the points of a run folder by metric, from the journal, else from ``metrics.json``.

    System metrics come last; one that has the name of a metric of the user's is left out.

    Args:
        folder: the run folder.
        run_id: the run's id.

    Raises:
        OSError: they can't be read.
        ValueError: ``metrics.json`` is damaged.
    """
    records = _read_journals(folder, run_id, "metrics")
    if not records and not has_journal(folder):
        records = {name: _read_record(name, run_id, series) for name, series in _load(folder).items()}
    system = _read_journals(folder, run_id, layout.SYSTEM)
    return [*records.values(), *(record for name, record in system.items() if name not in records)]


def _read_journals(folder: str, run_id: Any, prefix: str) -> dict[str, MetricRecord]:
    records: dict[str, MetricRecord] = {}
    for name, step, moment, value in iter_rows(folder, prefix):
        record = records.get(name) or records.setdefault(name, _make_record(name, run_id))
        record["steps"].append(step)
        record["values"].append(value)
        record["timestamps"].append(from_timestamp(moment))
    return records


def _make_record(name: str, run_id: Any) -> MetricRecord:
    return MetricRecord(_id=f"{run_id}:{name}", name=name, run_id=run_id, steps=[], values=[], timestamps=[])


def _read_record(name: str, run_id: Any, series: Any) -> MetricRecord:
    record = _make_record(name, run_id)
    try:
        record["steps"] += series["steps"]
        record["values"] += series["values"]
        record["timestamps"] += map(datetime.fromisoformat, series["timestamps"])
    except (LookupError, TypeError) as error:
        raise ValueError(f'metric "{name}" lacks its columns') from error
    return record


def _load(folder: str) -> dict[str, Any]:
    try:
        with open(os.path.join(folder, layout.METRICS), "rb") as file:
            content = load_json(file.read())
    except FileNotFoundError:
        return {}
    if not isinstance(content, dict):
        raise ValueError("it holds no JSON object")  # noqa: TRY004 - of a document, it is a wrong value
    return content
