"""The file system that a folder is on."""

import os
import re
from collections.abc import Iterator
from typing import Any

_ESCAPED = re.compile(r"\\([0-7]{3})")


def describe_file_system(folder: str) -> dict[str, Any]:
    """Return type, source, mount point and sizes in bytes.

    Raises:
        OSError: there is no such folder.
    """
    status = os.stat(folder)
    facts: dict[str, Any] = {"folder": folder}
    mount: dict[str, Any] | None = find_mount(f"{os.major(status.st_dev)}:{os.minor(status.st_dev)}")
    facts |= mount or {"type": None, "source": None, "mount_point": None}
    if hasattr(os, "statvfs"):
        sizes = os.statvfs(folder)
        facts["total_bytes"] = sizes.f_blocks * sizes.f_frsize
        facts["free_bytes"] = sizes.f_bavail * sizes.f_frsize
    return facts


def find_mount(device: str, table: str = "/proc/self/mountinfo") -> dict[str, Any] | None:
    """Return type, source and mount point of a device, ``8:1``; None where nobody says it.

    Args:
        device: its numbers.
        table: where Linux lists what is mounted.
    """
    from sacred.support.masking import mask_url

    for line in _iter_lines(table):
        left, _, right = line.partition(" - ")
        fields = left.split()
        if len(fields) > 4 and fields[2] == device:
            kind, source = right.split()[:2]
            return {"type": kind, "source": mask_url(_unescape(source)), "mount_point": _unescape(fields[4])}
    return None


def _iter_lines(path: str) -> Iterator[str]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            yield from file
    except OSError:
        return


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 8)), text)
