"""The files of a metrics journal: how they are named, made and written to, and where they can be maps."""

import contextlib
import os
import re
from functools import cache
from itertools import chain, count

from sacred.support.spool import write_at

HEADER = b"sacred-metrics\0\x01" + bytes(16)
EXTENSIONS = ("journal", "names", "side")

# Reserved blocks stay reserved, and what a killed process wrote to the map is kept. Others (NFS, FUSE, and
# those that copy on write) are not known to do both.
_GOOD = frozenset({"ext2", "ext3", "ext4", "xfs", "tmpfs", "overlay"})

sync_file = getattr(os, "fdatasync", os.fsync)  # macOS has only the latter


def find_journals(folder: str, prefix: str = "metrics") -> list[str]:
    """Return the stems of all journals in a run folder, that of the run's own process first.

    Raises:
        OSError: the folder can't be read; none is there if it does not exist.
    """
    pattern = re.compile(rf"({re.escape(prefix)}(?:\.([1-9][0-9]*))?)\.journal")
    try:
        found = [match for name in os.listdir(folder) if (match := pattern.fullmatch(name))]
    except (FileNotFoundError, NotADirectoryError):
        return []
    found.sort(key=lambda match: int(match[2] or 0))
    return [os.path.join(folder, match[1]) for match in found]


def find_journal_files(folder: str, prefix: str = "metrics") -> list[str]:
    """Return the paths of the files of all journals in a run folder.

    Raises:
        OSError: as for :func:`find_journals`.
    """
    paths = (f"{stem}.{extension}" for stem in find_journals(folder, prefix) for extension in EXTENSIONS)
    return list(filter(os.path.exists, paths))


def count_slots_of_children(stems: list[str]) -> int:
    """Return for how many points there is room in the journals of other processes than the run's own.

    Args:
        stems: what :func:`find_journals` returns.
    """
    count = 0
    with contextlib.suppress(OSError):  # somebody removes the run
        for stem in stems:
            if os.path.basename(stem) != "metrics":
                count += os.stat(f"{stem}.journal").st_size // len(HEADER)
    return count


def remove_journals(folder: str, prefix: str = "metrics") -> None:
    """Remove what an earlier run has left; to empty a file would kill whoever still has a map of it.

    Raises:
        OSError: it can't be removed.
    """
    for path in find_journal_files(folder, prefix):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def create_journal(stem: str, is_child: bool) -> tuple[str, int]:
    """Make a journal with its header; return its stem and its descriptor.

    Args:
        stem: path without the extension. If it is taken, the first free number comes after it.
        is_child: it is taken in any case.

    Raises:
        OSError: it can't be made; nothing is left of it then.
    """
    numbered = (f"{stem}.{number}" for number in count(_find_free_number(stem) if is_child else 1))
    for own in numbered if is_child else chain([stem], numbered):
        with contextlib.suppress(FileExistsError):
            return own, _create(f"{own}.journal")
    raise AssertionError("unreachable: numbers don't end")


def _find_free_number(stem: str) -> int:
    """Return a number after those that are taken: trying each takes long where hundreds of processes log."""
    taken = find_journals(*os.path.split(stem))
    return int(taken[-1].rpartition(".")[2]) + 1 if taken and taken[-1] != stem else 1


def _create(path: str) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        write_at(descriptor, HEADER, 0)
    except OSError:
        os.close(descriptor)
        os.unlink(path)
        raise
    return descriptor


class Lines:
    """A text file to which lines are added; the next one overwrites what could not be written whole."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1
        self._end = self._synced = 0

    def append(self, line: str) -> int:
        """Add a line, and return its offset.

        Raises:
            OSError: it can't be written.
        """
        if self._descriptor < 0:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
        data = line.encode() + b"\n"
        offset = self._end
        write_at(self._descriptor, data, offset)
        self._end += len(data)
        return offset

    def sync(self) -> None:
        """Wait until the disk has everything.

        Raises:
            OSError: the disk failed.
        """
        end, descriptor = self._end, self._descriptor
        if end != self._synced and descriptor >= 0:
            sync_file(descriptor)
            self._synced = end

    @property
    def descriptor(self) -> int:
        """Of the file; -1 if it is not open."""
        return self._descriptor

    def close(self) -> None:
        """Let go of the file."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


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
