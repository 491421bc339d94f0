"""``cout.txt``: merging, filtering and reading the output of a run, while it comes and after a death."""

import codecs
import contextlib
import json
import os
import struct
import threading
from typing import Any, Literal

from sacred.folder import layout
from sacred.support.files import write_atomically
from sacred.support.merging import Merger
from sacred.support.spool import Spool, Tail
from sacred.support.text import TerminalText, apply_backspaces_and_linefeeds

Filter = Literal["builtin", "custom"] | None
Outer = tuple[Spool, int] | None

MERGE = struct.Struct("<QQQ")
_MOST_KEPT_BYTES = 1 << 20


class OutputFiles:
    """The output of a run on its way into ``cout.txt``.

    Nothing that fails here while the run lives is raised; it is tried again.

    Args:
        spools: what the output comes to: one file, those of standard output and standard error, or none.
        kind: of filter.
        outer: of a run within a run the outer one's file, and where the inner one's output begins in it.
        near: where the folder will probably be.

    Attributes:
        merged: all of the output, unfiltered.

    Raises:
        OSError: no file can be made.
    """

    def __init__(
        self, spools: list[Spool], kind: Filter, outer: Outer = None, near: str | None = None
    ) -> None:
        self._spools = spools
        self._kind = kind
        self._outer = outer
        tails = [Tail(spool) for spool in spools] if len(spools) > 1 else []
        if outer is not None:
            tails = [Tail(*outer)]
        self.merged = Spool(near) if tails else (spools[0] if spools else None)
        self._merger = Merger(tails, self.merged) if tails and self.merged else None
        self._lock = threading.RLock()
        self._folder: str | None = None
        self._screen: _Screen | None = None
        self._state = -1
        self._news = Tail(self.merged) if self.merged else None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._end: int | None = None
        self._kept: str | None = None

    def settle(self, folder: str) -> list[str]:
        """Move into a folder; return the names that the spools are to get.

        Raises:
            OSError: it can't be written.
        """
        if self.merged is None or self._kind == "custom":
            return []
        with self._lock:
            self._folder = folder
            name = layout.OUTPUT if self._kind is None else layout.RAW_OUTPUT
            merged = os.path.join(folder, name)
            if self._kind == "builtin":
                self._screen = _Screen(self.merged, os.path.join(folder, layout.OUTPUT))
            if self._merger is None:
                return [merged]
            self._settle_merged(self._merger, folder, merged)
            return [os.path.join(folder, one) for one in layout.STREAMS[: len(self._spools)]]

    def _settle_merged(self, merger: Merger, folder: str, path: str) -> None:
        if self._outer is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            self._state = os.open(os.path.join(folder, layout.MERGE), flags, 0o666)
        elif self._outer[0].path is not None:
            content = json.dumps({"of": os.path.abspath(self._outer[0].path), "start": self._outer[1]})
            with open(os.path.join(folder, layout.RANGE), "w", encoding="utf-8") as file:
                file.write(content + "\n")
        merger.target.settle(path)
        self._save_state()

    def pump(self, is_last: bool = False) -> None:
        """Bring ``cout.txt`` up to date."""
        with self._lock, contextlib.suppress(OSError):  # a full disk; it is tried again
            if self._end is not None:
                return
            if self._merger is not None and self._merger.merge(is_last):
                self._save_state()
            if self._screen is not None:
                self._screen.update()

    def _save_state(self) -> None:
        if self._state >= 0 and self._merger is not None:
            os.pwrite(self._state, MERGE.pack(*self._merger.positions), 0)

    def read_text(self) -> str:
        """Return the output so far, under the built-in filter what it makes of it."""
        with self._lock:
            if self._kept is not None:
                return self._kept
            self.pump()
            return self._read().decode("utf-8", "replace")

    def _read(self) -> bytes:
        if self.merged is None:
            return b""
        if self._end is not None and self._folder is not None:
            with contextlib.suppress(OSError), open(os.path.join(self._folder, layout.OUTPUT), "rb") as file:
                return file.read(self._end)
            return b""
        if self._screen is not None:
            return read_whole(self._screen.descriptor)
        raw = read_whole(self.merged.descriptor)
        return raw if self._kind != "builtin" else filter_bytes(raw)

    def read_new(self) -> str:
        """Return the unfiltered text since the last call; an incomplete character waits for its rest."""
        parts = []
        with self._lock:
            self.pump()
            while self._news is not None and (data := self._news.read()):
                parts.append(self._decoder.decode(data))
        return "".join(parts)

    def finish(self) -> int:
        """Bring ``cout.txt`` to its end, and return how many bytes of output it has.

        What was needed for that is removed, but for what a filter of the user's reads once more.
        """
        with self._lock:
            self.pump(is_last=True)
            if self.merged is None:
                self._end = 0
                return 0
            descriptor = self._screen.descriptor if self._screen else self.merged.descriptor
            end = os.fstat(descriptor).st_size
            if self._folder is not None:
                self._end = end
                _remove_helpers(self._folder)
                self.close()
            return end

    def detach(self) -> None:
        """Keep what can be read: the folder goes away, or there was none."""
        with self._lock:
            if self.merged is not None and self._size() <= _MOST_KEPT_BYTES:
                self._kept = self.read_text()
                self.close()

    def _size(self) -> int:
        if self._end is not None:
            return self._end
        return os.fstat(self.merged.descriptor).st_size if self.merged is not None else 0

    def close(self) -> None:
        """Give all files back to the system; what is in the folder can still be read."""
        with self._lock:
            for spool in (*self._spools, self.merged):
                if spool is not None:
                    spool.close()
            if self._screen is not None:
                self._screen.close()
            if self._state >= 0:
                os.close(self._state)
            self._state = -1
            self._news = None


