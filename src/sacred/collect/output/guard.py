"""A full disk is no error of the user's ``print``.

Their streams write to our file while output is captured. Where it takes no more, the capture lets go of the
descriptors, and the stream tries again.
"""

import contextlib
from collections.abc import Callable, Sequence
from io import BufferedWriter, FileIO
from typing import Any

_SMALL_BYTES = 4096  # no buffer is smaller: up to here all of it is taken, or nothing

Leave = Callable[[OSError], object]
"""Lets the descriptors point elsewhere, if they are at our file."""


class StreamGuard:
    """Lets Python's standard streams try again what could not be written.

    Only what is below their text layer is changed, so that most calls of ``print`` do not pass through here.

    Args:
        streams: standard output and standard error.
        leave: called before the second try.
    """

    def __init__(self, streams: Sequence[Any], leave: Leave) -> None:
        self._buffers: list[Any] = []
        for stream in streams:
            buffer = getattr(stream, "buffer", None)
            if type(buffer) in (BufferedWriter, FileIO):
                _guard(buffer, leave)
                self._buffers.append(buffer)

    def end(self) -> None:
        """Put everything back."""
        while self._buffers:
            buffer = self._buffers.pop()
            for name in ("write", "flush"):
                with contextlib.suppress(AttributeError):
                    delattr(buffer, name)


def _guard(buffer: Any, leave: Leave) -> None:
    write, flush, raw = buffer.write, buffer.flush, getattr(buffer, "raw", None)

    def flush_or_leave() -> None:
        try:
            flush()
        except OSError as error:
            leave(error)
            flush()  # what was not written is still in the buffer

    def write_or_leave(data: Any) -> Any:
        if raw is not None and memoryview(data).nbytes > _SMALL_BYTES:
            flush_or_leave()
            return _write_large(raw, write, memoryview(data).cast("B"), leave)
        try:
            return write(data)
        except OSError as error:
            leave(error)
            return write(data)

    buffer.write, buffer.flush = write_or_leave, flush_or_leave


def _write_large(raw: Any, write: Callable[[Any], Any], data: memoryview, leave: Leave) -> int:
    """Write what a buffer would write at once, knowing at each error how much is there."""
    done = 0
    while done < len(data):
        try:
            count = raw.write(data[done:])
        except OSError as error:
            leave(error)
            count = raw.write(data[done:])
        if count is None:  # a terminal that takes nothing just now: as without us
            return done + int(write(data[done:]))
        done += count
    return done
