"""A thread that looks at the machine at regular intervals, for all runs of this process.

It holds no lock while it reads, apart from one that a fork waits for, so what hangs in the kernel or in a
driver hangs nobody else.
"""

import os
import threading
from collections.abc import Callable
from time import monotonic, thread_time
from typing import Protocol

from sacred.collect.usage.reading import AbsentError, Reading

SHORTEST_SECONDS = 0.1
FIRST_SECONDS = 0.1
"""From the reading that percentages begin with to the first sample."""
COST_SECONDS = 0.02
"""Processor time of a sample from which on they become rarer: 0.2 % of a core at one in ten seconds."""
_FORK_SECONDS = 0.5


class Source(Protocol):
    """Something that can be read."""

    def read(self) -> Reading:
        """Return what is seen now."""

    def close(self) -> None:
        """Let go of it."""


class Listener(Protocol):
    """A run that wants to know; its methods are called by the thread, and raise nothing.

    One call may still come after it has left.

    Attributes:
        interval: seconds between two samples.
    """

    interval: float

    def begin(self, reading: Reading) -> None:
        """Note what there was before the first sample."""

    def take(self, reading: Reading) -> None:
        """Take in a sample."""

    def fail(self, part: str, reason: str) -> None:
        """Note that there won't be any."""

    def abandon(self) -> None:
        """Let go of everything in a forked child."""


class Sampler:
    """Reads one source for all listeners. Its thread lives while there are any.

    Args:
        name: of what is read, in notes and for the thread.
        open_source: makes the source, in the thread. If it fails, nobody ever gets a sample, which is noted
            unless it is an AbsentError or ImportError.
    """

    def __init__(self, name: str, open_source: Callable[[], Source]) -> None:
        self._name = name
        self._open_source = open_source
        self._is_absent = False
        self._listeners: list[Listener] = []
        self._forget()
        _samplers.append(self)

    def _forget(self) -> None:
        self._changed = threading.Condition()
        self._busy = threading.Lock()
        self._new: list[Listener] = []
        self._leaving: list[tuple[Listener, threading.Event]] = []
        self._listeners = []
        self._thread: threading.Thread | None = None
        self._due = 0.0
        self._is_hung = self._is_parked = False

    def add(self, listener: Listener) -> None:
        """Let a run have samples, the first at once."""
        with self._changed:
            if self._is_absent:
                return
            self._new.append(listener)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=f"sacred-{self._name}", daemon=True)
                self._thread.start()
            self._changed.notify()

    def ask_last(self, listener: Listener) -> threading.Event:
        """Let a run have its last sample; return what is set when it has it, or can't have it."""
        done = threading.Event()
        with self._changed:
            if listener in self._new or listener in self._listeners:
                self._leaving.append((listener, done))
                self._changed.notify()
            else:
                done.set()
        return done

    def remove(self, listener: Listener, last: threading.Event, seconds: float) -> bool:
        """Wait for the last sample for some time, and give no more; return whether it came."""
        if not self._is_hung:  # else it has kept others waiting already
            last.wait(seconds)
        with self._changed:
            self._listeners = [one for one in self._listeners if one is not listener]
            self._new = [one for one in self._new if one is not listener]
            self._leaving = [each for each in self._leaving if each[0] is not listener]
            self._is_hung = not last.is_set()
            self._changed.notify()  # perhaps nobody listens any more
        return last.is_set()

    def _work(self) -> None:
        try:
            with self._busy:  # also while packages are loaded: a fork must not leave their locks held
                source = self._open_source()
            while self._wait():
                self._sample(source)
            with self._busy:
                source.close()
        except (AbsentError, ImportError):
            self._give_up(None)
        except Exception as error:  # noqa: BLE001 - a driver that is broken, or a fault of ours
            self._give_up(f"{type(error).__name__}: {error}")

    def _give_up(self, reason: str | None) -> None:
        """Let nobody wait any more, now or later; a reason is something to be noted."""
        with self._changed:
            self._is_absent = True
            listeners = [*self._listeners, *self._new]
            self._listeners, self._new = [], []
        for listener in listeners if reason else ():
            listener.fail(self._name, reason or "")
        with self._changed:
            for _, last in self._leaving:
                last.set()
            self._leaving = []

    def _wait(self) -> bool:
        """Wait until a sample is due; False if nobody wants any more."""
        with self._changed:
            while not (self._new or self._leaving):
                if not self._listeners:
                    self._thread = None
                    return False
                pause = self._due - monotonic()
                if pause <= 0:
                    break
                self._changed.wait(min(pause, threading.TIMEOUT_MAX))
            return True

    def _sample(self, source: Source) -> None:
        with self._changed:
            new, self._new = self._new, []
            leaving, self._leaving = self._leaving, []
            others = self._listeners if monotonic() >= self._due else []
            takers = [*others, *(one for one, _ in leaving if one not in others)]
            self._listeners = [*self._listeners, *new]
        started = thread_time()
        with self._busy:
            reading = source.read()
            for listener in new:
                listener.begin(reading)
            for listener in takers:
                listener.take(reading)
        for _, last in leaving:
            last.set()
        with self._changed:
            self._is_hung = False
            if new:
                self._due = monotonic() + FIRST_SECONDS
            elif others:
                self._due = monotonic() + self._find_pause(thread_time() - started)

    def _find_pause(self, cost: float) -> float:
        intervals = [listener.interval for listener in self._listeners]
        return max(SHORTEST_SECONDS, min(intervals, default=0.0)) * max(1.0, cost / COST_SECONDS)

    def park(self) -> None:
        """Wait until nothing is being read, before a fork: locks of packages would stay held in the child."""
        if not self._is_hung:
            self._is_parked = self._busy.acquire(timeout=_FORK_SECONDS)
            self._is_hung = not self._is_parked

    def unpark(self) -> None:
        """Undo :meth:`park`."""
        if self._is_parked:
            self._is_parked = False
            self._busy.release()

    def become_child(self) -> None:
        """Give no samples in a forked child: it is in its parent's tree."""
        listeners = [*self._listeners, *self._new]
        self._forget()
        for listener in listeners:
            listener.abandon()


_samplers: list[Sampler] = []


def _call_all(method: Callable[[Sampler], None]) -> Callable[[], None]:
    def call() -> None:
        for sampler in _samplers:
            method(sampler)

    return call


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=_call_all(Sampler.park),
        after_in_parent=_call_all(Sampler.unpark),
        after_in_child=_call_all(Sampler.become_child),
    )
