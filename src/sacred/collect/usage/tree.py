"""What the process tree of a run uses: its own process, all children, and theirs; they come and go."""

import os
import sys
from contextlib import suppress
from math import ceil
from time import monotonic, thread_time
from typing import Any

from sacred.collect.usage.processes import read_pss, read_tree
from sacred.collect.usage.reading import Rate, Reading

_PSS_SECONDS = 0.005
"""How much processor time of a sample may go into proportional memory, on average."""


class ProcessTree:
    """Reads what the tree of this process uses.

    Args:
        psutil: the package.

    Attributes:
        pids: the processes at the last reading.
    """

    def __init__(self, psutil: Any) -> None:
        self.pids: frozenset[int] = frozenset()
        self._psutil = psutil
        self._seconds = _Total()
        self._bytes = {"read": _Total(), "written": _Total()}
        self._disk: dict[int, tuple[int, int]] = {}
        self._samples_without_pss = 0

    def read(self, reading: Reading) -> None:
        """Add processor time, memory and disk use."""
        uses = read_tree(self._psutil, os.getpid())
        self.pids = frozenset(use.pid for use in uses)
        reading.values["system.processes"] = len(uses)
        reading.values["system.memory.rss"] = sum(use.rss for use in uses)
        seconds = self._seconds.grow_to(sum(use.seconds for use in uses))
        reading.rates["system.cpu.tree"] = Rate(seconds, monotonic())
        # of some the kernel tells it only while they live
        known = {use.pid: use.disk or self._disk.get(use.pid) for use in uses}
        self._disk = {pid: disk for pid, disk in known.items() if disk is not None}
        if self._disk:
            for index, (name, total) in enumerate(self._bytes.items()):
                grown = total.grow_to(sum(disk[index] for disk in self._disk.values()))
                reading.counters[f"system.disk.{name}"] = int(grown)
        if sys.platform == "linux":
            reading.fill("system.memory.pss", self._read_pss)

    def _read_pss(self, reading: Reading) -> None:
        """Add proportional memory, unless it took so long the last time that it has to wait."""
        if self._samples_without_pss > 0:
            self._samples_without_pss -= 1
            return
        started, pss = thread_time(), 0
        for pid in self.pids:
            with suppress(OSError):
                pss += read_pss(pid)
        self._samples_without_pss = ceil((thread_time() - started) / _PSS_SECONDS) - 1
        if pss:
            reading.values["system.memory.pss"] = pss


class _Total:
    """A sum over processes that only grows.

    A child's share moves to its parent when that waits for it. Where nobody does, the sum becomes smaller,
    and the total stays.
    """

    def __init__(self) -> None:
        self._last = self._total = 0.0

    def grow_to(self, now: float) -> float:
        self._total += max(0.0, now - self._last)
        self._last = now
        return self._total
