"""Mode ``fd``: everything written to the descriptors 1 and 2, by Python, by C code, by child processes.

Both point at a file while the capture lasts, and a thread passes on what is new to where they pointed
before. Unlike a pipe, a file never makes a writer wait, and needs no reader: nothing can deadlock.
"""

import atexit
import codecs
import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from sacred.collect.output.buffer import CapturedStdout, Spool, Tail, write_all
from sacred.collect.output.stream import flush, flush_quietly, tee_output_python

INTERVAL_SECONDS = 0.05
_LEAST_ROOM_BYTES = 16 << 20
_DESCRIPTORS = {"stdout": 1, "stderr": 2}

_logger = logging.getLogger(__name__)


class _Channel:
    """One target of output: the file that receives it now, and how much of it has been passed on."""

    def __init__(self, target: int) -> None:
        self.spool = Spool()
        self._target: int | None = target
        self._unsent = Tail(self.spool.descriptor)
        self._unmerged = Tail(self.spool.descriptor)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def forward(self) -> None:
        """Pass on what is new; a terminal that is gone ends only this."""
        while self._target is not None and (data := self._unsent.read()):
            try:
                write_all(self._target, data)
            except OSError:
                self._target = None

    def merge_into(self, spool: Spool) -> None:
        """Append what is new to the file of all channels, whole characters only."""
        while data := self._unmerged.read():
            spool.write(self._decoder.decode(data))


class DescriptorCapture:
    """Holds descriptors 1 and 2 of this process from its construction until :meth:`stop`.

    Raises:
        OSError: a descriptor is closed, or there is no place for the file; nothing has changed then.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()  # held while streams are flushed or text moves; forks wait for it
        self._process = os.getpid()
        self._streams = [getattr(sys, name) for name in _DESCRIPTORS]
        self._undo: list[Callable[[], None]] = []
        self._is_given_back = False
        flush()
        one_target = os.path.samestat(os.fstat(1), os.fstat(2))
        self._saved = [os.dup(descriptor) for descriptor in _DESCRIPTORS.values()]
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True, name="sacred-output")
        try:
            self._channels = [_Channel(self._saved[0])]
            if not one_target:
                self._channels.append(_Channel(self._saved[1]))
            self._merged = self._channels[0].spool if one_target else Spool()
            self._thread.start()
        except (OSError, RuntimeError) as error:  # no place for a file, or no more threads
            self._close_saved()
            raise OSError(str(error)) from error
        self._imitate_terminal()
        for channel, descriptor in zip((self._channels * 2)[:2], _DESCRIPTORS.values(), strict=True):
            os.dup2(channel.spool.descriptor, descriptor)

    def _work(self) -> None:
        while not self._end.wait(INTERVAL_SECONDS):
            with contextlib.suppress(OSError):
                self._move()

    def _move(self) -> None:
        with self.lock:
            for stream in self._streams:
                flush_quietly(stream)
            self._merge()
        for channel in self._channels:
            channel.forward()
        if not self._has_room():
            self._give_back()
            _logger.warning("Output is no longer captured: the disk for temporary files is full")

    def _has_room(self) -> bool:
        """Tell whether the disk has room left: on a full one the user's own ``print`` would fail."""
        if self._is_given_back:
            return True
        disk = os.fstatvfs(self._merged.descriptor)
        return disk.f_bavail * disk.f_frsize >= _LEAST_ROOM_BYTES

    def _give_back(self) -> None:
        """Let the descriptors point where they did."""
        self._is_given_back = True
        for saved, descriptor in zip(self._saved, _DESCRIPTORS.values(), strict=True):
            os.dup2(saved, descriptor)

    def _merge(self) -> None:
        if len(self._channels) > 1:
            for channel in self._channels:
                channel.merge_into(self._merged)

    def read_new(self) -> str:
        """Return what has come since the last call."""
        with self.lock:
            with contextlib.suppress(OSError):  # a full disk: what is there is still read
                self._merge()
            return self._merged.read_new()

    def flush(self) -> None:
        """Bring in what still waits in streams."""
        with self.lock:
            flush()

    def close(self) -> None:
        """Give the files back to the system."""
        for channel in self._channels:
            channel.spool.close()
        self._merged.close()

    def stop(self) -> None:
        """Give the descriptors back, after everything has been passed on."""
        with self.lock:
            flush()
            if not self._is_given_back:
                self._give_back()
            for undo in self._undo:
                undo()
        if os.getpid() == self._process:  # a forked child has no thread, and forwards nothing
            self._end.set()
            self._thread.join()
            with self.lock, contextlib.suppress(OSError):
                self._merge()
            for channel in self._channels:
                channel.forward()
        self._close_saved()

    def _close_saved(self) -> None:
        for descriptor in self._saved:
            os.close(descriptor)

    def _imitate_terminal(self) -> None:
        """Let streams and ``os.get_terminal_size`` speak of the terminal, though there is a file now."""
        terminals = {}
        for stream, saved, descriptor in zip(self._streams, self._saved, _DESCRIPTORS.values(), strict=True):
            if os.isatty(saved):
                terminals[descriptor] = saved
                self._replace(stream, "isatty", lambda: True)
        if terminals:
            ask = os.get_terminal_size

            def get_terminal_size(fd: int = 1, /) -> os.terminal_size:
                return ask(terminals.get(fd, fd))

            self._replace(os, "get_terminal_size", get_terminal_size)

    def _replace(self, owner: Any, name: str, value: object) -> None:
        had = name in vars(owner)
        original = getattr(owner, name)

        def undo() -> None:
            if vars(owner).get(name) is not value:
                return  # somebody else's by now
            if had:
                setattr(owner, name, original)
            else:
                delattr(owner, name)

        with contextlib.suppress(AttributeError, TypeError):
            setattr(owner, name, value)
            self._undo.append(undo)


