"""Which file systems keep their promises to a memory map."""

import os
from functools import cache

# Reserved blocks stay reserved, and what a killed process wrote to the map is kept. Others (NFS, FUSE, and
# those that copy on write) are not known to do both.
_GOOD = frozenset({"ext2", "ext3", "ext4", "xfs", "tmpfs", "overlay"})


def can_map(folder: str) -> bool:
    """Tell whether a journal in this folder can be a memory map."""
    if not hasattr(os, "posix_fallocate"):
        return False
    try:
        device = os.stat(folder).st_dev
    except OSError:
        return False
    return find_type(device) in _GOOD


@cache
def find_type(device: int) -> str | None:
    """Return the type of the file system on a device, as Linux calls it; None if it is not known."""
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
            lines = [line.partition(" - ") for line in file]
        return next(source.split()[0] for mount, _, source in lines if mount.split()[2] == wanted)
    except (OSError, IndexError, StopIteration):
        return None
