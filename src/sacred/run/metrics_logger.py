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

from sacred.folder.journal import (
    FLOAT,
    FORMS,
    INTEGER,
    IS_INTEGER,
    MOST_METRICS,
    NOWHERE,
    Journal,
    Point,
    Slot,
)
from sacred.folder.journal_files import remove_journals
from sacred.folder.journal_reader import FolderReader, JournalReader, Row
from sacred.model.metrics import ScalarMetricLogEntry, linearize_metrics
from sacred.model.serialize import safe_repr
from sacred.support.clock import from_timestamp
from sacred.support.copies import copy_containers, normalize_numpy

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MetricsLogger", "ScalarMetricLogEntry", "linearize_metrics"]

LOGGER = logging.getLogger("sacred")
RETRY_SECONDS = 1.0
"""How long nothing is tried after the journal could not be written."""

_pack_float, _pack_integer = FLOAT.pack_into, INTEGER.pack_into
_now = time.time
_NotPackable = struct.error
_NO_CODE = 1 << 32  # has no room in a record

_PACKERS = {kind: (form.pack_into, tag) for kind, (form, tag) in FORMS.items()}
"""What packs values of these very types into a record, and their tag."""


def _refuse(*_fields: Any) -> None:
    raise _NotPackable


_REFUSED = (_refuse, 0)
"""The same for all other values."""


class _Series:
    """One metric.

    Attributes:
        number: its number in the journal; None before its name is there.
        code: what stands for it in records.
        draw: returns the next automatic step; it takes no lock.
        given: the step that was given last, if no automatic one followed.
    """

    __slots__ = ("code", "draw", "given", "name", "number")

    def __init__(self, name: str) -> None:
        self.name = name
        self.draw: Callable[[], Any] = count().__next__
        self.given: Any = None
        self.set_number(None)

    def set_number(self, number: int | None) -> None:
        """Note the number in the journal."""
        self.number = number
        self.code = _NO_CODE if number is None or number >= MOST_METRICS else number


_Waiting = tuple[_Series, Point, Slot | None]
"""A point that is not in the journal yet; the slot that was drawn for it, if there is one."""


def _count_without_slot(waiting: deque[_Waiting]) -> int:
    return sum(slot is None for _, _, slot in waiting)


