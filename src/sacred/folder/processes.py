"""The processes above this one, as Linux tells of them; elsewhere none are known."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from sacred.folder.lock import find_boot_id


class Ancestor(NamedTuple):
    """A process above this one: its number, and when it started in ticks since the machine did."""

    pid: int
    start: int


def iter_ancestors() -> Iterator[Ancestor]:
    """Yield this process, the one that started it, and so on."""
    pid = os.getpid()
    while pid > 0:
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()  # a name can have brackets and spaces
            yield Ancestor(pid, int(fields[19]))
            pid = int(fields[1])
        except (OSError, ValueError, IndexError):
            return


def find_launcher(variable: str) -> str:
    """Return a name for the nearest process above this one that was started without a variable.

    Shells between it and this process have the variable, too.
    """
    entry = f"{variable}=".encode()
    for ancestor in iter_ancestors():
        if ancestor.pid != os.getpid() and not _has_variable(ancestor.pid, entry):
            return f"{find_boot_id()} {ancestor.pid} {ancestor.start}"
    return f"{find_boot_id()} {os.getppid()}"


def _has_variable(pid: int, entry: bytes) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return any(line.startswith(entry) for line in file.read().split(b"\0"))
    except OSError:  # somebody else's
        return False
