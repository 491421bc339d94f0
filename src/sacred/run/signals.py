"""SIGTERM ends a run as Ctrl-C does."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_process = 0  # the one whose run handles SIGTERM

EXIT_CODE = 128 + signal.SIGTERM
"""What shells report of a process that SIGTERM ended."""


class Terminated(KeyboardInterrupt):
    """SIGTERM came while a run was on: what catches Ctrl-C catches this."""


class TerminationExit(SystemExit):
    """The run that SIGTERM ended is recorded; now the process ends."""


@contextlib.contextmanager
def end_on_termination() -> Iterator[None]:
    """Let SIGTERM raise :class:`Terminated` while the block runs; a second one ends the process at once.

    Only in the main thread, where signals arrive, and only if nobody else handles it.

    Raises:
        TerminationExit: SIGTERM came and nobody caught it; its code is 143.
    """
    if not _is_free(signal.SIGTERM):
        yield
        return
    global _process  # noqa: PLW0603 -- a handler gets no arguments
    _process = os.getpid()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    except Terminated:
        raise TerminationExit(EXIT_CODE) from None
    finally:
        if signal.getsignal(signal.SIGTERM) is _terminate:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _is_free(number: signal.Signals) -> bool:
    in_main = threading.current_thread() is threading.main_thread()
    return in_main and signal.getsignal(number) is signal.SIG_DFL


def _terminate(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if os.getpid() != _process:  # a worker that C code has forked
        os.kill(os.getpid(), signal.SIGTERM)
        return
    raise Terminated


# A pool ends its forked workers by SIGTERM, and waits for their end. A handler in Python would not do there:
# a signal that comes just before the worker waits for work is handled only after that, and so never.

_masks: dict[int, set[int]] = {}


def _hold_signal() -> None:
    if signal.getsignal(signal.SIGTERM) is _terminate:
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        _masks[threading.get_ident()] = {int(number) for number in mask}


def _release_signal() -> None:
    mask = _masks.pop(threading.get_ident(), None)
    if mask is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _leave_signal() -> None:
    if signal.getsignal(signal.SIGTERM) is _terminate:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _release_signal()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=_hold_signal, after_in_parent=_release_signal, after_in_child=_leave_signal)
