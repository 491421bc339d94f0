"""The output of a run on its way into ``cout.txt``: put together, filtered, read back while it comes."""

import codecs
import contextlib
import json
import os
import struct
import threading
from collections.abc import Iterable, Sequence
from typing import Literal

from sacred.folder import layout
from sacred.support.files import write_atomically
from sacred.support.merging import Merger
from sacred.support.spool import Spool, Tail, TextTail, write_at
from sacred.support.text import Screen, apply_backspaces_and_linefeeds

Filter = Literal["builtin", "custom"] | None

MERGE = struct.Struct("<QQQ")
"""``cout.merge``: how much of ``stdout.raw`` and ``stderr.raw`` has been put together, and what that made."""

_MOST_KEPT_BYTES = 1 << 20


class OutputFiles:
    """The output of a run: at first in files without a name, then in its folder.

    An error while a file is written is no error of who calls this: the next call tries it again. A forked
    child only reads.

    Args:
        spools: what the output comes to, as :class:`sacred.collect.output.Capture` has them.
        kind: of filter.
        outer: of a run within a run what has the outer one's output, and where the inner one's begins in it.

    Attributes:
        merged: all of the output, unfiltered; None if none is captured.
    """

    def __init__(
        self, spools: Sequence[Spool], kind: Filter = None, outer: tuple[Spool, int] | None = None
    ) -> None:
        self.merged = spools[0] if spools else None
        self._kind = kind
        self._outer = outer
        self._has_streams = len(spools) > 1
        self._merger: Merger | None = None
        if self.merged is not None and (self._has_streams or outer is not None):
            tails = [Tail(*outer)] if outer is not None else [Tail(spool) for spool in spools[1:]]
            self._merger = Merger(tails, self.merged)
        self._new: TextTail | None = None
        if self.merged is not None and kind == "custom":
            self._new = TextTail(self.merged)
        self._source: Spool | _OpenFile | None = self.merged  # what is read, if not the file of the folder
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._folder: str | None = None
        self._state: _OpenFile | None = None  # cout.merge
        self._screen: _ScreenFile | None = None
        self._end: int | None = None
        self._kept: str | None = None

    def settle(self, folder: str) -> list[str]:
        """Move into a folder, and return the paths that the spools are to get there.

        Raises:
            OSError: it can't be written.
        """
        if self.merged is None or self._kind == "custom":  # it may be there so that something is not stored
            return []
        with self._lock:
            self.pump()
            try:
                self._open_files(folder, self.merged)
            except OSError:
                self._state = self._screen = None
                remove_files(folder, layout.OUTPUT_HELPERS)
                raise
            self._source = self._screen or self.merged
            self._folder = folder
        streams = layout.STREAMS if self._has_streams else ()
        merged = layout.RAW_OUTPUT if self._kind == "builtin" else layout.OUTPUT
        return [os.path.join(folder, name) for name in (merged, *streams)]

    def _open_files(self, folder: str, merged: Spool) -> None:
        """Make what is needed besides the spools."""
        if self._has_streams:
            self._state = _OpenFile(os.path.join(folder, layout.MERGE))
            self._save_state()
        elif self._outer is not None and self._outer[0].path is not None:
            where = {"of": os.path.abspath(self._outer[0].path), "start": self._outer[1]}
            write_atomically(os.path.join(folder, layout.RANGE), json.dumps(where) + "\n", durable=False)
        if self._kind == "builtin":
            self._screen = _ScreenFile(os.path.join(folder, layout.OUTPUT), merged)
            self._screen.update()

    def pump(self, is_last: bool = False) -> bool:
        """Bring ``cout.txt`` up to date, and tell whether that was possible.

        Args:
            is_last: nothing will follow, so that an incomplete character does not wait for its rest.
        """
        if self._end is not None or os.getpid() != self._process:
            return True
        with self._lock, contextlib.suppress(OSError):
            if self._merger is not None and self._merger.merge(is_last):
                self._save_state()
            if self._screen is not None:
                self._screen.update(is_last)
            return True
        return False

    def _save_state(self) -> None:
        if self._state is not None and self._merger is not None:
            os.pwrite(self._state.descriptor, MERGE.pack(*self._merger.positions), 0)

    def read_text(self) -> str:
        """Return the output so far; under the built-in filter, what it makes of it."""
        if self._kept is not None:
            return self._kept
        self.pump()
        with self._lock if os.getpid() == self._process else contextlib.nullcontext():
            is_raw = self._kind == "builtin" and self._source is self.merged
            text = self._read().decode("utf-8", "replace")
        return apply_backspaces_and_linefeeds(text) if is_raw else text

    def _read(self) -> bytes:
        if self._source is not None:
            return _read_whole(self._source.descriptor, self._end)
        if self._folder is not None:
            with contextlib.suppress(OSError), open(self._path, "rb") as file:
                return file.read(self._end)
        return b""  # nothing is captured, or somebody has removed the folder

    def read_new(self) -> str:
        """Return the text since the last call for a filter of the user's own.

        An incomplete character waits for its rest.
        """
        self.pump()
        with self._lock:
            is_over = self._end is not None
            text = self._new.read_text(is_over) if self._new is not None else ""
            if is_over:
                self._new = None
            return text

    def finish(self) -> int | None:
        """Bring ``cout.txt`` to its end, and return how many bytes it has then.

        The files that were needed for that are removed. What a child process writes later may follow.

        Returns:
            None if the disk was full: a reader puts together what there is, as after a death.
        """
        with self._lock:
            if self._end is not None:
                return self._end
            is_whole = self.pump(is_last=True)
            self._end = 0 if self._source is None else os.fstat(self._source.descriptor).st_size
            self._merger = self._state = self._screen = None
            if self._folder is not None:
                self.merged = self._source = None  # what is in the folder can be read there
                if is_whole:
                    remove_files(self._folder, layout.OUTPUT_HELPERS)
            return self._end if is_whole else None

    def detach(self) -> None:
        """Keep what can be read after the end: the folder goes away, or there was none.

        A little text is kept in memory, much in the file.
        """
        if self._end is not None and self._end > _MOST_KEPT_BYTES:
            if self._source is None:
                with contextlib.suppress(OSError):
                    self._source = _OpenFile(self._path, os.O_RDONLY)
        else:
            self._kept = self.read_text()
            self.merged = self._source = None

    @property
    def _path(self) -> str:
        return os.path.join(self._folder or "", layout.OUTPUT)


