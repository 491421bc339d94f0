"""Who holds the descriptors: they belong to the process, so one capture at most."""

import atexit
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Union

from sacred.collect.output.capture import Capture, find_captures
from sacred.collect.output.descriptor import STREAM_NAMES, DescriptorCapture, InnerCapture

if TYPE_CHECKING:
    from sacred.collect.output.kernel import KernelCapture

Holding = Union[DescriptorCapture, "KernelCapture"]
_KERNEL_MODULE = "ipykernel.iostream"


class _Owner:
    def __init__(self) -> None:
        self.capture: Holding | None = None
        self._lock = threading.Lock()
        self._parked: list[Holding] = []
        self._is_registered = False

    def start(self, near: str | None) -> Holding | None:
        """Return a new capture; None where output does not go through the descriptors, or they are taken."""
        with self._lock:
            if not self.can_start():
                return None
            if not self._is_registered:
                self._register()
            self.capture = _choose_kind()(near)
            return self.capture

    def can_start(self) -> bool:
        """Tell whether nobody holds the descriptors, and the standard streams are theirs or a kernel's."""
        is_free = self.capture is None or self.capture.is_over
        return is_free and (_is_kernel() or _is_usual())

    def _register(self) -> None:
        os.register_at_fork(
            before=self._park, after_in_parent=self._unpark, after_in_child=self._unpark_in_child
        )
        atexit.register(self._stop)  # the run may be in a thread that the end of the program cuts off
        self._is_registered = True

    def _stop(self) -> None:
        if self.capture is not None:
            self.capture.stop()

    def _park(self) -> None:
        """Wait until the thread holds no lock of a stream: the child would inherit it locked for ever."""
        if self.capture is not None and not self.capture.is_over:
            self.capture.lock.acquire()
            self._parked.append(self.capture)
            self.capture.flush_streams()  # else the child would write what waits there once more

    def _unpark(self) -> None:
        if self._parked:
            self._parked.pop().lock.release()

    def _unpark_in_child(self) -> None:
        if self._parked:  # here is no thread that flushes streams, and pools end their workers at once
            from sacred.collect.output.worker import write_whole_lines

            write_whole_lines()
        self._unpark()


def _choose_kind() -> Callable[[str | None], Holding]:
    if not _is_kernel():
        return DescriptorCapture
    from sacred.collect.output.kernel import KernelCapture

    return KernelCapture


def _is_usual() -> bool:
    """Tell whether the standard streams are those of the descriptors."""
    return all(_get_number(getattr(sys, name)) == number for number, name in enumerate(STREAM_NAMES, 1))


def _is_kernel() -> bool:
    """Tell whether the standard streams are those of a notebook's kernel."""
    module = sys.modules.get(_KERNEL_MODULE)
    return module is not None and all(
        isinstance(getattr(sys, name), module.OutStream) for name in STREAM_NAMES
    )


_owner = _Owner()


def can_capture_descriptors() -> bool:
    """Tell whether mode ``fd`` would work here and now."""
    return os.name == "posix" and (_owner.can_start() or _owner.capture in find_captures())


def capture_descriptors(near: str | None = None) -> Capture | None:
    """Take what goes to the descriptors; None where that can't be (a notebook, pytest, runs side by side).

    Args:
        near: where the files will probably get their names.

    Raises:
        OSError: there is no place for them.
    """
    if os.name != "posix":
        return None
    holder = _owner.capture
    if holder is not None and holder in find_captures():
        return InnerCapture(holder, near)
    return _owner.start(near)


def _get_number(stream: Any) -> int | None:
    try:
        number = stream.fileno()
        os.fstat(number)
        return int(number)
    except Exception:  # noqa: BLE001 -- replaced, closed, without a descriptor, or an object that raises anything
        return None
