"""The machine as a whole, and the container that it is shared through."""

import os
from time import time
from typing import Any

from sacred.collect.usage.container import Container
from sacred.collect.usage.reading import Rate, Reading
from sacred.collect.usage.tree import ProcessTree

_COUNTED_TWICE = frozenset({"guest", "guest_nice"})  # they are in user and nice already
_IDLE = frozenset({"idle", "iowait"})
_LOOPBACK = frozenset({"lo", "lo0"})


class Machine:
    """Reads process tree, processor, memory and network.

    Raises:
        ImportError: the extra ``system`` is not installed.
    """

    def __init__(self) -> None:
        import psutil

        self._psutil = psutil
        self.tree = ProcessTree(psutil)
        self._container = Container()
        self._parts = {
            "system.tree": self.tree.read,
            "system.cpu": self._read_processor,
            "system.memory": self._read_memory,
            "system.swap": self._read_swap,
            "system.network": self._read_network,
        }

    def read(self) -> Reading:
        """Return what is seen now."""
        reading = Reading(time())
        for part, read in self._parts.items():
            reading.fill(part, read)
        return reading

    def close(self) -> None:
        """Let go of nothing: each file is open only while it is read."""

    def _read_processor(self, reading: Reading) -> None:
        times: dict[str, float] = self._psutil.cpu_times()._asdict()  # noqa: SLF001 - public of named tuples
        total = sum(seconds for kind, seconds in times.items() if kind not in _COUNTED_TWICE)
        idle = sum(seconds for kind, seconds in times.items() if kind in _IDLE)
        reading.rates["system.cpu.machine"] = Rate(total - idle, total)
        limit = self._container.read_core_limit()
        if limit is not None:
            reading.values["system.cpu.limit"] = limit

    def _read_memory(self, reading: Reading) -> None:
        available = int(self._psutil.virtual_memory().available)
        container = self._container.read_memory()
        if container is not None:
            used, limit = container
            available = min(available, max(0, limit - used))
            reading.values["system.memory.container"] = used
            reading.values["system.memory.limit"] = limit
        reading.values["system.memory.available"] = available

    def _read_swap(self, reading: Reading) -> None:
        reading.values["system.swap.used"] = int(self._psutil.swap_memory().used)

    def _read_network(self, reading: Reading) -> None:
        # nowrap would take a lock of psutil's, which a fork could leave held in the child
        found: dict[str, Any] = self._psutil.net_io_counters(pernic=True, nowrap=False)
        cards = [card for name, card in found.items() if name not in _LOOPBACK]
        reading.counters["system.network.received"] = sum(card.bytes_recv for card in cards)
        reading.counters["system.network.sent"] = sum(card.bytes_sent for card in cards)


def read_free_bytes(folder: str) -> int:
    """Return what the user may still write on the file system of a folder.

    Raises:
        OSError: the folder is not there any more.
    """
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize
