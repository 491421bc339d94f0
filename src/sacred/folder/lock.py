"""``run.lock``: who runs a run, and whether that process lives.

The process that runs an experiment holds the file locked. The system lets go of the lock when it ends,
however it ends: a death is known at once, without a clock.
"""

import contextlib
import json
import logging
import os
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sacred.folder.layout import LOCK
from sacred.support.clock import format_naive_utc
from sacred.support.files import find_working_folder, make_absolute

LOGGER = logging.getLogger("sacred")

Holder = Literal["alive", "dead", "unknown"]

_MOST_BYTES = 65536
_held: set["RunLock"] = set()


class RunLock:
    """The lock that a process holds on a run folder as long as it runs the experiment.

    Where a file system can't lock there is none, and the heartbeat tells whether the run lives. Nothing that
    fails here is raised.

    Args:
        folder: the run folder.
    """

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(make_absolute(folder, find_working_folder()), LOCK)
        self._descriptor = -1

    def take(self, start_time: datetime) -> None:
        """Write the file and lock it.

        Args:
            start_time: when the run started; a naive one is taken for UTC.
        """
        content = {**describe_process(), "start_time": format_naive_utc(start_time)}
        try:
            self._descriptor = _write_locked(self._path, json.dumps(content, sort_keys=True).encode() + b"\n")
        except (OSError, ImportError) as error:  # ImportError: a system without flock
            LOGGER.debug("The run has no %s, its heartbeat tells that it lives: %s", self._path, error)
        else:
            _held.add(self)

    def release(self, has_end: bool = True) -> None:
        """Let go of the lock and remove the file; nothing in a forked child, and the second time.

        Args:
            has_end: the record has its end. Else the file stays, as a proof that the run does not live.
        """
        if self not in _held:
            return
        _held.discard(self)
        if has_end:
            with contextlib.suppress(OSError):  # somebody removed it, or the whole folder
                os.unlink(self._path)
        self._close()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _write_locked(path: str, content: bytes) -> int:
    """Put a file in its place, whole and locked already, and return its descriptor."""
    temporary = f"{path}.{os.getpid()}.tmp"
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        flock(descriptor)
        os.write(descriptor, content)
        os.replace(temporary, path)
    except BaseException:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return descriptor


def flock(descriptor: int, *, shared: bool = False, wait: bool = False) -> None:
    """Lock an open file until the descriptor is closed, in every process that has it.

    Raises:
        BlockingIOError: somebody else has locked it.
        OSError: the file system can't lock.
        ImportError: the operating system can't lock.
    """
    import fcntl

    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)


def _let_go_in_child() -> None:
    """Close the locks of the parent: they would outlive it."""
    while _held:
        _held.pop()._close()  # noqa: SLF001 - of the class above


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_let_go_in_child)


def find_holder(folder: str) -> Holder:
    """Tell from its lock whether the process that runs a run lives.

    Returns:
        ``"unknown"`` without a lock, with one that another machine may hold, and where locks can't be read.
    """
    try:
        descriptor = _open(folder)
    except OSError:
        return "unknown"
    try:
        return _judge(descriptor)
    finally:
        os.close(descriptor)


def _judge(descriptor: int) -> Holder:
    holder = _parse(descriptor)
    is_here = holder.get("boot_id") == find_boot_id() is not None
    try:
        flock(descriptor, shared=True)
    except BlockingIOError:
        return "dead" if is_here and _is_left_by_dead(holder) else "alive"
    except (OSError, ImportError):
        return "unknown"
    return "dead" if is_here else "unknown"


def read_holder(folder: str) -> dict[str, Any]:
    """Return what ``run.lock`` says: nothing if it is not there or damaged."""
    try:
        descriptor = _open(folder)
    except OSError:
        return {}
    try:
        return _parse(descriptor)
    finally:
        os.close(descriptor)


def _open(folder: str) -> int:
    # a named pipe that somebody put there would have the reader wait
    return os.open(os.path.join(folder, LOCK), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))


def _parse(descriptor: int) -> dict[str, Any]:
    try:
        content = json.loads(os.read(descriptor, _MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_left_by_dead(holder: dict[str, Any]) -> bool:
    """Tell whether a lock is held only by a child of the process that took it."""
    if holder.get("pid_namespace") != find_pid_namespace() is not None:
        return False
    pid, start = holder.get("pid"), holder.get("process_start")
    return type(pid) is int and type(start) is int and pid > 0 and not _lives(pid, start)


def is_gone(process: dict[str, Any]) -> bool:
    """Tell whether a process of this machine has ended; False if it may be one of another machine.

    Args:
        process: what :func:`describe_process` said of it.
    """
    is_here = process.get("boot_id") == find_boot_id() is not None
    return is_here and _is_left_by_dead(process)


def _lives(pid: int, start: int) -> bool:
    try:
        state, began = _read_stat(pid)
    except (OSError, ValueError):
        return _exists(pid)  # the processes of others may be hidden in /proc
    return began == start and state not in {b"Z", b"X"}  # ended, and nobody has asked how


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def describe_process() -> dict[str, Any]:
    """Return what tells this process from every other one; what a system does not have is None."""
    start = None
    with contextlib.suppress(OSError, ValueError):
        start = _read_stat(os.getpid())[1]
    return {
        "boot_id": find_boot_id(),
        "host": os.uname().nodename if hasattr(os, "uname") else None,
        "pid": os.getpid(),
        "pid_namespace": find_pid_namespace(),
        "process_start": start,
    }


def _read_stat(pid: int) -> tuple[bytes, int]:
    """Return the state of a process, and when it started in ticks since the machine did.

    Raises:
        OSError, ValueError: it can't be read.
    """
    descriptor = os.open(f"/proc/{pid}/stat", os.O_RDONLY)  # 4 µs less than by a file object, at each start
    try:
        fields = os.read(descriptor, 4096).rpartition(b")")[2].split()  # a name can have brackets and spaces
    finally:
        os.close(descriptor)
    if len(fields) < 20:
        raise ValueError(f"/proc/{pid}/stat has no start time")
    return fields[0], int(fields[19])


@cache
def find_boot_id() -> str | None:
    """Return what the machine is called from its start to its end."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip() or None
    except (OSError, ValueError):
        return None


def find_pid_namespace() -> str | None:
    """Return within what the numbers of processes mean something."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return None
