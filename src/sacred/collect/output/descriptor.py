"""Mode ``fd``: everything written to the descriptors 1 and 2, by Python, by C code, by child processes.

Both point at a file while the capture lasts, and a thread passes on what is new to where they pointed
before. Unlike a pipe, a file never makes a writer wait, and needs no reader: nothing can deadlock.
"""

import atexit
import contextlib
import errno
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextvars import ContextVar

from sacred.collect.output.capture import Capture, get_number
from sacred.collect.output.stream import flush, flush_quietly
from sacred.collect.output.terminal import Imitation
from sacred.support.spool import Spool, Tail, write_all

INTERVAL_SECONDS = 0.05
_ROOM_INTERVAL_SECONDS = 1.0
_LEAST_ROOM_BYTES = 16 << 20
_PIECE_BYTES = 8 << 20
_DESCRIPTORS = {"stdout": 1, "stderr": 2}

_logger = logging.getLogger(__name__)


class _Forwarding:
    """Passes on what comes to a file to where it would have gone; a terminal that is gone ends only this."""

    def __init__(self, spool: Spool, target: int) -> None:
        self._spool = spool
        self._target: int | None = target
        self._tail = Tail(spool)
        self._can_send = hasattr(os, "sendfile")
        self._lock = threading.Lock()

    def forward(self) -> None:
        """Pass on what is new."""
        with self._lock:
            while self._target is not None and self._forward_piece(self._target):
                pass

    def note(self, data: bytes) -> None:
        """Append to the file what the terminal has already."""
        with self._lock:
            self._spool.append(data)
            self._tail.position += len(data)

    def _forward_piece(self, target: int) -> bool:
        try:
            if self._can_send:
                return self._send(target)
            data = self._tail.read()
            write_all(target, data)
        except OSError:
            self._target = None
            return False
        return bool(data)

    def _send(self, target: int) -> bool:
        """Let the kernel copy: the thread of the experiment has the interpreter meanwhile."""
        try:
            count = os.sendfile(target, self._spool.descriptor, self._tail.position, _PIECE_BYTES)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EAGAIN, errno.ENOSYS):
                raise
            self._can_send = False  # appended to, not blocking, or of a kind that it can't
            return True
        self._tail.position += count
        return count > 0 or self._tail.has_shrunk()


class DescriptorCapture(Capture):
    """Holds descriptors 1 and 2 of this process from its construction until :meth:`stop`.

    Args:
        near: where the files will probably get their names.

    Raises:
        OSError: a descriptor is closed, or there is no place for the file; nothing has changed then.
    """

    mode = "fd"

    def __init__(self, near: str | None) -> None:
        self.lock = threading.RLock()  # held while streams are flushed or text moves; forks wait for it
        self.inner: list[NestedCapture] = []
        self._process = os.getpid()
        self._streams = [getattr(sys, name) for name in _DESCRIPTORS]
        self._pauses = 0
        self._room_seen_at = time.monotonic()
        flush()
        one_target = os.path.samestat(os.fstat(1), os.fstat(2))
        self._saved = [os.dup(descriptor) for descriptor in _DESCRIPTORS.values()]
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True, name="sacred-output")
        try:
            super().__init__([Spool(near) for _ in range(1 if one_target else 2)])
            self._forwardings = [_Forwarding(*pair) for pair in zip(self.spools, self._saved, strict=False)]
            self._thread.start()
        except (OSError, RuntimeError) as error:  # no place for a file, or no more threads
            self._close_saved()
            raise OSError(str(error)) from error
        self._imitation = Imitation(self._streams, self._saved, self)
        self._take()

    def _take(self) -> None:
        """Let the descriptors point at the files."""
        for spool, descriptor in zip((self.spools * 2)[:2], _DESCRIPTORS.values(), strict=True):
            os.dup2(spool.descriptor, descriptor)

    def _give_back(self) -> None:
        """Let the descriptors point where they did."""
        for saved, descriptor in zip(self._saved, _DESCRIPTORS.values(), strict=True):
            os.dup2(saved, descriptor)

    @contextlib.contextmanager
    def pause(self) -> Iterator[None]:
        """Let somebody talk to the terminal while the block runs."""
        self.flush()
        self._forward()
        with self.lock:
            self._pauses += 1
            self._give_back()
        try:
            yield
        finally:
            with self.lock:
                flush()
                self._pauses -= 1
                if not self._pauses:
                    self._take()

    def note(self, text: str) -> None:
        """Put a prompt that was shown on the terminal into the record."""
        with contextlib.suppress(OSError):
            self._forwardings[0].note(text.encode("utf-8", "backslashreplace"))

    def _forward(self) -> None:
        for forwarding in self._forwardings:
            forwarding.forward()

    def _work(self) -> None:
        while not self._end.wait(INTERVAL_SECONDS):
            with contextlib.suppress(OSError):
                self._move()

    def _move(self) -> None:
        with self.lock:
            for stream in self._streams:
                flush_quietly(stream)
            for spool in self.spools:
                spool.follow()
            self._tell_owners()
        self._forward()
        self._imitation.look()
        if time.monotonic() - self._room_seen_at > _ROOM_INTERVAL_SECONDS:
            self._look_for_room()

    def _tell_owners(self) -> None:
        for capture in (self, *self.inner):
            if capture.on_tick is not None:
                capture.on_tick()

    def _look_for_room(self) -> None:
        """On a full disk the user's own ``print`` would fail, so it goes to the terminal alone."""
        self._room_seen_at = time.monotonic()
        disk = os.fstatvfs(self.spools[0].descriptor)
        if not self.gap and disk.f_bavail * disk.f_frsize < _LEAST_ROOM_BYTES:
            with self.lock:
                self._pauses += 1
                self._give_back()
            self.gap = "the disk was full: later output was not captured"
            _logger.warning("Output is no longer captured: the disk is full")

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
            super().settle(paths)
            if not self._pauses:
                self._take()  # of a file that had to be copied, at the copy
            for spool in self.spools:
                spool.follow()

    def stop(self) -> None:
        """Give the descriptors back, after everything has been passed on."""
        if not self._saved:
            return
        with self.lock:
            self._imitation.end()
            flush()
            self._give_back()
        if os.getpid() == self._process:  # a forked child has no thread, and forwards nothing
            self._end.set()
            self._thread.join()
            for spool in self.spools:
                spool.follow()
            self._tell_owners()
            self._forward()
        self._close_saved()
        _owner.release(self)

    def _close_saved(self) -> None:
        while self._saved:
            os.close(self._saved.pop())


