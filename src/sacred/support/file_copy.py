"""Copying a file's content: shared where the file system can, else in the kernel, else piece by piece.

All ways take constant memory, and holes stay holes.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from typing import BinaryIO

from sacred.support.digests import CHUNK_BYTES, get_digest
from sacred.support.spool import write_all

Advance = Callable[[int], object]
"""Is told, while a copy goes on, how many bytes were copied since the last time."""

_KERNEL_CHUNK_BYTES = 1 << 24  # a slow disk takes long enough for these to tell of
_FICLONE = 0x40049409
_ZEROS = bytes(CHUNK_BYTES)


def copy_content(source: str, target: str, advance: Advance | None = None) -> None:
    """Copy a file's content to a new file.

    Raises:
        OSError: ``source`` is no regular file or can't be read, or ``target`` is there or can't be written.
    """
    with _open_both(source, target) as (reader, writer):
        if not _clone(reader, writer) and not _copy_in_kernel(reader.fileno(), writer.fileno(), advance):
            _copy_by_hand(reader, writer, advance=advance)


def copy_and_digest(source: str, target: str) -> str:
    """Copy a file's content to a new file, and return the MD5 checksum of the copy, all in one reading.

    Raises:
        OSError: as for :func:`copy_content`.
    """
    with _open_both(source, target) as (reader, writer):
        if _clone(reader, writer):
            return get_digest(target)
        import hashlib  # takes 3 ms, for OpenSSL

        digest = hashlib.md5(usedforsecurity=False)
        _copy_by_hand(reader, writer, digest.update)
        return digest.hexdigest()


@contextlib.contextmanager
def _open_both(source: str, target: str) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    with open_regular(source) as reader, open(target, "xb", buffering=0) as writer:
        yield reader, writer


def open_regular(path: str) -> BinaryIO:
    """Open a file for reading, unbuffered, and never wait for anybody.

    Raises:
        OSError: it is no regular file, or can't be read.
    """
    # a pipe may have come in the place of a file since somebody looked
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        check_regular(os.fstat(descriptor), path)
    except OSError:
        os.close(descriptor)
        raise
    return open(descriptor, "rb", buffering=0)


def check_regular(found: os.stat_result, path: str) -> None:
    """Make sure that a file has a content: opening a pipe would wait for somebody to write to it.

    Raises:
        OSError: it is a folder, or anything else that has none.
    """
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "Not a regular file", path)


def is_same_content(path: str, other: str) -> bool:
    """Tell whether two files have the same content; what can't be read is not the same."""
    try:
        with open_regular(path) as one, open_regular(other) as two:
            return _reads_same(one, two)
    except (OSError, ValueError):
        return False


def _reads_same(one: BinaryIO, two: BinaryIO) -> bool:
    if os.fstat(one.fileno()).st_size != os.fstat(two.fileno()).st_size:
        return False
    while chunk := one.read(CHUNK_BYTES):
        if chunk != two.read(len(chunk)):
            return False
    return not two.read(1)


def _clone(reader: BinaryIO, writer: BinaryIO) -> bool:
    """Let two files share their blocks until one is changed (btrfs, xfs), and return whether that worked."""
    try:
        import fcntl

        fcntl.ioctl(writer, _FICLONE, reader.fileno())
    except (ImportError, OSError):
        return False
    return True


def _copy_in_kernel(reader: int, writer: int, advance: Advance | None) -> bool:
    """Copy as much as the file has now, and return whether that worked; network file systems do it there."""
    size = os.fstat(reader).st_size
    if not size or not hasattr(os, "copy_file_range"):  # files in /proc have no size
        return False
    try:
        is_whole = all(_copy_range(reader, writer, piece, advance) for piece in _iter_data(reader, size))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise
        return False
    os.truncate(writer, size)  # a hole at the end
    return is_whole


def _iter_data(descriptor: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of what is no hole."""
    end = 0
    while end < size:
        try:
            start = os.lseek(descriptor, end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # a hole up to the end
                return
            raise
        end = min(os.lseek(descriptor, start, os.SEEK_HOLE), size)
        yield start, end


def _copy_range(reader: int, writer: int, piece: tuple[int, int], advance: Advance | None) -> bool:
    start, end = piece
    while start < end:
        copied = os.copy_file_range(reader, writer, min(end - start, _KERNEL_CHUNK_BYTES), start, start)
        if not copied:  # the file became shorter, or is a special one (/sys)
            return False
        start += copied
        if advance is not None:
            advance(copied)
    return True


def _copy_by_hand(
    reader: BinaryIO,
    writer: BinaryIO,
    note: Callable[[bytes], object] | None = None,
    advance: Advance | None = None,
) -> None:
    reader.seek(0)
    writer.truncate(0)
    while chunk := reader.read(CHUNK_BYTES):
        if note is not None:
            note(chunk)
        if advance is not None:
            advance(len(chunk))
        if chunk == _ZEROS[: len(chunk)]:
            writer.seek(len(chunk), os.SEEK_CUR)
        else:
            write_all(writer.fileno(), chunk)
    writer.truncate()  # a hole at the end
