"""Passing on what comes to a file to where it would have gone without a capture."""

import contextlib
import os
import stat
import threading
import time
from typing import TYPE_CHECKING

from sacred.support.digests import CHUNK_BYTES
from sacred.support.spool import Spool, Tail

if TYPE_CHECKING:
    from collections.abc import Callable

_BURST_BYTES = 1 << 20
_BURST_SECONDS = 1.0
_SEND_BYTES = 32 << 20  # few calls: after each the thread has to wait for the interpreter
_READY_BYTES = 4096  # what a target takes almost at once when it says that it is ready


class Forwarder:
    """Passes on what is appended to a spool; a target that is gone ends only this.

    The kernel copies where it can, so that the experiment has the interpreter meanwhile.

    Args:
        spool: what is passed on.
        target: the descriptor that gets it.
    """

    def __init__(self, spool: Spool, target: int) -> None:
        self._tail = Tail(spool)
        self._target = target
        self._is_gone = False
        self._sent_at = time.monotonic()
        self._lock = threading.RLock()
        mode = os.fstat(target).st_mode
        is_device = stat.S_ISCHR(mode) and not os.isatty(target)
        self._can_block = not (stat.S_ISREG(mode) or is_device)
        self._send: Callable[[Forwarder, int], int] = Forwarder._write
        if stat.S_ISFIFO(mode) and hasattr(os, "splice"):
            self._send = Forwarder._splice
        elif not self._can_block and hasattr(os, "sendfile"):
            self._send = Forwarder._sendfile

    def forward(self, seconds: float | None = None) -> bool:
        """Pass on what is new, and tell whether that was all.

        Args:
            seconds: how long it may take, and a slow target be waited for; by default as long as it takes.
        """
        end = None if seconds is None else time.monotonic() + seconds
        with self._lock:
            rest = self._tail.count()
            if end is not None and self._is_burst(rest):
                return True
            while rest and not self._is_gone:
                sent = self._forward(rest)
                if sent == 0:  # somebody has emptied the file meanwhile
                    return True
                if sent is None and not self._is_ready(end):
                    return False
                rest -= sent or 0
                if rest and end is not None and time.monotonic() > end:
                    return False
            return True

    def _is_burst(self, count: int) -> bool:
        """Tell whether to leave it for later: copying a lot from file to file slows down who writes a lot."""
        moment = time.monotonic()
        if self._can_block or count < _BURST_BYTES or moment - self._sent_at > _BURST_SECONDS:
            self._sent_at = moment
            return False
        return True

    def _forward(self, count: int) -> int | None:
        """Pass on bytes, and return how many; None if the target takes none just now, or not in this way."""
        try:
            sent = self._send(self, count)
        except BlockingIOError:
            return None
        except OSError:
            self._is_gone = self._send is Forwarder._write
            self._send = Forwarder._write  # the kernel can't copy to what is appended to, for example
            return None
        self._tail.position += sent
        return sent

    def skip(self, data: bytes) -> None:
        """Append what the target has already."""
        with self._lock, contextlib.suppress(OSError):
            self.forward()
            self._tail.spool.append(data)
            self._tail.position += len(data)

    def _splice(self, count: int) -> int:
        source, position = self._tail.spool.descriptor, self._tail.position
        return os.splice(source, self._target, count, offset_src=position, flags=os.SPLICE_F_NONBLOCK)

    def _sendfile(self, count: int) -> int:
        source, position = self._tail.spool.descriptor, self._tail.position
        return os.sendfile(self._target, source, position, min(count, _SEND_BYTES))

    def _write(self, count: int) -> int:
        if self._can_block:
            if not self._is_ready(0.0):
                raise BlockingIOError
            count = min(count, _READY_BYTES)
        data = os.pread(self._tail.spool.descriptor, min(count, CHUNK_BYTES), self._tail.position)
        return os.write(self._target, data)

    def _is_ready(self, end: float | None) -> bool:
        """Wait until the target takes something, up to a moment of `time.monotonic`; tell whether it does."""
        import select  # only where there is a terminal, or a target that is slow

        poll = select.poll()
        poll.register(self._target, select.POLLOUT)
        return bool(poll.poll(None if end is None else max(0.0, end - time.monotonic()) * 1000))
