"""Files that belong to runs: sources and resources, stored once for all runs, and artifacts.

Whatever is stored appears under its name at once and whole; copying takes constant memory.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator

from sacred.folder.layout import make_stored_name
from sacred.support.digests import CHUNK_BYTES, get_digest

KERNEL_CHUNK_BYTES = 1 << 30

# Linux from Python 3.8 on; it shares blocks instead of copying where the file system can (btrfs, xfs)
_copy_file_range = getattr(os, "copy_file_range", None)


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
    before = _stat_regular(path)
    if digest is None or not _is_stored(path, folder, digest, before):
        digest = get_digest(path)
    if not _is_stored(path, folder, digest, before):
        os.makedirs(folder, exist_ok=True)
        with _copy_to_temporary(path, folder) as temporary:
            if _has_changed(path, before):
                digest = get_digest(temporary)  # of what was copied: the name must not promise other content
            os.replace(temporary, os.path.join(folder, make_stored_name(path, digest)))
    return os.path.join(folder, make_stored_name(path, digest))


def copy_file(source: str, target: str) -> bool:
    """Copy a file, replacing what is there at once; a file copied onto itself stays.

    Returns:
        Whether it changed meanwhile, so that the copy may be of neither state.

    Raises:
        OSError: ``source`` is no regular file or can't be read, or ``target`` can't be written.
    """
    before = _stat_regular(source)
    folder = os.path.dirname(target)
    _make_folder(folder)
    if os.path.isdir(target):
        raise IsADirectoryError(errno.EISDIR, "There is a folder of this name already", target)
    if not (os.path.exists(target) and os.path.samefile(source, target)):
        with _copy_to_temporary(source, folder) as temporary:
            os.replace(temporary, target)
    return _has_changed(source, before)


def copy_tree(source: str, target: str) -> bool:
    """Copy a folder's files and subfolders into another folder, over what is there.

    Links are followed, but not into a folder that they are in. ``target`` may lie in ``source``.

    Returns:
        Whether one of the files changed while it was copied.

    Raises:
        OSError: something could not be copied; all the rest is there.
    """
    _make_folder(target)
    problems: list[OSError] = []
    has_changed = False
    for path, copy in _iter_tree(source, os.path.realpath(target), problems):
        try:
            has_changed |= copy(path, os.path.join(target, os.path.relpath(path, source)))
        except OSError as error:
            error.filename = path
            problems.append(error)
    if problems:
        first = problems[0]
        others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise OSError(first.errno, f"{first.strerror}: {first.filename}{others}") from first
    return has_changed


def _iter_tree(
    source: str, excluded: str, problems: list[OSError]
) -> Iterator[tuple[str, Callable[[str, str], bool]]]:
    """Yield all that is in a folder, each with the function that copies it."""
    for folder, subfolders, names in os.walk(source, onerror=problems.append, followlinks=True):
        here = os.path.realpath(folder)
        subfolders[:] = [
            name for name in subfolders if not _leads_back(os.path.join(folder, name), here, excluded)
        ]
        yield from ((os.path.join(folder, name), _copy_folder) for name in subfolders)
        yield from ((os.path.join(folder, name), copy_file) for name in names)


def _copy_folder(_source: str, target: str) -> bool:
    _make_folder(target)
    return False


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise NotADirectoryError(
            errno.ENOTDIR, f"There is a file in the place of the folder {path}"
        ) from error


def check_inside(path: str, folder: str) -> None:
    """Make sure that no link in a folder leads a path in it out of it.

    Raises:
        OSError: one does.
    """
    place = path if os.path.isdir(path) else os.path.dirname(path)
    inside = os.path.join(os.path.realpath(folder), "")
    if not os.path.join(os.path.realpath(place), "").startswith(inside):
        raise OSError(errno.ELOOP, "A link there leads out of the run folder", path)


def _leads_back(path: str, here: str, excluded: str) -> bool:
    real = os.path.realpath(path)
    return real in (excluded, here) or here.startswith(os.path.join(real, ""))


def _stat_regular(path: str) -> os.stat_result:
    """Opening a pipe would wait for somebody to write to it, and a folder has no content of its own."""
    found = os.stat(path)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "Not a regular file", path)
    return found


def _is_stored(path: str, folder: str, digest: str, wanted: os.stat_result) -> bool:
    try:
        stored = os.stat(os.path.join(folder, make_stored_name(path, digest)))
    except OSError:
        return False
    # another size is a part left by a killed 0.8, or a file lost in a power failure: it is stored again
    return stored.st_size == wanted.st_size


def _has_changed(path: str, before: os.stat_result) -> bool:
    try:
        after = os.stat(path)
    except OSError:  # it vanished, but what was open was copied
        return True
    return (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns)


@contextlib.contextmanager
def _copy_to_temporary(source: str, folder: str) -> Iterator[str]:
    """Make a copy in ``folder``, to be renamed; two processes, also on two machines, never share one."""
    temporary = os.path.join(folder, f".{os.urandom(8).hex()}.tmp")
    try:
        _copy_content(source, temporary)
        yield temporary
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _copy_content(source: str, target: str) -> None:
    with open(source, "rb", buffering=0) as reader, open(target, "xb", buffering=0) as writer:
        _copy_in_kernel(reader.fileno(), writer.fileno())
        # the rest: everything where the kernel can't (two file systems), or said 0 (/proc), else nothing
        while chunk := reader.read(CHUNK_BYTES):
            _write_all(writer.fileno(), chunk)


def _copy_in_kernel(reader: int, writer: int) -> None:
    if _copy_file_range is None:
        return
    try:
        while _copy_file_range(reader, writer, KERNEL_CHUNK_BYTES):
            pass
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
