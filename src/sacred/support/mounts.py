"""Which file system a path is on, without asking that file system: its server may not answer."""

import os
import re
import time
from functools import lru_cache

LOCAL = frozenset(
    {
        *("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "bcachefs", "f2fs", "jfs", "reiserfs", "nilfs2"),
        *("tmpfs", "ramfs", "rootfs", "devtmpfs", "overlay", "aufs", "squashfs", "erofs"),
        *("vfat", "exfat", "msdos", "ntfs", "ntfs3", "fuseblk", "hfsplus", "apfs", "ufs", "udf", "iso9660"),
    }
)
"""File systems that need no server. (``fuseblk`` is that of a disk in this machine.)"""

_TABLE = "/proc/self/mountinfo"
_MOST_LINKS = 40  # as in Linux
_ESCAPED = re.compile(r"\\([0-7]{3})")


def is_remote(path: str) -> bool:
    """Tell whether a path is on a file system that needs a server, or whose type is not known.

    Where there is no table of mounts (on other systems than Linux) nothing is remote.

    Args:
        path: absolute; it need not exist.
    """
    mounts = _read_mounts(int(time.monotonic()))
    return bool(mounts) and not _is_local(path, mounts)


@lru_cache(1)  # it is asked several times at each start
def _read_mounts(_second: int) -> dict[str, str]:
    """Return the type by the folder of each mount; a later one hides earlier ones in the same place."""
    try:
        with open(_TABLE, encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.partition(" - ") for line in file]
        return {_unescape(mount.split(" ")[4]): source.split(" ")[0] for mount, _, source in lines}
    except (OSError, IndexError):
        return {}


def _unescape(path: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 8)), path)


def _is_local(path: str, mounts: dict[str, str]) -> bool:
    """Tell whether all the way to a path is local: it ends at the first step that is not."""
    parts = _split(path)
    for _ in range(_MOST_LINKS):
        done, kind = os.sep, mounts.get(os.sep)
        while parts and kind in LOCAL:
            name = parts.pop(0)
            done = os.path.dirname(done) if name == os.pardir else os.path.join(done, name)
            kind = mounts.get(done, kind) if name != os.pardir else _find_kind(done, mounts)
            if kind in LOCAL and os.path.islink(done):
                break
        else:
            return kind in LOCAL
        parts = [*_split(os.path.join(os.path.dirname(done), os.readlink(done))), *parts]
    return True  # links in a circle: opening it will tell


def _find_kind(path: str, mounts: dict[str, str]) -> str | None:
    while path not in mounts and path != os.sep:
        path = os.path.dirname(path)
    return mounts.get(path)


def _split(path: str) -> list[str]:
    return [part for part in path.split(os.sep) if part not in ("", os.curdir)]