class MetricsLogger:
    """Takes points, and gives those that are new.

    At first, and for users of Sacred 0.8's class, they stay in memory; from :meth:`settle` on they are in a
    file when :meth:`log_scalar_metric` returns. It takes a lock only where something has to be prepared.

    Attributes:
        lost: how many points could not be written, after :meth:`close`.
    """

    def __init__(self) -> None:
        self.lost = 0
        self._series: dict[str, _Series] = {}
        self._segment = NOWHERE
        self._journal: Journal | None = None
        self._reader: JournalReader | None = None
        self._others: FolderReader | None = None
        self._folder: str | None = None
        self._waiting: deque[_Waiting] = deque()
        self._handed_out = 0
        self._retry_at = 0.0
        self._lock = threading.RLock()  # a signal handler may log while the code that it interrupts does
        self._reading = threading.Lock()
        self._is_draining = self._is_closed = self._is_child = self._discards = False
        self._told: set[str] = set()
        self._untold: list[str] = []
        with _registering:
            _loggers.add(self)

    @property
    def count(self) -> int:
        """How many points were logged."""
        with self._lock:
            written = self._journal.end_slot - 1 if self._journal is not None else 0
            return written + self._handed_out + _count_without_slot(self._waiting)

    def log_scalar_metric(self, metric_name: str, value: Any, step: Any = None) -> None:
        """Take in one point; after :meth:`close` there is only a warning.

        Args:
            metric_name: the metric, such as ``training.loss``; what is no text becomes text.
            value: mostly a number; numpy and torch scalars become Python numbers.
            step: where in the series the point belongs. By default one more than the step before,
                beginning at 0.
        """
        # the usual call takes no lock, makes no system call, and calls as few functions as can be
        try:
            series = self._series[metric_name]
        except Exception:  # noqa: BLE001 -- what can't be hashed, or a class whose methods raise
            name = metric_name if type(metric_name) is str else _to_name(metric_name)
            series = self._series.setdefault(name, _Series(name))
        if step is None:
            step = series.draw() if series.given is None else self._continue_steps(series)
        elif type(step) is int:
            series.given = step
        else:
            step = _note_step(series, step)
        kind = type(value)
        if kind is float:
            pack, code = _pack_float, series.code
        elif kind is int:
            pack, code = _pack_integer, series.code | IS_INTEGER
        else:
            value = _to_plain(value)
            pack, tag = _PACKERS.get(type(value), _REFUSED)
            code = series.code | tag
        segment = self._segment  # once: stamp and place are this one's
        try:
            stamp, place = segment.draw()
            pack(segment.buffer, place, value, _now(), step, code, stamp)
        except StopIteration:
            self._log_slowly(series, value, step, None)
        except Exception:  # noqa: BLE001 -- no room in a record, or a class of the user's whose methods raise
            self._log_slowly(series, value, step, Slot(segment.buffer, place, stamp))

    def _continue_steps(self, series: _Series) -> Any:
        """Let automatic steps go on after one that was given."""
        with self._lock:
            given, series.given = series.given, None
            if given is not None:
                series.draw = count(given + 1).__next__
            return series.draw()

    def _log_slowly(self, series: _Series, value: Any, step: Any, slot: Slot | None) -> None:
        """Take in any point, after those that still wait."""
        point = Point(series.name, step, _now(), _to_plain(value))
        with self._lock:
            if self._is_closed:
                self._note("late", f'The run has ended: points of metric "{series.name}" are not recorded')
            elif not self._discards:
                self._waiting.append((series, point, slot))
                if point.time >= self._retry_at:
                    self._drain()
        self._tell()

    def _drain(self) -> None:
        """Write what waits, in order. What can't be written goes on waiting."""
        # a signal handler's point waits for the code that it interrupted, which goes on with it
        while self._waiting and self._folder is not None and not (self._is_draining or self._is_closed):
            self._is_draining = True
            try:
                self._write_waiting(self._journal or self._open_journal(self._folder))
            except OSError as error:
                self._segment = NOWHERE
                self._retry_at = _now() + RETRY_SECONDS
                self._note(
                    "write",
                    f"Metrics can't be written to {self._folder} now: {error.strerror or error}. "
                    "They are kept in memory, and it is tried again every second",
                )
                return
            finally:
                self._is_draining = False

    def _open_journal(self, folder: str) -> Journal:
        self._journal = Journal(folder, is_child=self._is_child)
        self._reader = JournalReader(self._journal.stem, self._journal.open_file)
        return self._journal

    def _write_waiting(self, journal: Journal) -> None:
        while self._waiting:
            series, point, slot = self._waiting[0]
            if series.number is None:
                series.set_number(journal.add_name(series.name))
            journal.append(point, series.number or 0, slot)
            self._waiting.popleft()
        self._segment = journal.segment

    def _note(self, kind: str, text: str) -> None:
        """Tell something of a kind once, as soon as no lock is held: a logging handler may want others."""
        if kind not in self._told:
            self._told.add(kind)
            self._untold.append(text)

    def _tell(self) -> None:
        while self._untold:
            LOGGER.warning("%s", self._untold.pop())

    def settle(self, folder: str) -> None:
        """Write points into a run folder from now on, and those that wait in memory first.

        What another run has left there is removed.
        """
        with self._lock:
            with contextlib.suppress(OSError):  # what can't be written either will be told
                remove_journals(folder)
            self._folder = folder
            self._others = FolderReader(folder)
            self._drain()
        self._tell()

    def join(self, folder: str) -> None:
        """Write points into the folder of a run that another process runs, in files of their own."""
        with self._lock:
            self._folder = folder
            self._is_child = True
            self._drain()
        self._tell()

    def discard(self) -> None:
        """Keep nothing: nobody will ask for it."""
        with self._lock:
            self._discards = True
            self._waiting.clear()

    def sync(self) -> None:
        """Try again to write what waits, and wait until the disk has everything: due every second."""
        with self._lock:
            self._drain()
            journal = self._journal
            with contextlib.suppress(OSError):  # who needs the room will tell
                if journal is not None:
                    journal.prepare()
        self._tell()
        with contextlib.suppress(OSError):  # the next time
            if journal is not None:
                journal.sync()

    def get_last_metrics(self) -> list[ScalarMetricLogEntry]:
        """Return the points since the last call, in order, also those of workers, which log by themselves."""
        rows: list[Row] = []
        with self._reading:
            if self._journal is not None and self._reader is not None:
                with contextlib.suppress(OSError):  # the next time
                    rows += self._reader.read_new(self._journal.end_slot)
            if self._folder is None or self._is_closed:
                rows += self._take_waiting()
            if self._others is not None:
                own = self._journal.stem if self._journal is not None else ""
                rows = self._others.add_new(rows, own, self._is_closed)
        return [
            ScalarMetricLogEntry(name, step, from_timestamp(moment), value)
            for name, step, moment, value in rows
        ]

    def _take_waiting(self) -> list[Row]:
        with self._lock:
            rows: list[Row] = [point for _, point, _ in self._waiting]
            self._handed_out += _count_without_slot(self._waiting)
            self._waiting.clear()
        return rows

    def close(self) -> None:
        """Take in no more points; later ones are not recorded. What is here can be had once more."""
        with self._lock:
            if self._is_closed:
                return
            self._drain()
            self._is_closed = True
            self._segment = NOWHERE
            if self._journal is not None:
                self._journal.close()
            if self._folder is not None:
                self.lost = len(self._waiting)
        self._tell()

    def park(self) -> None:
        """Keep others from changing anything: a forked child would inherit it half done."""
        self._lock.acquire()

    def unpark(self) -> None:
        """Undo :meth:`park`."""
        self._lock.release()

    def become_child(self) -> None:
        """Go on in a forked child: in files of its own, with steps that follow those before."""
        self._segment = NOWHERE
        if self._journal is not None:
            self._journal.release()
        self._journal = self._reader = self._others = None
        self._is_child = True
        self._is_draining = False
        self._reading = threading.Lock()
        for series in self._series.values():
            series.set_number(None)
        if self._folder is not None:
            self._waiting.clear()  # the parent has them


