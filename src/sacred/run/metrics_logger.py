"""Taking in metrics from any thread: into the journal of the run folder, before that into memory."""

import contextlib
import logging
import os
import struct
import threading
import time
import weakref
from collections import deque
from itertools import count
from typing import TYPE_CHECKING, Any

from sacred.folder.journal import FLOAT, INTEGER, IS_FLOAT, IS_INTEGER, NOWHERE, RECORD_BYTES, Journal, Point
from sacred.folder.journal_reader import JournalReader, Row
from sacred.model.metrics import ScalarMetricLogEntry, linearize_metrics
from sacred.support.clock import from_timestamp
from sacred.support.copies import copy_containers, normalize_numpy

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MetricsLogger", "ScalarMetricLogEntry", "linearize_metrics"]

LOGGER = logging.getLogger("sacred")

_pack_float, _pack_integer = FLOAT.pack_into, INTEGER.pack_into
_now = time.time
_DoesNotFit = struct.error


class _Series:
    """One metric.

    Attributes:
        number: its number in the journal; None before its name is there.
        draw: returns the next automatic step; it takes no lock.
        explicit: the step that was given last, if none was drawn since.
    """

    __slots__ = ("draw", "explicit", "name", "number")

    def __init__(self, name: str) -> None:
        self.name = name
        self.number: int | None = None
        self.draw: Callable[[], Any] = count().__next__
        self.explicit: Any = None


