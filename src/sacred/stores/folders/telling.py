"""Saying on a terminal how far a long look at a store is."""

import contextlib
import logging
import sys
from time import monotonic

LOGGER = logging.getLogger("sacred")

FIRST_SECONDS = 1.0
"""What takes no longer is not worth a line."""
_NEXT_SECONDS = 0.2
_WIDTH = 30


class Telling:
    """A bar on standard error, if that is a terminal and the work takes more than a second.

    Args:
        what: the work, such as ``Looking at 10,000 runs``.
        total: how many steps it has.
    """

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = max(1, total)
        self._done = 0
        self._due = monotonic() + FIRST_SECONDS
        self._is_shown = False

    def advance(self) -> None:
        """Note that one more step is done."""
        self._done += 1
        moment = monotonic()
        if moment < self._due:
            return
        self._due = moment + _NEXT_SECONDS
        if not self._is_shown:
            LOGGER.debug("%s", self._what)
        filled = min(_WIDTH, self._done * _WIDTH // self._total)
        share = min(100, self._done * 100 // self._total)
        self._write(f"\r{self._what} [{'#' * filled}{'.' * (_WIDTH - filled)}] {share} %")

    def finish(self) -> None:
        """Take the bar away."""
        if self._is_shown:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        with contextlib.suppress(AttributeError, OSError, ValueError):  # replaced, or closed
            if sys.stderr.isatty():
                sys.stderr.write(text)
                sys.stderr.flush()
                self._is_shown = True
