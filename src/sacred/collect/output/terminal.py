"""While the descriptors are a file, the terminal is still there for who asks: size, prompts, debuggers."""

import builtins
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import FrameType
from typing import Any

Pause = Callable[[], AbstractContextManager[Callable[[bytes], None]]]


class Imitation:
    """Lets streams, ``os.get_terminal_size``, ``input`` and ``breakpoint`` behave as on the terminal.

    Args:
        streams: standard output and standard error.
        saved: where their descriptors pointed.
        pause: gives the descriptors back while a block runs.
    """

    def __init__(self, streams: list[Any], saved: list[int], pause: Pause) -> None:
        self._undo: list[Callable[[], None]] = []
        self._pause = pause
        self._debugger: _Debugger | None = None
        terminals = {number: saved[number - 1] for number in (1, 2) if os.isatty(saved[number - 1])}
        for number, stream in enumerate(streams, 1):
            if number in terminals:
                self._replace(stream, "isatty", lambda: True)
        if not terminals:
            return
        ask, read, stop = os.get_terminal_size, builtins.input, sys.breakpointhook

        def get_terminal_size(fd: int = 1, /) -> os.terminal_size:
            return ask(terminals.get(fd, fd))

        def input(prompt: object = "", /) -> str:  # noqa: A001 - it takes its place
            if not _is_terminal(sys.stdin):
                return read(prompt)
            with self._pause() as note:
                line = read(prompt)
                with contextlib.suppress(OSError):
                    note(f"{prompt}\n".encode("utf-8", "backslashreplace"))
            return line

        def breakpointhook(*args: Any, **kwargs: Any) -> Any:
            if self._debugger is None:
                self._debugger = _Debugger(self._pause())
            return stop(*args, **kwargs)

        self._replace(os, "get_terminal_size", get_terminal_size)
        self._replace(builtins, "input", input)
        self._replace(sys, "breakpointhook", breakpointhook)

    def look(self) -> None:
        """Go on when a debugger has let go."""
        if self._debugger is not None and self._debugger.has_let_go():
            self._leave_debugger()

    def _leave_debugger(self) -> None:
        debugger, self._debugger = self._debugger, None
        if debugger is not None:
            debugger.leave()

    def end(self) -> None:
        """Put everything back."""
        self._leave_debugger()
        for undo in self._undo:
            undo()
        self._undo.clear()

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


class _Debugger:
    """The time from ``breakpoint()`` until no frame of that thread is traced that was not before."""

    def __init__(self, pause: AbstractContextManager[Any]) -> None:
        self._thread = threading.get_ident()
        self._before = list(_iter_traces(sys._getframe(1)))  # noqa: SLF001 - the public way takes 10 ms to import
        self._pause = pause
        pause.__enter__()

    def has_let_go(self) -> bool:
        """Tell whether the debugger traces no more."""
        frame = sys._current_frames().get(self._thread)  # noqa: SLF001 - there is no other way
        return all(trace in self._before for trace in _iter_traces(frame))

    def leave(self) -> None:
        """Take the output again."""
        self._pause.__exit__(None, None, None)


def _iter_traces(frame: FrameType | None) -> Iterator[Any]:
    while frame is not None:
        if frame.f_trace is not None:
            yield frame.f_trace
        frame = frame.f_back


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False
