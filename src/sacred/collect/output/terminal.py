"""While the descriptors are a file, the terminal is still there for who asks: size, prompts, debuggers."""

import builtins
import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from types import FrameType
from typing import Any, Protocol


class Pausable(Protocol):
    """What can give the descriptors back for a while."""

    def pause(self) -> AbstractContextManager[None]:
        """Give them back while a block runs."""

    def note(self, text: str) -> None:
        """Put into the record what was shown on the terminal meanwhile."""


class Imitation:
    """Lets streams, ``os.get_terminal_size``, ``input`` and debuggers behave as on the terminal.

    Args:
        streams: standard output and standard error.
        saved: where their descriptors pointed.
        capture: who has the descriptors.
    """

    def __init__(self, streams: list[Any], saved: Iterable[int], capture: Pausable) -> None:
        self._capture = capture
        self._undo: list[Callable[[], None]] = []
        self._debugging: AbstractContextManager[None] | None = None
        terminals = {number: one for number, one in enumerate(saved, 1) if os.isatty(one)}
        for number in terminals:
            self._replace(streams[number - 1], "isatty", lambda: True)
        self._has_terminal = bool(terminals)
        if terminals:
            ask, read = os.get_terminal_size, builtins.input

            def get_terminal_size(fd: int = 1, /) -> os.terminal_size:
                return ask(terminals.get(fd, fd))

            def ask_user(prompt: object = "", /) -> str:
                return self._ask_user(read, prompt)

            self._replace(os, "get_terminal_size", get_terminal_size)
            self._replace(builtins, "input", ask_user)

    def _ask_user(self, read: Callable[[object], str], prompt: object) -> str:
        """Read a line as on the terminal: the prompt at once, and with its keys for editing."""
        if not _is_terminal(sys.stdin):
            return read(prompt)
        with self._capture.pause():
            line = read(prompt)
            if self._debugging is None:
                self._capture.note(f"{prompt}\n")
        return line

    def look(self) -> None:
        """Give the descriptors back as long as somebody works in a debugger: it may use the whole screen."""
        if not self._has_terminal or (self._debugging is None and "bdb" not in sys.modules):
            return
        is_debugged = any(map(_is_debugged, list(sys._current_frames().values())))  # noqa: SLF001 - the only way
        if is_debugged and self._debugging is None:
            self._debugging = self._capture.pause()
            self._debugging.__enter__()
        elif not is_debugged:
            self._leave_debugger()

    def _leave_debugger(self) -> None:
        debugging, self._debugging = self._debugging, None
        if debugging is not None:
            debugging.__exit__(None, None, None)

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


def _is_debugged(frame: FrameType | None) -> bool:
    while frame is not None:
        debugger = getattr(frame.f_trace, "__self__", None)
        if isinstance(debugger, sys.modules["bdb"].Bdb):
            # frames keep its trace when it has let go: it wants to stop at no line (-1) and has no breakpoints
            return debugger.stoplineno != -1 or bool(debugger.breaks)
        frame = frame.f_back
    return False


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False
