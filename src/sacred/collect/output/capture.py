"""What all ways of capturing have in common."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from sacred.support.spool import Spool


class Capture:
    """Takes the output of a run; this one takes nothing.

    Attributes:
        mode: ``fd``, ``sys`` or ``no``.
        spools: what the output goes to: nothing, one file, or those of standard output and standard error.
        outer: in a run within a run the outer one's file, and where this one's output begins in it.
        merged: all of the output in one file, if whoever has the capture makes one.
        on_tick: called every 50 ms by captures that have a thread, after something may have come.
        gap: why something is missing, if so.
    """

    mode = "no"

    def __init__(self, spools: Sequence[Spool] = (), outer: tuple[Spool, int] | None = None) -> None:
        self.spools = list(spools)
        self.outer = outer
        self.merged: Spool | None = self.spools[0] if len(self.spools) == 1 else None
        self.on_tick: Callable[[], object] | None = None
        self.gap = ""

    def flush(self) -> None:
        """Bring in what still waits in streams."""

    def settle(self, paths: Sequence[str]) -> None:
        """Give the files their names.

        Raises:
            OSError: there can't be such a file.
        """
        for spool, path in zip(self.spools, paths, strict=False):
            spool.settle(path)

    def stop(self) -> None:
        """End the capture. Twice does no harm."""


def get_number(stream: Any) -> int | None:
    """Return the descriptor of a stream; None if it is replaced, closed, or has none."""
    try:
        number = stream.fileno()
        os.fstat(number)
    except (AttributeError, OSError, ValueError):
        return None
    return int(number)
