"""NVIDIA graphics processors, by NVML."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import time

from sacred.collect.usage.reading import AbsentError, Number, Reading

_DEVICES = ("/dev/nvidiactl", "/dev/dxg")  # the latter is Windows' subsystem for Linux


class Gpus:
    """Reads every graphics processor that NVML shows.

    Args:
        find_pids: returns the processes of the run's tree.

    Raises:
        AbsentError: there is none.
        ImportError: nvidia-ml-py is not installed.
        pynvml.NVMLError: there should be one, but the driver can't tell of it.
    """

    def __init__(self, find_pids: Callable[[], frozenset[int]]) -> None:
        if not has_device():  # first: the package takes 25 ms to load
            raise AbsentError
        import pynvml

        self._nvml = pynvml
        self._find_pids = find_pids
        pynvml.nvmlInit()
        handles = [pynvml.nvmlDeviceGetHandleByIndex(i) for i in range(pynvml.nvmlDeviceGetCount())]
        self._handles = {f"system.gpu.{index}": handle for index, handle in enumerate(handles)}
        self._used: set[str] = set()

    def read(self) -> Reading:
        """Return what is seen now."""
        reading = Reading(time())
        for name in self._handles:
            reading.fill(name, partial(self._read_one, name))
        return reading

    def _read_one(self, name: str, reading: Reading) -> None:
        nvml, handle = self._nvml, self._handles[name]
        readers: dict[str, Callable[[], Number | None]] = {
            "utilization": lambda: nvml.nvmlDeviceGetUtilizationRates(handle).gpu,
            "memory": lambda: nvml.nvmlDeviceGetMemoryInfo(handle).used,
            "tree_memory": lambda: self._read_tree_memory(name),
            "temperature": lambda: nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU),
            "power": lambda: nvml.nvmlDeviceGetPowerUsage(handle) / 1000,  # milliwatts
        }
        lost = None
        for what, read in readers.items():
            try:
                value = read()
            except nvml.NVMLError_NotSupported:  # not every model can tell everything
                continue
            except nvml.NVMLError as error:
                lost = error
                continue
            if value is not None:
                reading.values[f"{name}.{what}"] = value
        if lost is not None:
            raise lost

    def _read_tree_memory(self, name: str) -> int | None:
        """Return what the tree uses; None before it uses any.

        In some containers NVML tells of processes by other numbers, and 0 would be wrong.
        """
        pids = self._find_pids()
        running = self._nvml.nvmlDeviceGetComputeRunningProcesses(self._handles[name])
        own = [process.usedGpuMemory for process in running if process.pid in pids]
        if own:
            self._used.add(name)
        return sum(used or 0 for used in own) if name in self._used else None

    def close(self) -> None:
        """Let go of NVML."""
        with suppress(self._nvml.NVMLError):
            self._nvml.nvmlShutdown()


def has_device() -> bool:
    """Tell whether a driver of NVIDIA's is there."""
    return any(map(os.path.exists, _DEVICES))
