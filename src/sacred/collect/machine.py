"""Processors and memory: what the machine has, and what of it the process may use.

What stays as it is while a process lives is read once: a process may have thousands of runs.
"""

import os
from collections.abc import Iterator
from functools import cache
from typing import Any

from sacred.support.proc import read_fields, read_number, read_text

_CORES = "/sys/devices/system/cpu"
_GROUPS = "/sys/fs/cgroup"
_NO_LIMIT = 1 << 60  # bytes; the first version of control groups has no word for it


def describe_cpu() -> dict[str, Any]:
    """Return cores and limits; ``limit_cores`` is what the control group allows, None without a limit."""
    logical = os.cpu_count()
    return {
        "architecture": os.uname().machine if hasattr(os, "uname") else None,
        "logical_cores": logical,
        "physical_cores": count_physical_cores(),
        "usable_cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else logical,
        "affinity": sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "limit_cores": _read_core_limit(),
        "load_average": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }


def describe_memory() -> dict[str, Any]:
    """Return sizes in bytes; ``limit_bytes`` is what the control group allows, None without a limit."""
    fields = read_fields("/proc/meminfo")
    return {
        "total_bytes": _to_bytes(fields.get("MemTotal")),
        "available_bytes": _to_bytes(fields.get("MemAvailable")),
        "swap_bytes": _to_bytes(fields.get("SwapTotal")),
        "limit_bytes": _read_memory_limit(),
    }


@cache
def read_boot_id() -> str | None:
    """Return the number that the machine has until it is started again."""
    return read_text("/proc/sys/kernel/random/boot_id")


@cache
def count_physical_cores(folder: str = _CORES) -> int | None:
    """Return the number of cores, counting those that share one once; None where nobody says it.

    Args:
        folder: where Linux describes the cores.
    """
    try:
        names = [name for name in os.listdir(folder) if name[:3] == "cpu" and name[3:].isdigit()]
    except OSError:
        return None
    lists = ("core_cpus_list", "thread_siblings_list")  # the second is the older name
    siblings = {
        next(filter(None, (read_text(f"{folder}/{name}/topology/{one}") for one in lists)), None)
        for name in names
    }
    return len(siblings - {None}) or None


def _to_bytes(text: str | None) -> int | None:
    number = (text or "").removesuffix("kB").strip()
    return int(number) * 1024 if number.isdigit() else None


@cache
def _read_core_limit() -> float | None:
    limits = []
    for folder in _iter_groups("cpu"):
        quota, _, period = (read_text(f"{folder}/cpu.max") or "").partition(" ")
        if not quota:
            quota = str(read_number(f"{folder}/cpu.cfs_quota_us") or "")
            period = str(read_number(f"{folder}/cpu.cfs_period_us") or "")
        if quota.isdigit() and period.isdigit() and int(period):
            limits.append(int(quota) / int(period))
    return min(limits, default=None)


@cache
def _read_memory_limit() -> int | None:
    limits = []
    for folder in _iter_groups("memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):
            number = read_number(f"{folder}/{name}")
            if number is not None and number < _NO_LIMIT:
                limits.append(number)
    return min(limits, default=None)


def _iter_groups(controller: str) -> Iterator[str]:
    """Yield the folders of the process's control group and those around it: each may have a limit."""
    for line in (read_text("/proc/self/cgroup") or "").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        base = os.path.join(_GROUPS, controllers) if controllers else _GROUPS
        while path not in ("", "/"):
            yield base + path
            path = os.path.dirname(path)
        yield base  # which is the container's own where it sees no more
