"""What all ways of capturing have in common, and which captures the running code is in."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar

from sacred.support.spool import Spool


class Capture:
    """Takes the output of a run until it is stopped; this one, of mode ``no``, takes nothing.

    Attributes:
        mode: ``fd``, ``sys`` or ``no``.
        spools: what is to get a name in the run's folder; none in mode ``no``. The first one has all of the
            output. Where standard output and standard error go to two places two follow, with what went to
            each, and the owner of the capture puts them together in the first.
        merged: all of the output, if any is taken.
        outer: of a run within the run that holds the descriptors: what has that one's output, and where this
            one's begins in it. The owner of the capture copies it from there to the only spool.
        on_tick: called every 50 ms at most, when there may be something new, by captures that have a thread.
        gap: why some of the output was not captured, if so.
        is_over: it has been stopped.
    """

    mode = "no"

    def __init__(
        self, spools: Sequence[Spool] = (), outer: tuple[Spool, int] | None = None, gap: str = ""
    ) -> None:
        self.spools = list(spools)
        self.merged = self.spools[0] if self.spools else None
        self.outer = outer
        self.on_tick: Callable[[], object] | None = None
        self.gap = gap
        self.root = self
        self.is_over = False

    def flush(self) -> None:
        """Bring in what still waits in streams."""

    def settle(self, paths: Sequence[str]) -> None:
        """Give the spools names, in their order, as far as there are names.

        Raises:
            OSError: there can't be such a file.
        """
        for spool, path in zip(self.spools, paths, strict=False):
            spool.settle(path)
            spool.follow()

    def begin(self) -> None:
        """Let the running code be in this capture."""
        within = find_captures()
        self.root = within[0].root if within else self
        _active.append(self)
        _current.set((*within, self))

    def stop(self) -> None:
        """End the capture. Twice does no harm."""
        if self.is_over:
            return
        self.is_over = True
        try:
            self._release()
        finally:
            _active.remove(self)
            _current.set(find_captures())
            self.on_tick, self.merged, self.spools = None, None, []  # who still needs the files holds them

    def _release(self) -> None:
        """Let go of what is captured."""

    def is_addressed(self) -> bool:
        """Tell whether the running code is in this capture.

        Threads forget what they are in: if there is only one, it is that. Those in each other count as one.
        """
        within = _current.get()
        if within:
            return self in within
        return all(capture.root is self.root for capture in _active)


_active: list[Capture] = []
_current: ContextVar[tuple[Capture, ...]] = ContextVar("sacred_captures", default=())


def find_captures() -> tuple[Capture, ...]:
    """Return the captures that the running code is in, from the outside to the inside."""
    return tuple(capture for capture in _current.get() if capture in _active)
