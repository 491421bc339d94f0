"""Files that belong to runs: sources and resources, stored once for all runs, and artifacts.

Whatever is stored appears under its name at once and whole. Folders are copied by :mod:`sacred.folder.trees`.
"""

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator

from sacred.folder.layout import make_stored_name
from sacred.support.digests import get_digest
from sacred.support.file_copy import check_regular, copy_and_digest, copy_content

# how long a file may change without a trace: some file systems' clocks tick in whole seconds, or in two
_RACY_SECONDS = 0.05
_RACY_SECONDS_COARSE = 2.0
_RENEWED_SECONDS = 3600.0
_SMALL_BYTES = 1 << 18
_LARGE_BYTES = 1 << 24  # copying that much may be worth a line about how far it is


def store_file(path: str, folder: str, digest: str | None = None) -> str:
    """Keep a file in a folder of unique files, and return where it is: ``folder/NAME_MD5.ext``.

    Args:
        path: the file.
        folder: made when it is missing.
        digest: the file's MD5 checksum if it is known. A file stored under it with the same size is taken
            for the same, without reading.

    Raises:
        OSError: the file can't be read, or the folder not written.
    """
    size = _stat_regular(path).st_size
    stored = "" if digest is None else _make_place(path, folder, digest)
    if digest is None and _may_be_stored(path, folder, size):
        stored = _make_place(path, folder, get_digest(path))
    if stored and has_size(stored, size):
        _renew(stored)
        return stored
    os.makedirs(folder, exist_ok=True)
    with _name_temporary(folder) as temporary:
        # of what was copied, should it change meanwhile: the name must not promise other content
        stored = _make_place(path, folder, copy_and_digest(path, temporary))
        os.replace(temporary, stored)
    return stored


def _renew(stored: str) -> None:
    """Let a stored file look new: garbage is collected of what is old, and no run has named it yet."""
    with contextlib.suppress(OSError):  # somebody else's
        if time.time() - os.stat(stored).st_mtime > _RENEWED_SECONDS:
            os.utime(stored)


def _make_place(path: str, folder: str, digest: str) -> str:
    return os.path.join(folder, make_stored_name(path, digest))


def _may_be_stored(path: str, folder: str, size: int) -> bool:
    """Tell whether a file of this name and size is stored, so that it is better to read before copying."""
    if size <= _SMALL_BYTES:  # to read it costs less than to look through a folder of very many
        return True
    stem, extension = os.path.splitext(os.path.basename(path))
    try:
        with os.scandir(folder) as entries:
            names = [one.name for one in entries if one.name.startswith(f"{stem}_")]
    except OSError:
        return False
    return any(has_size(os.path.join(folder, name), size) for name in names if name.endswith(extension))


def has_size(stored: str, size: int) -> bool:
    """Tell whether a file is there and has this size."""
    # another size is a part left by a killed 0.8, or a file lost in a power failure: it is stored again
    try:
        return os.stat(stored).st_size == size
    except OSError:
        return False


def copy_file(source: str, target: str) -> bool:
    """Copy a file, replacing what is there at once; a file copied onto itself stays.

    Returns:
        Whether it changed meanwhile, so that the copy may be of neither state.

    Raises:
        OSError: ``source`` is no regular file or can't be read, or ``target`` can't be written.
    """
    before = _stat_regular(source)
    folder = os.path.dirname(target)
    make_folder(folder)
    if os.path.isdir(target):
        raise IsADirectoryError(errno.EISDIR, "There is a folder of this name already", target)
    if not _is_itself(target, before):
        with _name_temporary(folder) as temporary:
            _copy_noting(source, temporary, target, before.st_size)
            os.replace(temporary, target)
    return _has_changed(source, before)


def _copy_noting(source: str, temporary: str, target: str, size: int) -> None:
    """Copy a file's content, and say how far that is if it takes long."""
    if size < _LARGE_BYTES:
        copy_content(source, temporary)
        return
    from sacred.support.progress import Progress

    copy_content(source, temporary, Progress(f'Copying "{os.path.basename(target)}"', size).advance)


def make_folder(path: str) -> None:
    """Make a folder, unless it is there.

    Raises:
        OSError: it can't be made; what is in its place is a file.
    """
    try:
        os.makedirs(path, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise NotADirectoryError(
            errno.ENOTDIR, f"There is a file in the place of the folder {path}"
        ) from error


def get_state(found: os.stat_result) -> tuple[int, ...] | None:
    """Return what changes with a file; None if it is none."""
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def find_state(path: str) -> tuple[int, ...] | None:
    """Return what changes with a file; None if it is none."""
    try:
        return get_state(os.stat(path))
    except (OSError, ValueError):
        return None


def is_fresh(state: tuple[int, ...] | None) -> bool:
    """Tell whether a file is so new that it could change, and its moment of change would stay the same."""
    if state is None:
        return True
    changed = max(state[-2:])
    limit = _RACY_SECONDS if changed % 1_000_000_000 else _RACY_SECONDS_COARSE
    return time.time() - changed / 1e9 < limit


def _stat_regular(path: str) -> os.stat_result:
    found = os.stat(path)
    check_regular(found, path)
    return found


def check_inside(path: str, folder: str) -> None:
    """Make sure that no link in a folder leads a path in it out of it.

    Raises:
        OSError: one does.
    """
    place = path if os.path.isdir(path) else os.path.dirname(path)
    inside = os.path.join(os.path.realpath(folder), "")
    if not os.path.join(os.path.realpath(place), "").startswith(inside):
        raise OSError(errno.ELOOP, "A link there leads out of the run folder", path)


def _is_itself(target: str, source: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.lstat(target), source)  # a link to the source is not a copy of it
    except OSError:
        return False


def _has_changed(path: str, before: os.stat_result) -> bool:
    try:
        after = os.stat(path)
    except OSError:  # it vanished, but what was open was copied
        return True
    return (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns)


@contextlib.contextmanager
def _name_temporary(folder: str) -> Iterator[str]:
    """Yield the path of a copy to be renamed; two processes, also on two machines, never share one."""
    temporary = os.path.join(folder, f".{os.urandom(8).hex()}.tmp")
    try:
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
