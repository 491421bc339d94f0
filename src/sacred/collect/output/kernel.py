"""In the kernel of a notebook: what Python code prints, and what anybody writes to the descriptors 1 and 2.

There Python's standard streams are the kernel's own and send text to the cell, while a thread of the kernel
shows what comes to the descriptors. Both keep what they have: Python's text is copied on its way, and what
comes to the descriptors goes through a file to where it went before.
"""

import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING

from sacred.collect.output.forward import Forwarder
from sacred.collect.output.stream import StreamCapture, flush_quietly
from sacred.support.spool import Spool, Tail

if TYPE_CHECKING:
    from sacred.collect.output.capture import Capture

INTERVAL_SECONDS = 0.05


class KernelCapture(StreamCapture):
    """Takes all output of a kernel from its construction until it is stopped.

    The text of a child process is in the record before what Python prints after it.

    Args:
        near: where the file will probably get its name.

    Raises:
        OSError: a descriptor is closed, or there is no place for the files; nothing has changed then.
    """

    mode = "fd"

    def __init__(self, near: str | None = None) -> None:
        self.lock = threading.RLock()  # held while text moves; forks wait for it
        self.inner: list[Capture] = []
        self._process = os.getpid()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True, name="sacred-output")
        self._channels: list[_Channel] = _open_channels()
        super().__init__(near)
        self._spool = self.spools[0]
        for channel in self._channels:
            channel.take()
        try:
            self._thread.start()
        except RuntimeError as error:  # no more threads
            super()._release()
            self._give_back()
            raise OSError(str(error)) from error

    def catch_up(self) -> None:
        """Append what has come to the descriptors; a forked child leaves that to its parent."""
        if os.getpid() != self._process:
            return
        with self.lock:
            for channel in self._channels:
                try:
                    channel.copy_to(self._spool)
                except OSError as error:
                    self.gap = f"{error.strerror}: some of the output was not captured"

    def flush_streams(self) -> None:
        """Flush what Python's streams hold back, no more: it is quick."""
        flush_quietly(sys.stdout)
        flush_quietly(sys.stderr)

    def flush(self) -> None:
        """Bring in what still waits in streams and descriptors."""
        super().flush()
        self.catch_up()

    def _work(self) -> None:
        while not self._end.wait(INTERVAL_SECONDS):
            self.catch_up()
            self._pass_on(INTERVAL_SECONDS)
            for capture in (self, *self.inner):
                if capture.on_tick is not None:
                    capture.on_tick()

    def _pass_on(self, seconds: float | None = None) -> None:
        for channel in self._channels:
            channel.forward(seconds)

    def _give_back(self) -> None:
        for channel in self._channels:
            channel.give_back()

    def _release(self) -> None:
        super()._release()
        self._give_back()
        if os.getpid() != self._process:  # a forked child has no thread
            return
        self._end.set()
        self._thread.join()
        self.catch_up()
        self._pass_on()


class _Channel:
    """What comes to a descriptor, on its way into the record and to where the descriptor pointed before."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._spool = Spool()
        self._tail = Tail(self._spool)
        self._before = os.dup(number)
        self._forwarder = Forwarder(self._spool, self._before)

    def take(self) -> None:
        """Let the descriptor point at the file; what came since the last run is in no record."""
        self._tail.position = self._spool.get_size()
        os.dup2(self._spool.descriptor, self._number)

    def give_back(self) -> None:
        os.dup2(self._before, self._number)

    def copy_to(self, target: Spool) -> None:
        while data := self._tail.read():
            target.append(data)

    def forward(self, seconds: float | None) -> None:
        with contextlib.suppress(OSError):
            self._forwarder.forward(seconds)


_channels: list[_Channel] = []


def _open_channels() -> list[_Channel]:
    """Return the channels of this kernel, the same for all runs.

    Workers that a run has started (joblib keeps them) write to the file that they know, also in later runs.
    """
    if not _channels:
        _channels.extend([_Channel(1), _Channel(2)])
    return _channels
