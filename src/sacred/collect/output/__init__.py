"""What a run prints: captured while it still reaches the terminal.

Three modes behind one interface: ``fd`` takes what anybody writes to the descriptors 1 and 2, ``sys`` what
Python code prints, ``no`` nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from sacred.collect.output.capture import Capture
from sacred.collect.output.captured import CapturedStdout
from sacred.collect.output.owner import can_capture_descriptors, capture_descriptors
from sacred.collect.output.stream import StreamCapture, TeeingStreamProxy, flush
from sacred.errors import SettingError
from sacred.settings import SETTINGS
from sacred.support.text import format_close

__all__ = [
    "Capture",
    "CapturedStdout",
    "TeeingStreamProxy",
    "flush",
    "get_stdcapturer",
    "no_tee",
    "start_capture",
    "tee_output_fd",
    "tee_output_python",
]

Capturer = Callable[[], AbstractContextManager[CapturedStdout]]

_MODES = ("fd", "sys", "no")


def start_capture(mode: str | None = None, near: str | None = None) -> Capture:
    """Begin to take the output, until the capture is stopped.

    Args:
        mode: as for :func:`get_stdcapturer`.
        near: the folder that the files will probably get their names in.

    Raises:
        SettingError: there is no such mode.
    """
    chosen = _choose_mode(mode)
    capture = _try_descriptors(near) if chosen == "fd" else None
    try:
        if capture is None:
            capture = Capture() if chosen == "no" else StreamCapture(near)
    except OSError as error:
        capture = Capture(gap=f"there is no place for it: {error.strerror or error}")
    capture.begin()
    return capture


def _try_descriptors(near: str | None) -> Capture | None:
    try:
        return capture_descriptors(near)
    except OSError:  # no more threads, or no place: what Python prints may still be taken
        return None


def _choose_mode(mode: str | None) -> str:
    chosen = SETTINGS.CAPTURE_MODE if mode is None else mode
    if chosen not in _MODES:
        raise SettingError(
            f"Unknown capture mode {chosen!r}{format_close(str(chosen), _MODES)}; "
            f"it is one of {', '.join(sorted(_MODES))}",
            print_traceback=False,
        )
    return str(chosen)


def get_stdcapturer(mode: str | None = None) -> tuple[str, Capturer]:
    """Return the mode that will be used, and a function that makes the context manager for it.

    Args:
        mode: ``fd``, ``sys`` or ``no``; default: ``SETTINGS.CAPTURE_MODE``. Where ``fd`` can't work (a
            notebook, pytest, a capture that is already on) it becomes ``sys``.

    Raises:
        SettingError: there is no such mode.
    """
    chosen = _choose_mode(mode)
    if chosen == "fd" and not can_capture_descriptors():
        chosen = "sys"
    return chosen, {"fd": tee_output_fd, "sys": tee_output_python, "no": no_tee}[chosen]


@contextmanager
def _capture(start: Callable[[], Capture]) -> Iterator[CapturedStdout]:
    captured = CapturedStdout(start())
    try:
        yield captured
    finally:
        captured.finalize()


def tee_output_fd() -> AbstractContextManager[CapturedStdout]:
    """Capture everything written to the descriptors 1 and 2 while the block runs.

    Where that can't be (a notebook, pytest), what Python code prints.
    """
    return _capture(partial(start_capture, "fd"))


def tee_output_python() -> AbstractContextManager[CapturedStdout]:
    """Capture what Python code prints while the block runs.

    Captures can be in each other: the outer one has the inner one's text as well.
    """
    return _capture(partial(start_capture, "sys"))


def no_tee() -> AbstractContextManager[CapturedStdout]:
    """Capture nothing."""
    return _capture(partial(start_capture, "no"))
