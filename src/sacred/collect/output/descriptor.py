"""Mode ``fd``: everything written to the descriptors 1 and 2, by Python, by C code, by child processes.

Both point at a file while the capture lasts, and a thread passes on what is new to where they pointed
before. Unlike a pipe, a file never makes a writer wait, and needs no reader: nothing can deadlock.
"""

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from sacred.collect.output.capture import Capture
from sacred.collect.output.forward import Forwarder
from sacred.collect.output.guard import StreamGuard
from sacred.collect.output.stream import flush, flush_quietly
from sacred.collect.output.terminal import Imitation
from sacred.support.spool import Spool

if TYPE_CHECKING:
    from sacred.collect.output.kernel import KernelCapture

INTERVAL_SECONDS = 0.05
ROOM_INTERVAL_SECONDS = 1.0
LEAST_ROOM_BYTES = 16 << 20
LEAST_SHARE = 8  # an eighth of a small disk stays free
_LEAVE_SECONDS = 1.0  # for a terminal that takes nothing just now
_USUAL_BYTES = 8192
_GATHERED_BYTES = 1 << 16
STREAM_NAMES = ("stdout", "stderr")

_logger = logging.getLogger(__name__)


class DescriptorCapture(Capture):
    """Holds descriptors 1 and 2 of this process from its construction until :meth:`stop`.

    Args:
        near: where the files will probably get their names.

    Raises:
        OSError: a descriptor is closed, or there is no place for the file; nothing has changed then.
    """

    mode = "fd"

    def __init__(self, near: str | None = None) -> None:
        self.lock = threading.RLock()  # held while streams are flushed or text moves; forks wait for it
        self.inner: list[Capture] = []
        self._process = os.getpid()
        self._streams = [getattr(sys, name) for name in STREAM_NAMES]
        self._suspensions = 0
        self._written: list[int] = []
        self._is_behind = False
        self._untold = ""
        self._room = _Room()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True, name="sacred-output")
        flush()
        is_one_target = os.path.samestat(os.fstat(1), os.fstat(2))
        super().__init__([Spool(near) for _ in range(1 if is_one_target else 3)])
        self._saved = (os.dup(1), os.dup(2))
        self._targets = self.spools[1:] or self.spools  # of the descriptors
        self._forwarders = [Forwarder(*pair) for pair in zip(self._targets, self._saved, strict=False)]
        self._imitation = Imitation(self, self._streams, self._saved)
        self._guard = StreamGuard(self._streams, self._leave_for)
        _gather(self._streams[0], _GATHERED_BYTES)
        self._take()
        try:
            self._thread.start()
        except RuntimeError as error:  # no more threads
            self._leave_descriptors()
            self.pass_on()
            self._close_saved()
            raise OSError(str(error)) from error

    def _take(self) -> None:
        """Let the descriptors point at the files, if nothing is against it."""
        if not (self._suspensions or self.gap or self.is_over):
            os.dup2(self._targets[0].descriptor, 1)
            os.dup2(self._targets[-1].descriptor, 2)

    def _give_back(self) -> None:
        """Let the descriptors point where they did."""
        for number, saved in enumerate(self._saved, 1):
            os.dup2(saved, number)

    def suspend(self) -> None:
        """Pass everything on, and let the descriptors point where they did until :meth:`resume`."""
        if self.is_over:  # somebody has kept the `input` that was there during the run
            return
        self.flush()
        self.pass_on()
        with self.lock:
            self._suspensions += 1
            self._give_back()

    def resume(self, note: bytes = b"") -> None:
        """Take the descriptors again, and append what was shown meanwhile and is to be in the record."""
        if self.is_over:
            return
        if note and os.getpid() == self._process:
            self._forwarders[0].skip(note)
        with self.lock:
            flush()
            self._suspensions -= 1
            self._take()

    def _work(self) -> None:
        while not self._end.wait(0 if self._is_behind else INTERVAL_SECONDS):
            with contextlib.suppress(OSError):
                self._move()

    def _move(self) -> None:
        with self.lock:
            self.flush_streams()
            self._tell_owners()
        self._is_behind = not self.pass_on(INTERVAL_SECONDS)
        self._imitation.look()
        if not self.gap and self._room.is_short(self._targets[0], sum(self._written)):
            with self.lock:
                flush()
                self._leave("the disk is nearly full")
        self._tell_gap()

    def flush_streams(self) -> None:
        """Flush what Python's streams hold back, no more: it is quick."""
        for stream in self._streams:
            flush_quietly(stream)

    def _tell_owners(self) -> None:
        """Let those who put text together do so if there is any."""
        with contextlib.suppress(OSError):  # a full disk: it is tried again
            for spool in self.spools:
                spool.follow()
        written = [spool.get_size() for spool in self._targets]
        if written == self._written:
            return
        self._written = written
        for capture in (self, *self.inner):
            if capture.on_tick is not None:
                capture.on_tick()

    def pass_on(self, seconds: float | None = None) -> bool:
        """Pass on what is new, and tell whether that was all; a forked child leaves it to its parent."""
        if os.getpid() != self._process:
            return True
        is_all = True
        for forwarder in self._forwarders:
            is_all &= forwarder.forward(seconds)
        return is_all

    def _leave_for(self, error: OSError) -> None:
        """Leave a file that takes no more, so that the user's own ``print`` does not fail."""
        with self.lock:
            if not (self._suspensions or self.is_over):  # else it is the terminal that takes no more
                self._leave(error.strerror or str(error))

    def _leave(self, reason: str) -> None:
        """Let output go to the terminal alone."""
        if not self.gap:
            self.gap = f"{reason}: later output was not captured"
            self.pass_on(_LEAVE_SECONDS)
            self._give_back()
            self._untold = reason  # the thread tells it: a stream is just being written to

    def _tell_gap(self) -> None:
        reason, self._untold = self._untold, ""
        if reason:
            _logger.warning("Output is no longer captured: %s", reason)

    def flush(self) -> None:
        """Bring in what still waits in streams."""
        with self.lock:
            flush()
            self._tell_owners()

    def settle(self, paths: Sequence[str]) -> None:
        """Give the files their names.

        Raises:
            OSError: there can't be such a file.
        """
        with self.lock:
            try:
                for spool, path in zip(self.spools, paths, strict=False):
                    spool.settle(path)
            finally:  # also where some are at their place: it may be another file now
                self._take()
                for spool in self.spools:
                    spool.follow()

    def _leave_descriptors(self) -> None:
        with self.lock:
            self._imitation.end()
            _gather(self._streams[0], _USUAL_BYTES)
            flush()
            self._guard.end()
            self._give_back()

    def _release(self) -> None:
        self._leave_descriptors()
        try:
            if os.getpid() == self._process:  # a forked child has no thread
                self._end.set()
                self._thread.join()
                with contextlib.suppress(Exception):  # no memory: they put the rest together at their end
                    self._tell_owners()
                self.pass_on()
                self._tell_gap()
        finally:
            self._close_saved()
            self._targets, self._forwarders = [], []

    def _close_saved(self) -> None:
        for descriptor in self._saved:
            os.close(descriptor)