def _note_step(series: _Series, step: Any) -> Any:
    """Return a step that was given as a Python value; if it is a number, automatic ones go on after it."""
    step = _to_plain(step)
    if isinstance(step, int):
        step = int.__add__(step, 0)  # True, a member of an enumeration, a class whose methods raise
    elif isinstance(step, float):
        step = float.__add__(step, -0.0)  # not 0.0, which would take the sign of -0.0
    if isinstance(step, int | float):
        series.given = step
    return step


def _to_plain(value: Any) -> Any:
    """Return a scalar of numpy or torch as a Python number, and a container as a copy."""
    if type(value) in FORMS:
        return value
    try:
        if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):  # a torch scalar, or an array of one
            return normalize_numpy(value.item())
        return copy_containers(normalize_numpy(value))  # a list may change before it is written
    except Exception:  # noqa: BLE001 -- a class whose methods raise: it is kept as text
        return value


def _to_name(given: Any) -> str:
    try:
        return str(given)
    except Exception:  # noqa: BLE001 -- a class whose methods raise
        return safe_repr(given)


_loggers: weakref.WeakSet[MetricsLogger] = weakref.WeakSet()
_registering = threading.RLock()
_parked: list[MetricsLogger] = []


def _park() -> None:
    _registering.acquire()
    for logger in list(_loggers):
        logger.park()
        _parked.append(logger)


def _unpark() -> None:
    while _parked:
        _parked.pop().unpark()
    _registering.release()


def _unpark_in_child() -> None:
    for logger in _parked:
        logger.become_child()
    _unpark()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=_park, after_in_parent=_unpark, after_in_child=_unpark_in_child)
