"""Saying how far a long piece of work is."""

import logging
from time import monotonic

LOGGER = logging.getLogger("sacred")

FIRST_SECONDS = 2.0
"""What is done by then is not worth a line."""
NEXT_SECONDS = 30.0

_UNIT = 1024


class Progress:
    """Logs a line when a piece of work takes long, and now and then another one.

    Args:
        what: the work, such as ``Copying "weights.pt"``.
        total: how many bytes there are, if that is known.
    """

    def __init__(self, what: str, total: int = 0) -> None:
        self.byte_count = 0
        self._what = what
        self._total = total
        self._started = monotonic()
        self._due = self._started + FIRST_SECONDS

    def advance(self, byte_count: int) -> None:
        """Note that so many more bytes are done."""
        self.byte_count += byte_count
        moment = monotonic()
        if moment >= self._due:
            self._due = moment + NEXT_SECONDS
            LOGGER.info("%s: %s", self._what, self._describe(moment - self._started))

    def _describe(self, elapsed: float) -> str:
        done = format_bytes(self.byte_count)
        if not self._total or not self.byte_count:
            return f"{done} so far"
        left = elapsed / self.byte_count * max(0, self._total - self.byte_count)
        share = min(1.0, self.byte_count / self._total)
        return f"{share:.0%} of {format_bytes(self._total)}, about {left:.0f} s left"


def format_bytes(count: float) -> str:
    """Return a number of bytes as text, such as ``1.5 GiB``."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < _UNIT:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= _UNIT
    return f"{count:.1f} TiB"