class NestedCapture(Capture):
    """The output of a run within the run that holds the descriptors: a range of the outer one's."""

    mode = "fd"

    def __init__(self, holder: DescriptorCapture, merged: Spool) -> None:
        holder.flush()
        super().__init__(outer=(merged, os.fstat(merged.descriptor).st_size))
        self._holder = holder
        holder.inner.append(self)

    def flush(self) -> None:
        """Bring in what still waits in streams."""
        self._holder.flush()

    def stop(self) -> None:
        """End the range."""
        if self in self._holder.inner:
            self._holder.flush()
            self._holder.inner.remove(self)


class _Owner:
    """Who holds the descriptors: they belong to the process, so one capture at most."""

    def __init__(self) -> None:
        self.capture: DescriptorCapture | None = None
        self._lock = threading.Lock()
        self._parked: list[DescriptorCapture] = []
        self._is_registered = False

    def start(self, near: str | None) -> DescriptorCapture | None:
        """Return a new capture; None where output does not go through the descriptors, or they are taken."""
        with self._lock:
            if not self.can_start():
                return None
            if not self._is_registered:
                self._register()
            try:
                self.capture = DescriptorCapture(near)
            except OSError:
                return None
            return self.capture

    def release(self, capture: DescriptorCapture) -> None:
        """Forget a capture that has ended."""
        if self.capture is capture:
            self.capture = None

    def _register(self) -> None:
        os.register_at_fork(before=self._park, after_in_parent=self._unpark, after_in_child=self._unpark)
        atexit.register(self._stop)  # the run may be in a thread that the end of the program cuts off
        self._is_registered = True

    def _stop(self) -> None:
        if self.capture is not None:
            self.capture.stop()

    def can_start(self) -> bool:
        """Tell whether the standard streams are those of the descriptors, and nobody holds them."""
        return self.capture is None and all(
            get_number(getattr(sys, name)) == number for name, number in _DESCRIPTORS.items()
        )

    def _park(self) -> None:
        """Wait until the thread holds no lock of a stream: the child would inherit it locked for ever."""
        if self.capture is not None:
            self.capture.lock.acquire()
            self._parked.append(self.capture)

    def _unpark(self) -> None:
        if self._parked:
            self._parked.pop().lock.release()


_owner = _Owner()

# what the running code is in: only code of the run that holds the descriptors can have a run within that run
_holder: ContextVar[DescriptorCapture | None] = ContextVar("sacred_descriptors", default=None)


def can_capture_descriptors() -> bool:
    """Tell whether mode ``fd`` would work here and now."""
    return os.name == "posix" and (_owner.can_start() or _find_outer() is not None)


def _find_outer() -> DescriptorCapture | None:
    holder = _holder.get()
    return holder if holder is not None and holder is _owner.capture and holder.merged is not None else None


def capture_descriptors(near: str | None) -> Capture | None:
    """Take what goes to the descriptors; None where that can't be (a notebook, pytest, runs side by side).

    Args:
        near: where files will probably get their names.
    """
    if os.name != "posix":
        return None
    outer = _find_outer()
    if outer is not None and outer.merged is not None:
        return NestedCapture(outer, outer.merged)
    capture = _owner.start(near)
    if capture is not None:
        _holder.set(capture)
    return capture
