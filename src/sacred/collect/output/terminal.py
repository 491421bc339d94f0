"""While the descriptors are a file, the terminal is still there for who asks: size, prompts, debuggers."""

import builtins
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any, NoReturn, Protocol

_EXIT_SECONDS = 1.0  # for a terminal that takes nothing just now
_PDB = ("", "0", "pdb.set_trace")


class Holder(Protocol):
    """Who holds the descriptors."""

    def pass_on(self, seconds: float | None = None) -> bool:
        """Let the terminal have what is in the files."""

    def suspend(self) -> None:
        """Let the descriptors point at the terminal, which has everything so far."""

    def resume(self, note: bytes = b"") -> None:
        """Let them point at the files again, and append what the terminal showed meanwhile."""


class Imitation:
    """Lets streams and some functions of Python behave as on the terminal.

    These are ``os.get_terminal_size``, ``os._exit``, ``input`` and ``breakpoint``.

    Args:
        holder: who holds the descriptors.
        streams: standard output and standard error.
        saved: where their descriptors pointed.
    """

    def __init__(self, holder: Holder, streams: Sequence[Any], saved: Sequence[int]) -> None:
        self._undo: list[Callable[[], None]] = []
        self._hook: _BreakpointHook | None = None
        self._terminals = terminals = {number: old for number, old in enumerate(saved, 1) if os.isatty(old)}
        for number in terminals:
            self._replace(streams[number - 1], "isatty", lambda: True)
        self._replace(os, "_exit", _make_exit(holder))
        if terminals:
            self._replace(os, "get_terminal_size", _make_size(terminals))
        if 1 in terminals:
            self._replace(builtins, "input", _make_input(holder))
            self._hook = _BreakpointHook(holder)
            self._replace(sys, "breakpointhook", self._hook)

    def look(self) -> None:
        """See whether a debugger needs the terminal; to be called now and again."""
        if self._hook is not None:
            self._hook.look()

    def end(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()
        self._terminals.clear()  # who has kept `get_terminal_size` asks for the descriptors themselves again

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


def _make_exit(holder: Holder) -> Callable[[int], NoReturn]:
    """Return an ``os._exit`` that does not leave the terminal without the last lines."""
    leave = os._exit

    def exit_at_once(status: int) -> NoReturn:
        holder.pass_on(_EXIT_SECONDS)
        leave(status)

    return exit_at_once


def _make_size(terminals: dict[int, int]) -> Callable[..., os.terminal_size]:
    ask = os.get_terminal_size

    def get_terminal_size(fd: int = 1, /) -> os.terminal_size:
        return ask(terminals.get(fd, fd))

    return get_terminal_size


def _make_input(holder: Holder) -> Callable[..., str]:
    """Return an ``input`` that talks to the terminal; so does ``pdb``, which asks with it."""
    read = builtins.input

    def input_on_terminal(prompt: object = "", /) -> str:
        if not _is_terminal(sys.stdin):
            return read(prompt)
        holder.suspend()
        try:
            return read(prompt)
        finally:
            holder.resume(f"{prompt}\n".encode("utf-8", "backslashreplace"))

    return input_on_terminal


class _BreakpointHook:
    """Takes the place of ``sys.breakpointhook``: debuggers with screens of their own get the terminal.

    They have it until they let go. ``pdb`` needs nothing: it prints as all do, and asks with ``input``.
    """

    def __init__(self, holder: Holder) -> None:
        self._holder = holder
        self._original = sys.breakpointhook
        self._calls: list[_Call] = []
        self._is_suspended = False
        self._lock = threading.RLock()

    @property
    def __call__(self) -> Callable[..., Any]:
        """What is called in place of this.

        A property and no method: so no frame of ours is between the debugger and the user's, where it is to
        stop.
        """
        is_usual = self._original is sys.__breakpointhook__
        if not is_usual or os.environ.get("PYTHONBREAKPOINT", "") not in _PDB:
            with self._lock:
                self._calls.append(_Call(sys._getframe(1)))  # noqa: SLF001 - `inspect` takes 10 ms to import
                self.look()
        return self._original

    def look(self) -> None:
        """Let the holder go on if debuggers have let go; stop it if one was called in another way."""
        with self._lock:
            self._calls = [call for call in self._calls if call.lasts()]
            is_wanted = bool(self._calls) or ("bdb" in sys.modules and _is_any_debugged())
            if is_wanted and not self._is_suspended:
                self._holder.suspend()
            elif self._is_suspended and not is_wanted:
                self._holder.resume()
            self._is_suspended = is_wanted


class _Call:
    """A call of ``breakpoint()``."""

    def __init__(self, frame: FrameType) -> None:
        self._thread = threading.get_ident()
        self._frame = frame
        self._instruction = frame.f_lasti

    def lasts(self) -> bool:
        """Tell whether it has not yet returned."""
        top = sys._current_frames().get(self._thread)  # noqa: SLF001 - the only way
        return self._frame in _iter_frames(top) and self._frame.f_lasti == self._instruction


def _iter_frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_any_debugged() -> bool:
    tops = list(sys._current_frames().values())  # noqa: SLF001 - the only way
    return any(
        _has_screen(getattr(frame.f_trace, "__self__", None)) for top in tops for frame in _iter_frames(top)
    )


def _has_screen(debugger: object) -> bool:
    """Tell whether this is a debugger with a screen of its own that has not let go."""
    if not isinstance(debugger, sys.modules["bdb"].Bdb) or type(debugger).__module__ == "pdb":
        return False
    # frames keep its trace when it has let go: it wants to stop at no line (-1), and has no breakpoints
    return debugger.stoplineno != -1 or bool(debugger.breaks)


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # there is none, or it is closed
        return False
