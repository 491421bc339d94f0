"""Growing files put together as one."""

import codecs
import os
from collections.abc import Callable, Sequence

from sacred.support.spool import Spool, Tail


class Merger:
    """Appends what comes to some files to another one, whole lines first and whole characters always.

    Nobody can tell in which order it came to several files since the last call.

    Args:
        sources: where it comes to, the one that goes first before the others.
        merged: what it is appended to; nobody else writes there.
    """

    def __init__(self, sources: Sequence[Tail], merged: Spool) -> None:
        self.merged = merged
        self._sources = sources
        self._size = 0

    @property
    def positions(self) -> tuple[int, ...]:
        """How many bytes of each file have been put together, and last how many that made."""
        return (*(source.position for source in self._sources), self._size)

    def merge(self, is_last: bool = False) -> bool:
        """Append what is new; tell whether there was anything.

        Args:
            is_last: nothing will follow, so that an incomplete character does not wait for its rest.

        Raises:
            OSError: the disk is full; the next call tries it again.
        """
        before = self._size
        while any(self._take(source, _find_line_end) for source in self._sources):
            pass
        for source in self._sources:
            while self._take(source, len if is_last else find_character_end):
                pass
        return self._size > before

    def _take(self, source: Tail, find_end: Callable[[bytes], int]) -> bool:
        data = source.peek()
        data = data[: find_end(data)]
        if not data:
            return False
        if self.merged.get_size() != self._size:  # an earlier attempt failed half-way
            os.ftruncate(self.merged.descriptor, self._size)
        self.merged.append(data)
        source.position += len(data)
        self._size += len(data)
        return True


def _find_line_end(data: bytes) -> int:
    return data.rfind(b"\n") + 1


def find_character_end(data: bytes) -> int:
    """Return where the last complete UTF-8 character ends; a byte that can't be of one counts as complete."""
    last = data[-4:]  # no character is longer
    return len(data) - len(last) + codecs.utf_8_decode(last, "replace", False)[1]
