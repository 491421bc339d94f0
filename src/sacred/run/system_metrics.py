"""The system metrics of a run: what its machine does becomes points in a journal of their own."""

import threading
from contextlib import suppress
from time import monotonic
from typing import Any

from sacred.collect.usage.gpus import Gpus
from sacred.collect.usage.machine import Machine, read_free_bytes
from sacred.collect.usage.reading import Number, Rate, Reading
from sacred.collect.usage.sampler import Sampler
from sacred.folder.journal import Journal, Point
from sacred.folder.layout import SYSTEM
from sacred.plugins.extras import module_exists
from sacred.settings import SETTINGS

END_SECONDS = 1.0
"""How long the end of a run waits for its last samples."""

Gap = tuple[str, str, str]
"""What could not be kept: kind, name, reason."""

_KIND = "system metrics"


class _SharedMachine:
    """Opens the sources; the process tree that the one reads is what the other looks for."""

    def __init__(self) -> None:
        self._machine: Machine | None = None

    def open(self) -> Machine:
        self._machine = Machine()
        return self._machine

    def open_gpus(self) -> Gpus:
        return Gpus(self._find_pids)

    def _find_pids(self) -> frozenset[int]:
        return self._machine.tree.pids if self._machine is not None else frozenset()


_SHARED = _SharedMachine()
MACHINE = Sampler("system.machine", _SHARED.open)
GPUS = Sampler("system.gpu", _SHARED.open_gpus)


def start_system_metrics(folder: str) -> "SystemMetrics | None":
    """Begin to take the system metrics of a run; None if nobody wants them, or the extra is not installed.

    Args:
        folder: the run folder.
    """
    settings = SETTINGS.SYSTEM_METRICS
    if not settings.ENABLED or not module_exists("psutil"):
        return None
    metrics = SystemMetrics(folder, float(settings.INTERVAL))
    samplers = [MACHINE, GPUS] if settings.GPU else [MACHINE]
    metrics.listen_to(samplers)
    return metrics


class SystemMetrics:
    """Makes points of readings, and writes them into the run folder.

    Args:
        folder: the run folder.
        interval: seconds between two samples.
    """

    def __init__(self, folder: str, interval: float) -> None:
        self.interval = interval
        self._folder = folder
        self._lock = threading.Lock()  # two threads may have a reading at once
        self._samplers: list[Sampler] = []
        self._journal: Journal | None = None
        self._is_closed = False
        self._numbers: dict[str, int] = {}
        self._steps: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._rates: dict[str, Rate] = {}
        self._failures: dict[str, str] = {}

    def listen_to(self, samplers: list[Sampler]) -> None:
        """Get readings from now on."""
        self._samplers = samplers
        for sampler in samplers:
            sampler.add(self)

    def begin(self, reading: Reading) -> None:
        """Note what counters and percentages begin with."""
        self._first.update(reading.counters)
        self._rates.update(reading.rates)

    def take(self, reading: Reading) -> None:
        """Write the points of a sample."""
        if reading.rates:  # that of the machine
            reading.fill("system.disk.free", self._add_free_bytes)
        points = {**reading.values, **self._count(reading), **self._find_percentages(reading)}
        for part, reason in reading.failures.items():
            self.fail(part, reason)
        try:
            self._write(points, reading.time)
        except OSError as error:
            self.fail(f"{SYSTEM}.journal", error.strerror or str(error))

    def _add_free_bytes(self, reading: Reading) -> None:
        reading.values["system.disk.free"] = read_free_bytes(self._folder)

    def _count(self, reading: Reading) -> dict[str, Number]:
        return {name: count - self._first.setdefault(name, count) for name, count in reading.counters.items()}

    def _find_percentages(self, reading: Reading) -> dict[str, Number]:
        found: dict[str, Number] = {}
        for name, now in reading.rates.items():
            before = self._rates.get(name, now)
            if now.whole > before.whole:
                share = (now.part - before.part) / (now.whole - before.whole)
                found[name] = round(100 * max(0.0, share), 3)
                self._rates[name] = now
            else:
                self._rates.setdefault(name, now)
        return found

    def _write(self, points: dict[str, Number], moment: float) -> None:
        with self._lock:
            if self._is_closed:
                return
            journal = self._journal = self._journal or Journal(self._folder, SYSTEM)
            for name, value in points.items():
                if name not in self._numbers:
                    self._numbers[name] = journal.add_name(name)
                step = self._steps.get(name, 0)
                journal.append(Point(name, step, moment, value), self._numbers[name])
                self._steps[name] = step + 1
            with suppress(OSError):  # who needs the room will tell
                journal.prepare()
                journal.sync()

    def stop(self, logger: Any) -> list[Gap]:
        """Take the last sample, and write no more; return what is lacking.

        Args:
            logger: is told if a sample does not come.
        """
        deadline = monotonic() + END_SECONDS
        try:
            asked = [(sampler, sampler.ask_last(self)) for sampler in self._samplers]
            answers = [sampler.remove(self, last, deadline - monotonic()) for sampler, last in asked]
        finally:  # also when a second Ctrl-C ends the waiting
            is_closed = self._close()
        gaps = [(_KIND, part, reason) for part, reason in sorted(self._failures.items())]
        if not all(answers) or not is_closed:
            logger.warning("The last system metrics are missing: the machine or its driver did not answer")
            gaps.append((_KIND, "last sample", f"no answer within {END_SECONDS:g} s"))
        return gaps

    def _close(self) -> bool:
        if not self._lock.acquire(timeout=END_SECONDS):
            return False  # the disk hangs: the thread that waits for it keeps the files
        try:
            self._is_closed = True
            if self._journal is not None:
                self._journal.close()
        finally:
            self._lock.release()
        return True

    def fail(self, part: str, reason: str) -> None:
        """Note that a part of the machine can't be read."""
        self._failures.setdefault(part, reason)

    def abandon(self) -> None:
        """Let go of the files in a forked child."""
        self._is_closed = True
        if self._journal is not None:
            self._journal.release()
