"""Putting growing files together into one, at ends of lines where possible."""

import os

from sacred.support.spool import Spool, Tail

_MOST_PENDING_BYTES = 1 << 16


class Merger:
    """Appends what comes to some files to another one, which nobody else writes to.

    Lines stay whole, unless a part of one waits for the rest from one call to the next. A character of
    several bytes is never torn apart.

    Args:
        sources: where it comes to.
        target: what it is appended to.
    """

    def __init__(self, sources: list[Tail], target: Spool) -> None:
        self.target = target
        self._sources = [_Source(tail) for tail in sources]
        self._length = 0

    @property
    def positions(self) -> tuple[int, ...]:
        """How many bytes of each source have been put together, and how long the result is."""
        return (*(source.tail.position - len(source.waiting) for source in self._sources), self._length)

    def merge(self, is_last: bool = False) -> bool:
        """Append what is new; return whether something was appended.

        Args:
            is_last: nothing will follow: incomplete lines and characters are appended as they are.

        Raises:
            OSError: the disk is full; a later call appends what this one could not.
        """
        before = self._length
        has_more = True
        while has_more:
            found = [source.read() for source in self._sources]  # of every one
            has_more = any(found)
            for source in self._sources:
                self._append(source, source.count_ready(is_last))
        return self._length > before

    def _append(self, source: "_Source", count: int) -> None:
        if not count:
            return
        try:
            self.target.append(source.waiting[:count])
        except OSError:
            os.ftruncate(self.target.descriptor, self._length)  # a part of it may be there
            raise
        self._length += count
        source.waiting = source.waiting[count:]


class _Source:
    """One of the files, and what has been read of it and waits."""

    def __init__(self, tail: Tail) -> None:
        self.tail = tail
        self.waiting = b""
        self._has_new = False

    def read(self) -> bool:
        """Read a piece; tell whether there may be more."""
        if len(self.waiting) > _MOST_PENDING_BYTES:
            return False  # the disk is full: what is in the file need not be in memory
        data = self.tail.read()
        self.waiting += data
        self._has_new = bool(data)
        return self._has_new

    def count_ready(self, is_last: bool) -> int:
        """Return how much of it can be appended."""
        if is_last:
            return len(self.waiting)
        if not self._has_new or len(self.waiting) > _MOST_PENDING_BYTES:
            return find_end_of_characters(self.waiting)
        return max(self.waiting.rfind(b"\n"), self.waiting.rfind(b"\r")) + 1


def find_end_of_characters(data: bytes) -> int:
    """Return how long a piece of UTF-8 is without a character at its end that is not complete."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:  # the first byte of a character of 2, 3 or 4
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(data) - back if length > back else len(data)
        if byte < 0x80:
            break
    return len(data)