def _gather(stream: Any, size: int) -> None:
    """Let a stream gather so much before it writes: few writes cost less, and the thread flushes it soon."""
    if isinstance(stream, TextIOWrapper):
        setattr(stream, "_CHUNK_SIZE", size)  # noqa: B010 - type checkers do not know it


class InnerCapture(Capture):
    """The output of a run within the run that holds the descriptors: a range of that one's."""

    mode = "fd"

    def __init__(self, holder: "DescriptorCapture | KernelCapture", near: str | None = None) -> None:
        holder.flush()
        merged = holder.spools[0]
        super().__init__([Spool(near)], outer=(merged, merged.get_size()))
        self._holder = holder
        holder.inner.append(self)

    def flush(self) -> None:
        """Bring in what still waits in streams."""
        self._holder.flush()

    def _release(self) -> None:
        self._holder.flush()
        self._holder.inner.remove(self)


class _Room:
    """How much room the disk has left, and what may be written at all.

    It is looked at once a second, and whenever a lot has been written.
    """

    def __init__(self) -> None:
        self._seen_at = 0.0
        self._size_then = self._found = 0

    def is_short(self, spool: Spool, size: int) -> bool:
        """Tell whether there is hardly any room.

        Args:
            spool: a file on it.
            size: how much has been written so far.
        """
        moment = time.monotonic()
        if moment - self._seen_at < ROOM_INTERVAL_SECONDS and size - self._size_then < self._found // 4:
            return False
        self._seen_at, self._size_then, self._found = moment, size, 0
        rooms = [_measure_disk(spool), _measure_limit(spool)]
        self._found = min(room for room, _ in rooms)
        return any(room < min(LEAST_ROOM_BYTES, whole // LEAST_SHARE) for room, whole in rooms)


def _measure_disk(spool: Spool) -> tuple[int, int]:
    """Return how many bytes are free, and how many there are; 0 if the file system does not know."""
    disk = os.fstatvfs(spool.descriptor)
    return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize


def _measure_limit(spool: Spool) -> tuple[int, int]:
    """Return how much a file may still grow, and how large this process may make one.

    Child processes that write beyond it would be killed.
    """
    import resource  # by now the run has lasted a while

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    whole = sys.maxsize if limit == resource.RLIM_INFINITY else limit
    return whole - spool.get_size(), whole
