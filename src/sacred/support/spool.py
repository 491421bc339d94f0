"""Files that only grow: without a name at first, with one later, and read while others append to them."""

import codecs
import contextlib
import errno
import os
from collections.abc import Iterator

from sacred.support.digests import CHUNK_BYTES

_ROOM_BYTES = 16 << 20
_FLAGS = os.O_RDWR | os.O_APPEND


class Spool:
    """A file that is only appended to, by anybody who holds its descriptor; it has no name until it settles.

    Args:
        near: where it will probably settle; this folder need not be there yet. If it is made on the same file
            system, nothing has to be copied then.

    Attributes:
        descriptor: of the file; it is closed when nobody refers to the spool any more.
        path: its name, if it has one.

    Raises:
        OSError: there is no place for it.
    """

    descriptor = -1

    def __init__(self, near: str | None = None) -> None:
        self.path: str | None = None
        self._old = -1
        self._copied = 0
        self.descriptor = _avoid_standard_streams(open_unnamed(near))

    def get_size(self) -> int:
        """Return how many bytes there are."""
        return os.fstat(self.descriptor).st_size

    def append(self, data: bytes) -> None:
        """Append bytes.

        Raises:
            OSError: the disk is full; some of them may be there.
        """
        write_all(self.descriptor, data)

    def settle(self, path: str) -> bool:
        """Give the file a name; one that has this name is replaced.

        Returns:
            Whether :attr:`descriptor` has changed, since the file had to be copied. Who writes to the old
            one shall be pointed to the new one, and :meth:`follow` be called then, and now and again.

        Raises:
            OSError: it can't be there; nothing has changed then.
        """
        temporary = f"{path}.{os.getpid()}.tmp"
        is_copied = not _link(self.descriptor, temporary)
        if is_copied:
            self._copy(temporary, path)
        else:
            _rename(temporary, path)
        self.path = path
        return is_copied

    def _copy(self, temporary: str, path: str) -> None:
        descriptor = os.open(temporary, _FLAGS | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            copied = _append_rest(self.descriptor, 0, descriptor)
            _rename(temporary, path)
        except OSError:
            os.close(descriptor)
            raise
        self._old, self._copied, self.descriptor = self.descriptor, copied, descriptor

    def follow(self) -> None:
        """Append what has come to the file that was copied: child processes may hold it for long.

        Raises:
            OSError: the disk is full.
        """
        if self._old >= 0:
            self._copied = _append_rest(self._old, self._copied, self.descriptor)

    def close(self) -> None:
        """Give the file back to the system."""
        descriptors = self.descriptor, self._old
        self.descriptor = self._old = -1
        for descriptor in descriptors:
            if descriptor >= 0:
                os.close(descriptor)

    def __del__(self) -> None:
        self.close()


class Tail:
    """Reads what is appended to a spool, however many others read and write it.

    Attributes:
        spool: the file.
        position: how far it has been read, in bytes.
    """

    def __init__(self, spool: Spool, position: int = 0) -> None:
        self.spool = spool
        self.position = position

    def count(self) -> int:
        """Return how many bytes are new."""
        size = self.spool.get_size()
        if size < self.position:  # a child opened /dev/stdout and so emptied the file: all of it is new
            self.position = 0
        return size - self.position

    def peek(self) -> bytes:
        """Return what is new, at most 1 MiB of it; it stays new."""
        count = min(self.count(), CHUNK_BYTES)  # no more, where memory is short
        return os.pread(self.spool.descriptor, count, self.position) if count else b""

    def read(self) -> bytes:
        """Return what is new, at most 1 MiB of it."""
        data = self.peek()
        self.position += len(data)
        return data


class TextTail(Tail):
    """Reads what is appended to a spool as text."""

    def __init__(self, spool: Spool, position: int = 0) -> None:
        super().__init__(spool, position)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read_text(self, is_last: bool = False) -> str:
        """Return all that is new.

        Args:
            is_last: nothing will follow, so that an incomplete character does not wait for its rest.
        """
        parts = list(map(self._decoder.decode, iter(self.read, b"")))
        return "".join(parts) + self._decoder.decode(b"", is_last)


def open_unnamed(near: str | None = None) -> int:
    """Open a file for appending that has no name, in a folder with room if possible.

    Args:
        near: the nearest existing folder upwards from here is tried before those for temporary files.

    Raises:
        OSError: no folder can be written.
    """
    if near is not None:
        folder = _find_existing(near)
        with contextlib.suppress(OSError):
            if not _is_full(folder):
                return _open_nameless(folder)
    error: OSError = FileNotFoundError("no folder for temporary files")
    for folder in _iter_temporary_folders():
        try:
            return _open_unlinked_in(folder)
        except OSError as raised:
            error = raised
    raise error


def _find_existing(path: str) -> str:
    while not os.path.isdir(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path


def _iter_temporary_folders() -> Iterator[str]:
    """Yield the folders for temporary files; those that are full come last."""
    named = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    full = []
    for folder in (*filter(None, named), "/tmp", "/var/tmp", os.curdir, "/dev/shm"):  # noqa: S108 - no name in it
        if _is_full(folder):
            full.append(folder)
        else:
            yield folder
    yield from full


def _is_full(folder: str) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return True
    return found.f_bavail * found.f_frsize < _ROOM_BYTES


def _open_nameless(folder: str) -> int:
    if not hasattr(os, "O_TMPFILE"):
        raise OSError(errno.EOPNOTSUPP, "this system has no files without a name")
    return os.open(folder, _FLAGS | os.O_TMPFILE, 0o666)


def _open_unlinked_in(folder: str) -> int:
    with contextlib.suppress(OSError):  # some file systems can't
        return _open_nameless(folder)
    path = os.path.join(folder, f"sacred-{os.getpid()}-{os.urandom(8).hex()}")
    descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)
    return descriptor


def _avoid_standard_streams(descriptor: int) -> int:
    """Return a descriptor above 2: the lower ones are free where a standard stream is closed."""
    if descriptor > 2:
        return descriptor
    import fcntl

    other = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(descriptor)
    return other


def _link(descriptor: int, path: str) -> bool:
    """Give a file without a name one, and return whether that worked."""
    try:
        # with a descriptor for the folder, any at all, Python lets the system follow the link in /proc
        os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor, follow_symlinks=True)
    except (OSError, NotImplementedError):  # another file system, or one that can't have nameless files
        return False
    return True


def _rename(temporary: str, path: str) -> None:
    try:
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _append_rest(source: int, position: int, target: int) -> int:
    """Append what a file has from a position on to another one, and return the position after it."""
    while data := os.pread(source, CHUNK_BYTES, position):
        write_all(target, data)
        position += len(data)
    return position


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte to a file.

    Raises:
        OSError: the disk is full.
    """
    count = os.write(descriptor, data)
    while count < len(data):  # nearly never
        count += os.write(descriptor, memoryview(data)[count:])


def write_at(descriptor: int, data: bytes | bytearray, offset: int) -> None:
    """Write every byte at a place.

    Raises:
        OSError: the disk is full.
    """
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest = rest[written:]
        offset += written
