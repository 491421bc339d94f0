"""What happens to a run, as it happens."""

import codecs
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sacred.errors import StoreError
from sacred.model.record import Document
from sacred.model.series import Series
from sacred.reader.locked import LockedStore
from sacred.reader.points import load_numpy, to_array, to_list, to_moments
from sacred.reader.record import UNDER_WAY, as_text, load_document

if TYPE_CHECKING:
    import numpy as np

_PATIENCE_SECONDS = 10.0
"""For so long a run that can't be read may be on its way from one folder into another."""
_SHARE = 4
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class OutputEvent:
    """More was printed.

    Attributes:
        text: what; escape sequences are as they came.
    """

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class MetricEvent:
    """Points were logged.

    Attributes:
        name: the metric.
        steps: the steps of the new points.
        values: their values.
        timestamps: when they were logged, datetime64 in UTC.
    """

    name: str
    steps: "np.ndarray[Any, Any]"
    values: "np.ndarray[Any, Any]"
    timestamps: "np.ndarray[Any, Any]"


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """The run has another status.

    Attributes:
        status: which it has now.
        previous: which it had before; None in the first event.
    """

    status: str
    previous: str | None


Event = OutputEvent | MetricEvent | StatusEvent


def follow(store: LockedStore, run_id: str, interval: float) -> Iterator[Event]:
    """Yield what there is, then what comes; see :meth:`sacred.reader.run.Run.follow`.

    Raises:
        RunNotFoundError: the run is not there, or is removed meanwhile.
        MissingExtraError: numpy is not installed.
    """
    load_numpy()
    follower = _Follower(store, run_id)
    lost_at = None
    load_document(store, run_id)
    while True:
        started = time.monotonic()
        try:
            yield from follower.look()
            lost_at = None
        except (StoreError, OSError):  # the run may be moving at this moment
            lost_at = started if lost_at is None else lost_at
            if started - lost_at > _PATIENCE_SECONDS:
                raise
        if follower.is_over:
            return
        time.sleep(max(interval, _SHARE * (time.monotonic() - started)))


@dataclass
class _Follower:
    store: LockedStore
    run_id: str
    is_over: bool = False
    status: str | None = None
    points: dict[str, "_Seen"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.text = _Text(self.store, self.run_id)

    def look(self) -> Iterator[Event]:
        document = load_document(self.store, self.run_id)  # first: what comes after the end is not missed
        status = as_text(document.get("status")) or ""
        is_over = status not in UNDER_WAY
        if not is_over:
            yield from self.tell(status)
        yield from self.text.look(document, is_over)
        yield from self.look_at_points()
        if is_over:
            yield from self.tell(status)
            self.is_over = True

    def tell(self, status: str) -> Iterator[StatusEvent]:
        previous, self.status = self.status, status
        if status != previous:
            yield StatusEvent(status, previous)

    def look_at_points(self) -> Iterator[MetricEvent]:
        for series in self.store.read_series(self.run_id):
            new = self.points.setdefault(series.name, _Seen()).take(series)
            if len(new):
                steps, values = to_array(new.steps), to_array(new.values)
                yield MetricEvent(series.name, steps, values, to_moments(new.times))


class _Text:
    """The output of a run, piece by piece.

    Under a filter the last line may still change, so it waits until it is complete.
    """

    def __init__(self, store: LockedStore, run_id: str) -> None:
        self._store = store
        self._id = run_id
        self._position = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def look(self, document: Document, is_over: bool) -> Iterator[OutputEvent]:
        by_line = not is_over and _is_filtered(document)
        while piece := self._store.read_output(self._id, self._position, self._position + _PIECE_BYTES):
            is_last = len(piece) < _PIECE_BYTES
            if by_line and is_last:
                piece = piece[: piece.rfind(b"\n") + 1]
            self._position += len(piece)
            if text := self._decoder.decode(piece):
                yield OutputEvent(text)
            if is_last:
                break
        if is_over and (rest := self._decoder.decode(b"", final=True)):
            yield OutputEvent(rest)


def _is_filtered(document: Document) -> bool:
    recorder = document.get("recorder")
    return isinstance(recorder, dict) and recorder.get("filter") is not None


class _Seen:
    """The points of one metric that were told already.

    Points of several processes are put together by time: one may come in before those that were told.
    """

    def __init__(self) -> None:
        self._told: Series | None = None

    def take(self, series: Series) -> Series:
        told, self._told = self._told, series
        if told is None:
            return series
        count = len(told)
        if len(series) >= count and _get_key(series, count - 1) == _get_key(told, count - 1):
            return series.part(count)
        known = Counter(_iter_keys(told))
        new = [index for index, key in enumerate(_iter_keys(series)) if _is_new(known, key)]
        columns = (to_list(series.steps), to_list(series.values), to_list(series.times))
        steps, values, times = ([column[index] for index in new] for column in columns)
        return Series(series.name, steps, values, times)


def _is_new(known: Counter[Any], key: Any) -> bool:
    known[key] -= 1
    return known[key] < 0


def _get_key(series: Series, index: int) -> Any:
    return (
        (str(series.steps[index]), str(series.values[index]), str(series.times[index]))
        if index >= 0
        else None
    )


def _iter_keys(series: Series) -> Iterator[Any]:
    columns = (to_list(series.steps), to_list(series.values), to_list(series.times))
    for step, value, moment in zip(*columns, strict=True):
        yield str(step), str(value), str(moment)