class _Owner:
    """Who holds the descriptors: they belong to the process, so one capture at most."""

    def __init__(self) -> None:
        self.capture: DescriptorCapture | None = None
        self._lock = threading.Lock()
        self._parked: list[DescriptorCapture] = []
        self._is_registered = False

    def start(self) -> DescriptorCapture | None:
        """Return a new capture; None where output does not go through the descriptors, or they are taken."""
        with self._lock:
            if not self.can_start():
                return None
            if not self._is_registered:
                self._register()
            try:
                self.capture = DescriptorCapture()
            except OSError:
                return None
            return self.capture

    def _register(self) -> None:
        os.register_at_fork(before=self._park, after_in_parent=self._release, after_in_child=self._release)
        atexit.register(self.stop)  # the run may be in a thread that the end of the program cuts off
        self._is_registered = True

    def stop(self) -> None:
        """Stop the capture that is on."""
        if self.capture is not None:
            self.capture.stop()
            self.capture = None

    def can_start(self) -> bool:
        """Tell whether the standard streams are those of the descriptors, and nobody holds them."""
        return self.capture is None and all(
            _get_number(getattr(sys, name)) == number for name, number in _DESCRIPTORS.items()
        )

    def _park(self) -> None:
        """Wait until the thread holds no lock of a stream: the child would inherit it locked for ever."""
        if self.capture is not None:
            self.capture.lock.acquire()
            self._parked.append(self.capture)

    def _release(self) -> None:
        if self._parked:
            self._parked.pop().lock.release()


_owner = _Owner()


def _get_number(stream: Any) -> int | None:
    try:
        number = stream.fileno()
        os.fstat(number)
    except (AttributeError, OSError, ValueError):  # replaced, closed, or without a descriptor
        return None
    return int(number)


def can_capture_descriptors() -> bool:
    """Tell whether mode ``fd`` would work here and now."""
    return os.name == "posix" and _owner.can_start()


@contextlib.contextmanager
def tee_output_fd() -> Iterator[CapturedStdout]:
    """Capture everything written to the descriptors 1 and 2 while the block runs.

    Where that can't be (a notebook, pytest, a capture that is already on), what Python code prints.
    """
    capture = _owner.start() if os.name == "posix" else None
    if capture is None:
        with tee_output_python() as captured:
            yield captured
        return
    captured = CapturedStdout(capture)
    try:
        yield captured
    finally:
        _owner.stop()
        captured.finalize()
