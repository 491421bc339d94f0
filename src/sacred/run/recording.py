"""What one run writes into its own folder while it lives: output, points, the lock that says it lives."""

import faulthandler
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from sacred.collect.output import start_capture
from sacred.folder.journal_files import remove_journals
from sacred.folder.layout import SYSTEM
from sacred.folder.lock import RunLock
from sacred.folder.output import Filter, OutputFiles
from sacred.model.metrics import linearize_metrics
from sacred.run.metrics_logger import MetricsLogger
from sacred.support.text import apply_backspaces_and_linefeeds

if TYPE_CHECKING:
    from sacred.run.system_metrics import SystemMetrics

FORMAT = 1
"""The number of the format that ``docs/record.md`` describes."""

SYSTEM_SECONDS = 1.0
"""How old a run is before its machine is looked at: shorter ones don't pay for it."""

_FILTER_NAMES = {"builtin": apply_backspaces_and_linefeeds.__name__}


class Recorded(Protocol):
    """What a recording needs of a run."""

    beat_interval: float
    capture_mode: str | None
    captured_out_filter: Callable[[str], str] | None
    metrics: MetricsLogger
    run_logger: Any


class Recording:
    """Output and points of one run, from the moment its capture begins.

    At first they have no folder; :meth:`settle` gives them one.

    Args:
        run: the run.
        mode: what to capture, see :func:`sacred.collect.output.start_capture`.
        near: where the folder will probably be.

    Attributes:
        path: the run's own folder, absolute; None before the start, or if there is none.
        front: where it writes: that folder, or a local one that is mirrored into it.
        is_over: the command has returned, and the capture has ended.
        gaps: what could not be kept, as ``(kind, name, reason)``.
        writes_output: ``cout.txt`` is written as the output comes.
        appends_output: it only grows.
    """

    def __init__(self, run: Recorded, mode: str | None, near: str | None = None) -> None:
        self.path: str | None = None
        self.front: str | None = None
        self.is_over = False
        self.gaps: list[tuple[str, str, str]] = []
        self._run = run
        self._capture = start_capture(mode, near)
        self._filter = _name_filter(run.captured_out_filter)
        self._output = OutputFiles(self._capture.spools, self._filter, self._capture.outer)
        self._capture.merged, self._capture.on_tick = self._output.merged, self._output.pump
        self._lock: RunLock | None = None
        self._text = ""  # what a filter of the user's made of the output
        self._filter_failed = self._is_tracing = False
        self._output_bytes: int | None = None
        self._system: SystemMetrics | None = None
        self._system_at = inf  # when they begin
        run.capture_mode = self._capture.mode
        self.appends_output = self._filter is None
        self.writes_output = self._filter != "custom" and run.capture_mode != "no"

    @property
    def point_count(self) -> int:
        """How many points were logged."""
        return self._run.metrics.count

    @property
    def output_path(self) -> str | None:
        """The file that all output comes to, unfiltered, if it has a name."""
        merged = self._output.merged
        return None if merged is None else merged.path

    def describe(self) -> dict[str, Any]:
        """Return ``recorder`` of ``run.json``."""
        facts = {
            "format": FORMAT,
            "beat_interval": self._run.beat_interval,
            "capture_mode": self._run.capture_mode,
            "filter": _FILTER_NAMES.get(self._filter or "", self._filter),
        }
        if self._output_bytes is None or self._filter == "custom":
            return facts
        return {**facts, "output_bytes": self._output_bytes}

    def settle(self, path: str, start_time: datetime, front: str | None = None) -> None:
        """Move into a folder that an observer has made.

        Args:
            path: the folder, absolute.
            start_time: of the run.
            front: a local folder that is mirrored into it, if there is one.
        """
        front = front or path
        self._lock = RunLock(front)
        self._lock.take(start_time)
        try:
            self._capture.settle(self._output.settle(front))
        except OSError as error:  # it stays in the file without a name, and is told to the observer as text
            self.writes_output = False
            self._run.run_logger.warning("The output can't be written to %s: %s", front, error.strerror)
        self.path, self.front = path, front
        self._run.metrics.settle(front)
        with suppress(OSError):  # those of a run whose folder this was
            remove_journals(front, SYSTEM)
        self._system_at = monotonic() + SYSTEM_SECONDS
        self._trace_crashes()

    def take_part(self, path: str, output_names: Sequence[str]) -> None:
        """Write into the folder of a run that another process runs, and has the record of.

        Args:
            path: the folder, absolute.
            output_names: the files in it that get this process's output: all of it, and that of each stream.
        """
        try:
            names = output_names if self.writes_output else ()
            self._capture.settle([os.path.join(path, name) for name in names])
        except OSError as error:
            self._run.run_logger.warning("The output can't be written to %s: %s", path, error.strerror)
        self.path = self.front = path
        self._run.metrics.join(path)
        self._trace_crashes()

    def _trace_crashes(self) -> None:
        """Let Python write to the output where the code was when it crashed, unless somebody else has it."""
        if self.writes_output and self._capture.spools and not faulthandler.is_enabled():
            faulthandler.enable(self._capture.spools[-1].descriptor)  # where standard error goes
            self._is_tracing = True

    def tick(self) -> None:
        """Do what is due every second: what is in memory or only in the system's cache goes to the disk."""
        self._run.metrics.sync()
        self._output.pump()
        if monotonic() >= self._system_at:
            self._system_at = inf
            self._start_system_metrics()

    def _start_system_metrics(self) -> None:
        from sacred.run.system_metrics import start_system_metrics  # short runs never load it

        try:
            self._system = start_system_metrics(self.front or "")
        except Exception as error:  # noqa: BLE001 -- such as a setting that is no number
            self._run.run_logger.warning("There are no system metrics: %s: %s", type(error).__name__, error)

    def read_progress(self) -> "Progress":
        """Bring in what still waits in streams, and return what is new since the last call."""
        self._capture.flush()
        self._output.pump()
        if self._filter == "custom":
            self._apply_filter(self._output.read_new())
        return Progress(self._run.metrics, self.read_text)

    def _apply_filter(self, new: str) -> None:
        """Filter the text so far with what is new, also when nothing is, as 0.8 does."""
        self._text += new
        if self._filter_failed or self._run.captured_out_filter is None:
            return
        try:
            self._text = _check_text(self._run.captured_out_filter(self._text))
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- their own filter; the experiment is worth more
            self._filter_failed = True
            self._run.run_logger.warning(
                "The captured_out_filter failed, output is kept unfiltered from now on: %s: %s",
                type(error).__name__,
                error,
            )

    def read_text(self) -> str:
        """Return the output so far, filtered."""
        return self._text if self._filter == "custom" else self._output.read_text()

    def stop(self) -> None:
        """End the capture, and take in no more points; what follows is not the run's. Twice does no harm."""
        if self.is_over:
            return
        if self._system is not None:
            system, self._system = self._system, None
            self.gaps += system.stop(self._run.run_logger)
        self._capture.stop()
        if self._is_tracing:
            faulthandler.disable()
        self._output_bytes = self._output.finish()
        self._run.metrics.sync()
        self._run.metrics.close()
        self.is_over = True
        if self.path is None:
            self._output.detach()
        if self._capture.gap:
            self.gaps.append(("output", "cout.txt", self._capture.gap))
        if self._run.metrics.lost:
            self.gaps.append(
                ("metrics", f"{self._run.metrics.lost} points", "the journal could not be written")
            )

    def abandon(self) -> None:
        """Let go of the output in a forked child: the run is its parent's."""
        self._capture.stop()

    def release(self, has_end: bool = True) -> None:
        """Say that the run does not live any more.

        Args:
            has_end: its end is written.
        """
        if self._lock is not None:
            self._lock.release(has_end)

    def detach(self) -> None:
        """Let the folder go away; the output can still be read."""
        self.keep_output()
        self.path = self.front = None

    def keep_output(self) -> None:
        """Let the files of the output go away; it can still be read."""
        self._output.detach()


class Progress:
    """What is new at a heartbeat; it is read when an observer asks for it."""

    def __init__(self, metrics: MetricsLogger, read_text: Callable[[], str]) -> None:
        self._metrics = metrics
        self._read_text = read_text

    @cached_property
    def _points(self) -> dict[str, Any]:
        return dict(linearize_metrics(self._metrics.get_last_metrics()))

    @cached_property
    def _text(self) -> str:
        return self._read_text()

    def read_points(self) -> dict[str, Any]:
        """Return the points since the last heartbeat by metric."""
        return self._points

    def read_text(self) -> str:
        """Return the output so far."""
        return self._text


def _name_filter(given: Callable[[str], str] | None) -> Filter:
    if given is None:
        return None
    return "builtin" if given is apply_backspaces_and_linefeeds else "custom"


def _check_text(filtered: Any) -> str:
    if not isinstance(filtered, str):
        raise TypeError(f"it returned {type(filtered).__name__} in place of text")
    return filtered
