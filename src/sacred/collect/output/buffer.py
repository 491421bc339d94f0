"""What has been captured and not been asked for yet: kept in constant memory, handed out as text."""

import codecs
import contextlib
import os
import threading
from typing import Protocol

CHUNK_BYTES = 1 << 20
_MEMORY_CHARACTERS = 1 << 18
_ROOM_BYTES = 16 << 20


class OutputBuffer(Protocol):
    """Where captured output waits."""

    def read_new(self) -> str:
        """Return what has come since the last call."""

    def flush(self) -> None:
        """Bring in what still waits in streams."""

    def close(self) -> None:
        """Release what the buffer holds; what was not read is lost."""


class CapturedStdout:
    """The output of a run, from the moment its capture began."""

    def __init__(self, buffer: OutputBuffer) -> None:
        self._buffer: OutputBuffer | None = buffer
        self._lock = threading.Lock()
        self._ended = False

    @property
    def closed(self) -> bool:
        """Whether the capture has ended."""
        return self._ended

    def flush(self) -> None:
        """Bring in what still waits in streams."""
        if self._buffer is not None and not self._ended:
            self._buffer.flush()

    def get(self) -> str:
        """Return the text that has come since the last call; after the end the rest, then nothing."""
        with self._lock:
            if self._buffer is None:
                return ""
            text = self._buffer.read_new()
            if self._ended:
                self._buffer.close()
                self._buffer = None
            return text

    def finalize(self) -> None:
        """End the capture; its last text can still be had once."""
        self._ended = True


class EmptyBuffer:
    """What mode ``no`` captures."""

    def read_new(self) -> str:
        """Return nothing."""
        return ""

    def flush(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class TextBuffer:
    """Text that several threads write; what nobody asks for moves to a file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: list[str] = []
        self._size = 0
        self._spool: Spool | None = None

    def write(self, text: str) -> None:
        """Add text."""
        with self._lock:
            self._parts.append(text)
            self._size += len(text)
            if self._size > _MEMORY_CHARACTERS:
                self._spill()

    def _spill(self) -> None:
        if self._spool is None:
            self._spool = Spool()
        self._spool.write("".join(self._parts))
        self._parts.clear()
        self._size = 0

    def read_new(self) -> str:
        """Return what has come since the last call."""
        with self._lock:
            earlier = self._spool.read_new() if self._spool else ""
            text = "".join(self._parts)
            self._parts.clear()
            self._size = 0
        return earlier + text

    def flush(self) -> None:
        """Do nothing: text is here as soon as it is written."""

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._parts.clear()
            if self._spool is not None:
                self._spool.close()
                self._spool = None


class Tail:
    """Reads what is appended to a file, however many others read and write it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._position = 0

    def read(self) -> bytes:
        """Return what is new, at most 1 MiB of it."""
        data = os.pread(self._descriptor, CHUNK_BYTES, self._position)
        if not data and os.fstat(self._descriptor).st_size < self._position:
            # a child opened /dev/stdout and so emptied the file: all of it is new
            self._position = 0
            data = os.pread(self._descriptor, CHUNK_BYTES, 0)
        self._position += len(data)
        return data


class Spool:
    """An unlinked file that is only appended to, and read as text."""

    descriptor = -1

    def __init__(self) -> None:
        self.descriptor = open_unlinked()
        self._tail = Tail(self.descriptor)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, text: str) -> None:
        """Append text."""
        write_all(self.descriptor, text.encode("utf-8", "replace"))

    def read_new(self) -> str:
        """Return what has come since the last call; an incomplete character waits for its rest."""
        parts = []
        while data := self._tail.read():
            parts.append(self._decoder.decode(data))
        return "".join(parts)

    def close(self) -> None:
        """Give the file back to the system."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def __del__(self) -> None:
        self.close()


def open_unlinked() -> int:
    """Open a file for appending that has no name, in a folder for temporary files, one with room if possible.

    Raises:
        OSError: no folder can be written.
    """
    named = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    folders = [*filter(None, named), "/tmp", "/var/tmp", os.curdir]  # noqa: S108
    error: OSError = FileNotFoundError("no folder for temporary files")
    for folder in sorted(folders, key=_is_full):  # the others in their order
        try:
            return _open_unlinked_in(folder)
        except OSError as raised:
            error = raised
    raise error


def _is_full(folder: str) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return True
    return found.f_bavail * found.f_frsize < _ROOM_BYTES


def _open_unlinked_in(folder: str) -> int:
    flags = os.O_RDWR | os.O_APPEND
    if hasattr(os, "O_TMPFILE"):
        with contextlib.suppress(OSError):  # some file systems can't
            return os.open(folder, flags | os.O_TMPFILE, 0o600)
    path = os.path.join(folder, f"sacred-{os.getpid()}-{os.urandom(8).hex()}")
    descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)
    return descriptor


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