class _OpenFile:
    """A file that is closed when nobody refers to it any more."""

    descriptor = -1

    def __init__(self, path: str, flags: int = os.O_RDWR | os.O_CREAT | os.O_TRUNC) -> None:
        self.descriptor = os.open(path, flags, 0o666)

    def __del__(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)


class _ScreenFile(_OpenFile):
    """``cout.txt`` under the built-in filter: what a terminal would show.

    Lines that are complete are only appended; the last one is written again whenever it changes.
    """

    def __init__(self, path: str, raw: Spool) -> None:
        super().__init__(path)
        self._tail = Tail(raw)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._screen = Screen()
        self._lines = b""  # complete, and not yet written
        self._length = 0  # of the complete lines in the file
        self._is_shown = True

    def update(self, is_last: bool = False) -> None:
        """Take in what is new.

        Raises:
            OSError: the disk is full.
        """
        self._write_lines()
        while data := self._tail.read():
            self._take(self._decoder.decode(data))
        if is_last:
            self._take(self._decoder.decode(b"", True))
        if not self._is_shown:
            rest = self._screen.rest.encode()
            write_at(self.descriptor, rest, self._length)
            os.ftruncate(self.descriptor, self._length + len(rest))
            self._is_shown = True

    def _take(self, text: str) -> None:
        self._lines = self._screen.feed(text).encode()
        self._is_shown = False
        self._write_lines()

    def _write_lines(self) -> None:
        write_at(self.descriptor, self._lines, self._length)
        self._length += len(self._lines)
        self._lines = b""


def remove_files(folder: str, names: Iterable[str]) -> None:
    """Remove files of a folder, as far as they are there and that is allowed."""
    for name in names:
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(folder, name))


def _read_whole(descriptor: int, end: int | None) -> bytes:
    """Return what an open file has, up to an end, wherever its position is."""
    size = os.fstat(descriptor).st_size if end is None else end
    parts, position = [], 0
    while position < size and (data := os.pread(descriptor, size - position, position)):
        parts.append(data)
        position += len(data)
    return b"".join(parts)