class MetricsLogger:
    """Takes points, and gives those that are new.

    At first, and for users of Sacred 0.8's class, they stay in memory; from :meth:`settle` on they are in a
    file when :meth:`log_scalar_metric` returns. It takes a lock only where something has to be prepared.

    Attributes:
        lost: how many points could not be written, after :meth:`close`.
    """

    def __init__(self) -> None:
        self.lost = 0
        self._series: dict[Any, _Series] = {}
        self._segment = NOWHERE
        self._journal: Journal | None = None
        self._reader: JournalReader | None = None
        self._folder: str | None = None
        self._waiting: deque[tuple[_Series, Point]] = deque()
        self._taken = 0
        self._lock = threading.RLock()  # a signal handler may log while the code that it interrupts does
        self._reading = threading.Lock()
        self._is_draining = self._is_closed = self._is_child = self._discards = False
        self._warned: set[str] = set()
        _loggers.add(self)

    @property
    def count(self) -> int:
        """How many points were logged."""
        if self._journal is None:
            return self._taken
        return self._journal.count + len(self._waiting)

    def log_scalar_metric(self, metric_name: str, value: Any, step: Any = None) -> None:
        """Take in one point; after :meth:`close` there is only a warning.

        Args:
            metric_name: the metric, such as ``training.loss``; what is no text becomes text.
            value: mostly a number; numpy and torch scalars become Python numbers.
            step: where in the series the point belongs. By default one more than the step before,
                beginning at 0.
        """
        try:
            series = self._series[metric_name]
        except (KeyError, TypeError):
            series = self._add_series(str(metric_name))
        if step is None:
            step = series.draw() if series.explicit is None else self._continue_steps(series)
        elif type(step) is int:
            series.explicit = step
        else:
            step = _note_step(series, step)
        kind = type(value)
        if kind is float:
            pack, tag = _pack_float, IS_FLOAT
        elif kind is int:
            pack, tag = _pack_integer, IS_INTEGER
        else:
            self._log_slowly(series, value, step)
            return
        segment = self._segment
        stamp = segment.draw()
        if stamp > segment.limit or type(step) is bool:
            self._log_slowly(series, value, step)
            return
        place = stamp * RECORD_BYTES - segment.base
        try:
            pack(segment.buffer, place, value, _now(), step, series.number, tag, 0, stamp)
        except _DoesNotFit:  # in its place; the slot stays empty
            self._log_slowly(series, value, step)

    def _add_series(self, name: str) -> _Series:
        with self._lock:
            series = self._series.get(name)
            if series is None:
                series = _Series(name)
                with contextlib.suppress(OSError):  # the point that follows tries again
                    series.number = self._journal.add_name(name) if self._journal is not None else None
                self._series[name] = series
        return series

    def _continue_steps(self, series: _Series) -> Any:
        """Let automatic steps go on after one that was given."""
        with self._lock:
            if series.explicit is not None:
                series.draw = count(series.explicit + 1).__next__
                series.explicit = None
            return series.draw()

    def _log_slowly(self, series: _Series, value: Any, step: Any) -> None:
        """Take in any point, after those that still wait."""
        point = Point(series.name, step, _now(), _to_plain(value))
        with self._lock:
            if self._is_closed:
                self._warn(f'The run has ended: points of metric "{series.name}" are not recorded', "late")
                return
            self._taken += 1
            if not self._discards:
                self._waiting.append((series, point))
                self._drain()

    def _drain(self) -> None:
        """Write what waits, in order."""
        with self._lock:
            # a signal handler's point waits for the code that it interrupted, which goes on with it
            if self._is_draining or self._folder is None:
                return
            self._is_draining = True
            try:
                self._write_waiting(self._journal or self._open_journal(self._folder))
            except OSError as error:
                self._segment = NOWHERE
                reason = error.strerror or error
                self._warn(
                    f"Metrics can't be written to {self._folder} now: {reason}. "
                    "They are kept in memory, and it is tried again every second",
                    "write",
                )
            finally:
                self._is_draining = False

    def _open_journal(self, folder: str) -> Journal:
        journal = Journal(folder, is_child=self._is_child)
        if not self._is_child:
            self._reader = JournalReader(journal.stem)
        self._journal = journal
        return journal

    def _write_waiting(self, journal: Journal) -> None:
        while self._waiting:
            series, point = self._waiting[0]
            if series.number is None:
                series.number = journal.add_name(series.name)
            journal.append(point, series.number)
            self._waiting.popleft()
        self._segment = NOWHERE if self._is_closed else journal.segment

    def _warn(self, text: str, kind: str) -> None:
        if kind not in self._warned:
            self._warned.add(kind)
            LOGGER.warning("%s", text)

    def settle(self, folder: str) -> None:
        """Write points into a run folder from now on, and those that wait in memory first."""
        self._folder = folder
        if self._waiting:
            self._drain()

    def discard(self) -> None:
        """Keep nothing: nobody will ask for it."""
        self._discards = True

    def sync(self) -> None:
        """Try again to write what waits, and wait until the disk has everything."""
        if self._waiting:
            self._drain()
        if self._journal is not None:
            with contextlib.suppress(OSError):  # the next beat tells, when it reads
                self._journal.sync()

    def get_last_metrics(self) -> list[ScalarMetricLogEntry]:
        """Return the points since the last call, in order."""
        rows: list[Row] = []
        with self._reading:
            if self._reader is not None:
                with contextlib.suppress(OSError):
                    rows += self._reader.read_new()
            if self._folder is None or self._is_closed:
                while self._waiting:
                    rows.append(self._waiting.popleft()[1])
        return [
            ScalarMetricLogEntry(name, step, from_timestamp(moment), value)
            for name, step, moment, value in rows
        ]

    def close(self) -> None:
        """Take in no more points; later ones are not recorded. What is here can be had once more."""
        with self._lock:
            if self._is_closed:
                return
            if self._waiting:
                self._drain()
            self._is_closed = True
            self._segment = NOWHERE
            if self._journal is not None:
                self._journal.close()
            if self._folder is not None:
                self.lost = len(self._waiting)
        _loggers.discard(self)

    def become_child(self) -> None:
        """Go on in a forked child: in files of its own, with steps that follow those before."""
        self._segment = NOWHERE
        if self._journal is not None:
            self._journal.release()
        self._journal = self._reader = None
        self._is_child = True
        self._is_draining = False
        self._reading = threading.Lock()
        for series in self._series.values():
            series.number = None
        if self._folder is not None:
            self._waiting.clear()  # the parent has them

    def park(self) -> None:
        """Keep others from changing anything: a child would inherit it half done."""
        self._lock.acquire()

    def unpark(self) -> None:
        """Undo :meth:`park`."""
        self._lock.release()


def _note_step(series: _Series, step: Any) -> Any:
    step = normalize_numpy(step)
    if isinstance(step, int | float):
        series.explicit = step
    return step


def _to_plain(value: Any) -> Any:
    if type(value) in (float, int, bool):
        return value
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):  # a torch scalar, an array of one number
        return value.item()
    return copy_containers(normalize_numpy(value))  # a list may change before it is written


_loggers: weakref.WeakSet[MetricsLogger] = weakref.WeakSet()
_parked: list[MetricsLogger] = []


def _park() -> None:
    for logger in list(_loggers):
        logger.park()
        _parked.append(logger)


def _unpark() -> None:
    while _parked:
        _parked.pop().unpark()


def _unpark_in_child() -> None:
    for logger in _parked:
        logger.become_child()
    _unpark()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=_park, after_in_parent=_unpark, after_in_child=_unpark_in_child)