class _Screen:
    """``cout.txt`` under the built-in filter: what a terminal would show of the raw output.

    Lines that are complete are only appended; the last one is written again whenever it changes.
    """

    def __init__(self, raw: Spool, path: str) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
        self._tail = Tail(raw)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._terminal = TerminalText()
        self._unwritten = b""
        self._length = 0

    def update(self) -> None:
        """Take in what is new.

        Raises:
            OSError: the disk is full.
        """
        before = self._tail.position
        while data := self._tail.read():
            self._unwritten += _encode(self._terminal.feed(self._decoder.decode(data)))
            self._write(self._unwritten)
        if self._tail.position == before and not self._unwritten:
            return
        rest = _encode(self._terminal.rest)
        self._write(self._unwritten)
        os.pwrite(self.descriptor, rest, self._length)
        os.ftruncate(self.descriptor, self._length + len(rest))

    def _write(self, data: bytes) -> None:
        while data:
            count = os.pwrite(self.descriptor, data, self._length)
            self._length += count
            data = self._unwritten = data[count:]

    def close(self) -> None:
        """Give the file back to the system."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def filter_bytes(raw: bytes) -> bytes:
    """Return what the built-in filter makes of output."""
    return _encode(apply_backspaces_and_linefeeds(raw.decode("utf-8", "replace")))


def read_whole(descriptor: int, start: int = 0, end: int | None = None) -> bytes:
    """Return what an open file has, wherever its position is."""
    end = os.fstat(descriptor).st_size if end is None else end
    parts = []
    while start < end and (data := os.pread(descriptor, end - start, start)):
        parts.append(data)
        start += len(data)
    return b"".join(parts)


# --- reading ------------------------------------------------------------------------------------------------


def read_output(folder: str) -> bytes:
    """Return the output of a run in whatever state it is, as ``docs/record.md`` describes.

    Args:
        folder: the run folder.
    """
    recorder = _read_json(folder, layout.RUN).get("recorder")
    recorder = recorder if isinstance(recorder, dict) else {}
    output = _read(folder, layout.OUTPUT)
    end = recorder.get("output_bytes")
    if isinstance(end, int):
        return output[:end]
    raw = _read_raw(folder)
    if raw is None:
        return output
    is_filtered = recorder.get("filter") == apply_backspaces_and_linefeeds.__name__
    return filter_bytes(raw) if is_filtered else raw


def _read_raw(folder: str) -> bytes | None:
    """Return unfiltered output from the files beside ``cout.txt``; None if there are none."""
    where = _read_json(folder, layout.RANGE)
    if isinstance(where.get("of"), str) and isinstance(where.get("start"), int):
        with contextlib.suppress(OSError), open(where["of"], "rb") as file:
            file.seek(max(0, where["start"]))
            return file.read()
    has_raw = os.path.exists(os.path.join(folder, layout.RAW_OUTPUT))
    result = _read(folder, layout.RAW_OUTPUT if has_raw else layout.OUTPUT)
    state = _read(folder, layout.MERGE)
    if len(state) < MERGE.size:
        return result if has_raw else None
    out, err, length = MERGE.unpack(state[: MERGE.size])
    streams = [_read(folder, name)[start:] for name, start in zip(layout.STREAMS, (out, err), strict=True)]
    return b"".join([result[:length], *streams])


def _read(folder: str, name: str) -> bytes:
    with contextlib.suppress(OSError), open(os.path.join(folder, name), "rb") as file:
        return file.read()
    return b""


def _read_json(folder: str, name: str) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        content = json.loads(_read(folder, name))
        if isinstance(content, dict):
            return content
    return {}


def recover_output(folder: str) -> int:
    """Put the output of a dead run together in ``cout.txt``; return how many bytes it has.

    Killed in between, it can be called again.

    Raises:
        OSError: the folder can't be written.
    """
    output, raw, raw_path = read_output(folder), _read_raw(folder), os.path.join(folder, layout.RAW_OUTPUT)
    if raw is not None and os.path.exists(raw_path):  # it is used as long as it is there
        write_atomically(raw_path, raw)
    if output != _read(folder, layout.OUTPUT):
        write_atomically(os.path.join(folder, layout.OUTPUT), output)
    _remove_helpers(folder)
    return len(output)


def _remove_helpers(folder: str) -> None:
    for name in layout.OUTPUT_HELPERS:
        with contextlib.suppress(FileNotFoundError, PermissionError):
            os.unlink(os.path.join(folder, name))
