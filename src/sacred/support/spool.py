"""A file that is only appended to, and that first has no name and gets one later."""

import contextlib
import os
from typing import Protocol

from sacred.support.digests import CHUNK_BYTES

_ROOM_BYTES = 16 << 20


class HasDescriptor(Protocol):
    """An open file; its descriptor may become another one with the same content."""

    descriptor: int


class Tail:
    """Reads what is appended to a file, however many others read and write it."""

    def __init__(self, file: HasDescriptor, position: int = 0) -> None:
        self._file = file
        self.position = position

    def read(self) -> bytes:
        """Return what is new, at most 1 MiB of it."""
        data = os.pread(self._file.descriptor, CHUNK_BYTES, self.position)
        if not data and self.has_shrunk():
            data = os.pread(self._file.descriptor, CHUNK_BYTES, 0)
        self.position += len(data)
        return data

    def has_shrunk(self) -> bool:
        """Tell whether somebody has emptied the file (a child opened /dev/stdout): all of it is new then."""
        if os.fstat(self._file.descriptor).st_size >= self.position:
            return False
        self.position = 0
        return True


class _Left:
    """The file that a spool was before it was copied; others may still hold it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.tail = Tail(self)


class Spool:
    """A file for appending, without a name at first.

    Args:
        near: where its name will probably be: it is made on the same file system if possible.

    Attributes:
        descriptor: open for reading and appending.

    Raises:
        OSError: no folder can be written.
    """

    def __init__(self, near: str | None = None) -> None:
        self.descriptor = _avoid_standard(open_unnamed(near))
        self.near = near
        self.path: str | None = None
        self._left: _Left | None = None

    def append(self, data: bytes) -> None:
        """Append every byte.

        Raises:
            OSError: the disk is full.
        """
        write_all(self.descriptor, data)

    def settle(self, path: str) -> bool:
        """Give the file its name, in place of one that is there.

        Returns:
            Whether there is a new descriptor: the file had to be copied, and others must be pointed at the
            copy. :meth:`follow` brings over what still comes to the old one.

        Raises:
            OSError: there can't be such a file.
        """
        temporary = f"{path}.{os.getpid()}.tmp"
        is_new = not _link(self.descriptor, temporary)
        if is_new:
            self._copy(temporary)
        os.replace(temporary, path)
        self.path = path
        return is_new

    def _copy(self, path: str) -> None:
        self._left = _Left(self.descriptor)
        self.descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC, 0o666)
        self.follow()

    def follow(self) -> None:
        """Append what still comes to the file that this one was before."""
        while self._left is not None and (data := self._left.tail.read()):
            self.append(data)

    def close(self) -> None:
        """Give the file back to the system."""
        descriptor, self.descriptor = self.descriptor, -1
        with contextlib.suppress(OSError):
            os.close(descriptor)
        if self._left is not None:
            os.close(self._left.descriptor)
            self._left = None

    def __del__(self) -> None:
        if self.descriptor >= 0:
            self.close()


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte, waiting where the other side is slow.

    Raises:
        OSError: the other side is gone, or the disk is full.
    """
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:  # somebody made the terminal non-blocking
            import select

            select.select([], [descriptor], [], 1.0)


def _link(descriptor: int, path: str) -> bool:
    """Give a file without a name one, and return whether that worked.

    By ``/proc``: linking a descriptor itself needs a privilege. Only with ``src_dir_fd`` does Python follow
    the link there.
    """
    root = os.open("/", os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=root, follow_symlinks=True)
    except OSError:  # another file system, or one that once had a name
        return False
    finally:
        os.close(root)
    return True


def open_unnamed(near: str | None) -> int:
    """Open a file for appending that has no name, in a folder with room if possible.

    Args:
        near: on the file system of this folder, which need not exist, if that can be.

    Raises:
        OSError: no folder can be written.
    """
    if near is not None and hasattr(os, "O_TMPFILE"):
        while not os.path.isdir(near) and os.path.dirname(near) != near:
            near = os.path.dirname(near)
        with contextlib.suppress(OSError):  # some file systems can't
            return os.open(near, os.O_RDWR | os.O_APPEND | os.O_TMPFILE, 0o666)
    named = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    folders = [*filter(None, named), "/tmp", "/var/tmp", os.curdir]  # noqa: S108
    error: OSError = FileNotFoundError("no folder for temporary files")
    for folder in sorted(folders, key=_is_full):  # the others in their order
        try:
            return _open_unlinked_in(folder)
        except OSError as raised:
            error = raised
    raise error


def _avoid_standard(descriptor: int) -> int:
    """Return a descriptor that is none of the standard streams', which may be closed."""
    if descriptor > 2:
        return descriptor
    import fcntl

    other = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(descriptor)
    return other


def _is_full(folder: str) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return True
    return found.f_bavail * found.f_frsize < _ROOM_BYTES


def _open_unlinked_in(folder: str) -> int:
    flags = os.O_RDWR | os.O_APPEND
    path = os.path.join(folder, f"sacred-{os.getpid()}-{os.urandom(8).hex()}")
    descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)
    return descriptor
