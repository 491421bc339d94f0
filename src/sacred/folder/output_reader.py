"""The output of a run read from its folder, in whatever state that is, and put together after a death."""

import codecs
import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sacred.folder import layout
from sacred.folder.output import MERGE, remove_files
from sacred.support.digests import CHUNK_BYTES
from sacred.support.spool import write_all
from sacred.support.text import Screen, apply_backspaces_and_linefeeds

_TRIES = 5


class _Part(NamedTuple):
    """A piece of a file."""

    path: str
    start: int = 0
    end: int | None = None

    def skip(self, count: int) -> "_Part":
        """Return what follows after some bytes."""
        return _Part(self.path, self.start + count, self.end)


def read_output(folder: str) -> bytes:
    """Return the output of a run, as ``docs/record.md`` describes it.

    Args:
        folder: the run folder.
    """
    for _ in range(_TRIES):
        helpers = _find_helpers(folder)
        recorder = _read_recorder(folder)
        output = b"".join(_iter_output(folder, recorder))
        if helpers == _find_helpers(folder):  # else the run has ended meanwhile
            break
    return output


def read_output_part(folder: str, start: int, stop: int | None) -> bytes:
    """Return the output of a run from one byte on to before another; what is not asked for is not read.

    Only what the built-in filter has still to make of the output of a run under way is read from the start.

    Args:
        folder: the run folder.
        start: the first byte.
        stop: the byte after the last one; None for all there is.
    """
    start = max(0, start)
    for _ in range(_TRIES):
        helpers = _find_helpers(folder)
        recorder = _read_recorder(folder)
        if _is_whole(recorder) or not _is_filtered(recorder):
            parts = [_find_whole(folder, recorder)] if _is_whole(recorder) else _find_parts(folder)
            output = b"".join(_iter_bytes(_cut(parts, start, stop)))
        else:
            output = b"".join(_iter_output(folder, recorder))[start:stop]
        if helpers == _find_helpers(folder):
            break
    return output


def _is_whole(recorder: Mapping[str, Any]) -> bool:
    """Tell whether all of the output is in one file."""
    return isinstance(recorder.get("output_bytes"), int) or recorder.get("filter") == "custom"


def _find_whole(folder: str, recorder: Mapping[str, Any]) -> _Part:
    length = recorder.get("output_bytes")
    return _Part(os.path.join(folder, layout.OUTPUT), 0, length if isinstance(length, int) else None)


def _cut(parts: Iterable[_Part], start: int, stop: int | None) -> Iterator[_Part]:
    """Yield of some pieces what is from one byte on to before another."""
    for path, first, end in parts:
        try:
            size = os.path.getsize(path)
        except OSError:
            continue
        length = max(0, (size if end is None else min(size, end)) - first)
        last = length if stop is None else min(length, stop)
        if start < last:
            yield _Part(path, first + start, first + last)
        start = max(0, start - length)
        stop = None if stop is None else max(0, stop - length)


def _find_helpers(folder: str) -> list[str]:
    return [name for name in layout.OUTPUT_HELPERS if os.path.exists(os.path.join(folder, name))]


def _iter_output(folder: str, recorder: Mapping[str, Any]) -> Iterator[bytes]:
    if _is_whole(recorder):
        return _iter_bytes([_find_whole(folder, recorder)])
    raw = _iter_bytes(_find_parts(folder))
    return _filter(raw) if _is_filtered(recorder) else raw


def _is_filtered(recorder: Mapping[str, Any]) -> bool:
    return recorder.get("filter") == apply_backspaces_and_linefeeds.__name__


def recover_output(folder: str) -> int:
    """Bring the output of a dead run to its end in ``cout.txt``, and return how many bytes it has.

    Killed in between, it can be called again.

    Raises:
        OSError: a file can't be written.
    """
    path, raw_path = (os.path.join(folder, name) for name in (layout.OUTPUT, layout.RAW_OUTPUT))
    first, *others = _find_parts(folder)
    if others or first.path not in (path, raw_path):
        _complete(raw_path if _is_filtered(_read_recorder(folder)) else path, [first, *others])
    if os.path.exists(raw_path):
        _write_filtered(path, raw_path)
    remove_files(folder, layout.OUTPUT_HELPERS)
    return os.path.getsize(path) if os.path.exists(path) else 0


def find_outer(folder: str) -> tuple[str | None, int]:
    """Return the file of the outer run that has the output of a run within it, and where that begins."""
    where = _read_json(os.path.join(folder, layout.RANGE))
    of, start = where.get("of"), where.get("start")
    if not (isinstance(of, str) and isinstance(start, int) and os.path.isfile(of)):
        return None, 0
    # a record that somebody made up shows no other files
    is_output = os.path.basename(of) in {layout.OUTPUT, layout.RAW_OUTPUT}
    is_of_run = os.path.exists(os.path.join(os.path.dirname(of), layout.RUN))
    return (of, max(0, start)) if is_output and is_of_run else (None, 0)


def _find_parts(folder: str) -> list[_Part]:
    """Return what the output consists of before the filter."""
    outer, start = find_outer(folder)
    if outer is not None:
        first, *others = _find_merged(*os.path.split(outer))
        return [first.skip(start), *others]
    is_filtered = os.path.exists(os.path.join(folder, layout.RAW_OUTPUT))
    return _find_merged(folder, layout.RAW_OUTPUT if is_filtered else layout.OUTPUT)


def _find_merged(folder: str, name: str) -> list[_Part]:
    """Return what a file that is put together has, and what is still to come to it."""
    path = os.path.join(folder, name)
    state = b"".join(_iter_bytes([_Part(os.path.join(folder, layout.MERGE), 0, MERGE.size)]))
    if len(state) < MERGE.size:
        return [_Part(path)]
    *starts, length = MERGE.unpack(state)
    streams = zip(layout.STREAMS, starts, strict=True)
    return [_Part(path, 0, length), *(_Part(os.path.join(folder, stream), at) for stream, at in streams)]


def _iter_bytes(parts: Iterable[_Part]) -> Iterator[bytes]:
    for path, start, end in parts:
        with contextlib.suppress(FileNotFoundError), open(path, "rb", buffering=0) as file:
            file.seek(start)
            while data := file.read(
                CHUNK_BYTES if end is None else max(0, min(CHUNK_BYTES, end - file.tell()))
            ):
                yield data


def _filter(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Apply the built-in filter."""
    screen, decoder = Screen(), codecs.getincrementaldecoder("utf-8")("replace")
    for data in pieces:
        yield screen.feed(decoder.decode(data)).encode()
    yield (screen.feed(decoder.decode(b"", True)) + screen.rest).encode()


def _complete(path: str, parts: Iterable[_Part]) -> None:
    """Append to a file what it lacks of parts that it is the beginning of."""
    first, *others = parts
    with open(path, "ab", buffering=0) as file:
        length = file.tell() if first.end is None else min(file.tell(), first.end - first.start)
        file.truncate(length)
        for data in _iter_bytes([first.skip(length), *others]):
            write_all(file.fileno(), data)
        os.fsync(file.fileno())


def _write_filtered(path: str, raw_path: str) -> None:
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "wb", buffering=0) as file:
        for data in _filter(_iter_bytes([_Part(raw_path)])):
            write_all(file.fileno(), data)
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _read_recorder(folder: str) -> Mapping[str, Any]:
    recorder = _read_json(os.path.join(folder, layout.RUN)).get("recorder")
    return recorder if isinstance(recorder, dict) else {}


def _read_json(path: str) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError), open(path, "rb") as file:
        content = json.load(file)
        if isinstance(content, dict):
            return content
    return {}
