"""Files that belong to runs: sources and resources, stored once for all runs, and artifacts.

Whatever is stored appears under its name at once and whole.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator

from sacred.folder.layout import make_stored_name
from sacred.support.digests import get_digest
from sacred.support.file_copy import copy_and_digest, copy_content


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
    if stored and _has_size(stored, size):
        return stored
    os.makedirs(folder, exist_ok=True)
    with _name_temporary(folder) as temporary:
        # of what was copied, should it change meanwhile: the name must not promise other content
        stored = _make_place(path, folder, copy_and_digest(path, temporary))
        os.replace(temporary, stored)
    return stored


def _make_place(path: str, folder: str, digest: str) -> str:
    return os.path.join(folder, make_stored_name(path, digest))


def _may_be_stored(path: str, folder: str, size: int) -> bool:
    """Tell whether a file of this name and size is stored, so that it is better to read before copying."""
    stem, extension = os.path.splitext(os.path.basename(path))
    try:
        with os.scandir(folder) as entries:
            names = [one.name for one in entries if one.name.startswith(f"{stem}_")]
    except OSError:
        return False
    return any(_has_size(os.path.join(folder, name), size) for name in names if name.endswith(extension))


def _has_size(stored: str, size: int) -> bool:
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
    _make_folder(folder)
    if os.path.isdir(target):
        raise IsADirectoryError(errno.EISDIR, "There is a folder of this name already", target)
    if not _is_itself(target, before):
        with _name_temporary(folder) as temporary:
            copy_content(source, temporary)
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
        place = os.path.join(target, os.path.relpath(path, source))
        try:
            check_inside(place, target)
            has_changed |= copy(path, place)
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
