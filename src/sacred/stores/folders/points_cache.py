"""The columns of long ``metrics.json``, kept in the cache folder: parsing a million points takes a second."""

import contextlib
import hashlib
import json
import os
import struct
from collections.abc import Sequence

from sacred.model.packing import pack_series, unpack_series
from sacred.model.series import Series

SMALLEST_BYTES = 1 << 16
"""A shorter file is parsed faster than its columns are found."""

_HEAD = struct.Struct("<8sQ")
_MAGIC = b"sacpts1\n"
_MOST_BYTES = 1 << 30  # of all that is kept; the least recently used goes first


class PointsCache:
    """Keeps columns by path, size and moment of change of the file that they are from. It never fails.

    Args:
        folder: where, or None to keep nothing.
    """

    def __init__(self, folder: str | None) -> None:
        self._folder = folder

    def get(self, path: str) -> list[Series] | None:
        """Return what was kept of a file, if that has not changed since."""
        key = _make_key(path)
        if self._folder is None or key is None:
            return None
        place = self._get_place(path)
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, struct.error):
            with open(place, "rb") as file:
                data = memoryview(file.read())
            magic, length = _HEAD.unpack_from(data)
            head = json.loads(bytes(data[_HEAD.size : _HEAD.size + length]))
            if magic != _MAGIC or head["of"] != key:
                return None
            with contextlib.suppress(OSError):
                os.utime(place)
            return _split(data[_HEAD.size + length :], head["series"])
        return None

    def put(self, path: str, found: Sequence[Series]) -> None:
        """Keep the columns of a file, if it is long."""
        key = _make_key(path)
        if self._folder is None or key is None or int(key[1]) < SMALLEST_BYTES:
            return
        packed = [pack_series(series) for series in found]
        series = [[one.name, len(data)] for one, data in zip(found, packed, strict=True)]
        head = json.dumps({"of": key, "series": series}).encode()
        head += b" " * (-len(head) % 8)
        with contextlib.suppress(OSError):
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            _make_room(self._folder, sum(map(len, packed)))
            self._write(self._get_place(path), [_HEAD.pack(_MAGIC, len(head)), head, *packed])

    def _write(self, place: str, parts: list[bytes]) -> None:
        temporary = f"{place}.{os.getpid()}.tmp"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.writelines(parts)
            os.replace(temporary, place)
        except OSError:
            os.unlink(temporary)
            raise

    def _get_place(self, path: str) -> str:
        name = hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]
        return os.path.join(str(self._folder), f"{name}.pts")


def _make_key(path: str) -> list[str | int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [os.path.basename(path), found.st_size, found.st_mtime_ns]


def _split(data: memoryview, series: list[tuple[str, int]]) -> list[Series]:
    found, start = [], 0
    for name, length in series:
        found.append(unpack_series(name, data[start : start + length]))  # type: ignore[arg-type]
        start += length
    return found


def _make_room(folder: str, size: int) -> None:
    with os.scandir(folder) as entries:
        present = sorted((one.stat().st_mtime_ns, one.stat().st_size, one.path) for one in entries)
    total = size + sum(one[1] for one in present)
    for _, length, path in present:
        if total <= _MOST_BYTES:
            return
        with contextlib.suppress(OSError):
            os.unlink(path)
        total -= length
