"""What a run prints: captured while it still reaches the terminal.

Three modes behind one interface: ``fd`` takes what anybody writes to the descriptors 1 and 2, ``sys`` what
Python code prints, ``no`` nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sacred.collect.output.buffer import CapturedStdout, EmptyBuffer
from sacred.collect.output.descriptor import can_capture_descriptors, tee_output_fd
from sacred.collect.output.stream import TeeingStreamProxy, flush, tee_output_python
from sacred.errors import SettingError
from sacred.settings import SETTINGS
from sacred.support.text import format_close

__all__ = [
    "CapturedStdout",
    "TeeingStreamProxy",
    "flush",
    "get_stdcapturer",
    "no_tee",
    "tee_output_fd",
    "tee_output_python",
]

Capturer = Callable[[], AbstractContextManager[CapturedStdout]]


@contextmanager
def no_tee() -> Iterator[CapturedStdout]:
    """Capture nothing."""
    captured = CapturedStdout(EmptyBuffer())
    try:
        yield captured
    finally:
        captured.finalize()


_CAPTURERS: dict[str, Capturer] = {"fd": tee_output_fd, "sys": tee_output_python, "no": no_tee}


def get_stdcapturer(mode: str | None = None) -> tuple[str, Capturer]:
    """Return the mode that will be used, and a function that makes the context manager for it.

    Args:
        mode: ``fd``, ``sys`` or ``no``; default: ``SETTINGS.CAPTURE_MODE``. Where ``fd`` can't work (a
            notebook, pytest, a capture that is already on) it becomes ``sys``.

    Raises:
        SettingError: there is no such mode.
    """
    chosen = SETTINGS.CAPTURE_MODE if mode is None else mode
    if chosen not in _CAPTURERS:
        raise SettingError(
            f"Unknown capture mode {chosen!r}{format_close(str(chosen), _CAPTURERS)}; "
            f"it is one of {', '.join(sorted(_CAPTURERS))}",
            print_traceback=False,
        )
    if chosen == "fd" and not can_capture_descriptors():
        chosen = "sys"
    return chosen, _CAPTURERS[chosen]
