"""What the control groups of this process allow: cores and memory of a container, versions 1 and 2."""

import os
from collections.abc import Iterator
from contextlib import suppress

_UNLIMITED_BYTES = 1 << 60  # version 1 has no word for "none": it gives a number that no machine has


class Container:
    """Reads the limits of the control groups that this process is in.

    Args:
        membership: the file that says which ones these are.
        root: where control groups are mounted.
    """

    def __init__(self, membership: str = "/proc/self/cgroup", root: str = "/sys/fs/cgroup") -> None:
        groups = list(_iter_groups(membership))
        self._memory = _find_folders(groups, "memory", root)
        self._cpu = _find_folders(groups, "cpu", root)

    def read_core_limit(self) -> float | None:
        """Return how many cores may be used; None if there is no limit."""
        return min(filter(None, map(_read_cores, self._cpu)), default=None)

    def read_memory(self) -> tuple[int, int] | None:
        """Return memory in use and the limit (bytes) of the group that leaves least; None without one."""
        found = [state for folder in self._memory if (state := _read_memory(folder)) is not None]
        return min(found, key=lambda state: state[1] - state[0], default=None)


def _find_folders(groups: list[tuple[list[str], str]], controller: str, root: str) -> list[str]:
    """Return the folders of a controller: that of the own group first, then of those around it."""
    if os.path.exists(os.path.join(root, "cgroup.controllers")):  # version 2: one tree for all
        path = next((path for names, path in groups if not names), "/")
        return list(_iter_upwards(root, path))
    path = next((path for names, path in groups if controller in names), "")
    return list(_iter_upwards(os.path.join(root, controller), path)) if path else []


def _iter_groups(membership: str) -> Iterator[tuple[list[str], str]]:
    """Yield the controllers and the path of each group; version 2 names no controllers."""
    with suppress(OSError), open(membership, encoding="utf-8", errors="replace") as file:
        for line in file:
            parts = line.rstrip("\n").split(":", 2)
            if len(parts) == 3:
                yield list(filter(None, parts[1].split(","))), parts[2]


def _iter_upwards(root: str, path: str) -> Iterator[str]:
    """Yield the folders of a group and of those around it that are there.

    In a container the path may be that of the machine, of which only the mounted root is to be seen.
    """
    parts = [part for part in path.split("/") if part not in {"", ".", ".."}]
    for count in range(len(parts), -1, -1):
        folder = os.path.join(root, *parts[:count])
        if os.path.isdir(folder):
            yield folder


def _read_cores(folder: str) -> float | None:
    with suppress(OSError, ValueError, ZeroDivisionError):
        quota, _, period = _read(folder, "cpu.max").partition(" ")
        return None if quota == "max" else int(quota) / int(period)
    with suppress(OSError, ValueError, ZeroDivisionError):
        limit = int(_read(folder, "cpu.cfs_quota_us"))
        return limit / int(_read(folder, "cpu.cfs_period_us")) if limit > 0 else None
    return None


def _read_memory(folder: str) -> tuple[int, int] | None:
    """Return memory in use, without the files that can be dropped at once, and the limit."""
    for limit_file, used_file, droppable in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        with suppress(OSError, ValueError):
            limit = _read(folder, limit_file)
            if limit == "max" or int(limit) >= _UNLIMITED_BYTES:
                return None
            used = int(_read(folder, used_file)) - _read_statistic(folder, droppable)
            return max(0, used), int(limit)
    return None


def _read_statistic(folder: str, name: str) -> int:
    for line in _read(folder, "memory.stat").splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0


def _read(folder: str, name: str) -> str:
    with open(os.path.join(folder, name), encoding="ascii") as file:
        return file.read().strip()
