"""The points of a metric as bytes, exactly, and back: what databases and caches keep.

A packed series is a header of 16 bytes (``<3sBB3sQ``) and three columns:

======  ==========================================================================================
bytes   what
======  ==========================================================================================
0-2     ``pts``
3       the version of this form, 1
4       1 if all that follows the header is compressed (zlib, after its raw length as uint64), else 0
5-7     the kinds of the columns times, steps and values, in this order
8-15    how many points there are, uint64
======  ==========================================================================================

Kinds: ``d`` float64, ``q`` int64, ``?`` a byte 0 or 1, each little-endian and without a gap; ``j`` a JSON
list after its length in bytes as uint64. Its text is ASCII; ``NaN``, ``Infinity`` and ``-Infinity`` are
written as these words. The kind ``x`` is as ``j`` for integers that are too long for Python to write them in
decimal: each integer is ``{"hex": "0x…"}`` there, and each object ``{"dict": {…}}``.
"""

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from sacred.model.series import Column, Series

VERSION = 1
_HEADER = struct.Struct("<3sBB3sQ")
_LENGTH = struct.Struct("<Q")
_MAGIC = b"pts"
_WIDTHS = {"d": 8, "q": 8, "?": 1}
_TYPES = {float: "d", int: "q", bool: "?"}
_MOST_EXPANSION = 1100  # zlib packs a byte into no less than a 1032nd
_KEY_OF_HEX = "hex"
_FAULTS = (ValueError, ArithmeticError, LookupError, TypeError, RecursionError, struct.error, zlib.error)


def pack_series(series: Series, *, compress: bool = False) -> bytes:
    """Return the points of a series as bytes; the name is not among them.

    Args:
        series: its columns may be lists, arrays of the standard library, or of numpy.
        compress: make them smaller, at four times the cost of reading.
    """
    columns = [_pack_column(column) for column in (series.times, series.steps, series.values)]
    kinds = "".join(kind for kind, _ in columns).encode()
    body = b"".join(raw for _, raw in columns)
    if compress:
        body = _LENGTH.pack(len(body)) + zlib.compress(body, 1)
    return _HEADER.pack(_MAGIC, VERSION, compress, kinds, len(series)) + body


def unpack_series(name: str, data: bytes) -> Series:
    """Return packed points as a series: columns are numpy's where it is installed and they are of one type.

    Raises:
        ValueError: the bytes are damaged, or of a newer version.
    """
    return join_series(name, [data])


def join_series(name: str, parts: Sequence[bytes]) -> Series:
    """Return the points of several packed parts as one series, in their order.

    Raises:
        ValueError: one of them is damaged, or of a newer version.
    """
    columns = [_unpack_columns(part) for part in parts] or [[make_column([])] * 3]
    times, steps, values = (_join([column[place] for column in columns]) for place in range(3))
    return Series(name, steps, values, times)


def make_column(values: Iterable[Any]) -> Column:
    """Return values as a column of a series: an array if all are float, int64 or bool, else a list."""
    column = [_plain(value) for value in values]
    kind = _find_kind(column)
    return _join([_load_raw(kind, _dump_raw(kind, column), len(column))]) if kind in _WIDTHS else column


# --- columns to bytes --------------------------------------------------------------------------------


def _pack_column(column: Column) -> tuple[str, bytes]:
    kind = _find_array_kind(column)
    if kind:
        return kind, _dump_array(kind, column)
    plain = column.tolist() if hasattr(column, "tolist") else [_plain(value) for value in column]
    kind = _find_kind(plain)
    if kind in _WIDTHS:
        return kind, _dump_raw(kind, plain)
    try:
        text = json.dumps(plain, separators=(",", ":")).encode("ascii")
    except ValueError:  # an integer with more digits than Python writes
        kind, text = "x", json.dumps(_hide(plain), separators=(",", ":")).encode("ascii")
    return kind, _LENGTH.pack(len(text)) + text


def _find_array_kind(column: Column) -> str:
    if isinstance(column, array):
        return "d" if column.typecode == "d" else "q" if column.typecode == "q" else ""
    dtype = getattr(column, "dtype", None)
    if dtype is None:
        return ""
    if dtype.kind in "fe" and dtype.itemsize <= 8:
        return "d"
    if dtype.kind == "i" or (dtype.kind == "u" and dtype.itemsize < 8):
        return "q"
    return "?" if dtype.kind == "b" else ""


def _dump_array(kind: str, column: Any) -> bytes:
    if isinstance(column, array):
        if sys.byteorder == "big":
            column = array(column.typecode, column)
            column.byteswap()
        return bytes(column.tobytes())
    code = {"d": "<f8", "q": "<i8", "?": "u1"}[kind]
    return bytes(column.astype(code, copy=False).tobytes())


def _find_kind(values: list[Any]) -> str:
    types = set(map(type, values))
    if not types:
        return "d"
    kind = _TYPES.get(types.pop(), "j")
    if types or (kind == "q" and not -(2**63) <= min(values) <= max(values) < 2**63):
        return "j"
    return kind


def _dump_raw(kind: str, values: list[Any]) -> bytes:
    return struct.pack(f"<{len(values)}{kind}", *values)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _hide(value: Any) -> Any:
    if isinstance(value, dict):
        return {"dict": {key: _hide(item) for key, item in value.items()}}
    if isinstance(value, list | tuple):
        return [_hide(item) for item in value]
    return {_KEY_OF_HEX: hex(value)} if type(value) is int else value


def _reveal(value: Any) -> Any:
    if isinstance(value, list):
        return [_reveal(item) for item in value]
    if not isinstance(value, dict):
        return value
    if _KEY_OF_HEX in value:
        return int(value[_KEY_OF_HEX], 16)
    return {key: _reveal(item) for key, item in value["dict"].items()}


# --- bytes to columns --------------------------------------------------------------------------------


def _unpack_columns(data: bytes) -> list[Column]:
    try:
        magic, version, is_compressed, kinds, count = _HEADER.unpack_from(data)
    except struct.error:
        raise ValueError("damaged points: they have no header") from None
    if magic != _MAGIC:
        raise ValueError("damaged points: they begin with something else")
    if version > VERSION or is_compressed > 1:
        raise ValueError(f"points of form {version}, which a newer version of sacred has written")
    body = memoryview(data)[_HEADER.size :]
    try:
        return _split(_inflate(body) if is_compressed else body, kinds.decode("latin-1"), count)
    except _FAULTS as error:
        raise ValueError(f"damaged points: {error}") from None


def _inflate(body: memoryview) -> memoryview:
    (size,) = _LENGTH.unpack_from(body)
    packed = body[_LENGTH.size :]
    if size > len(packed) * _MOST_EXPANSION:
        raise ValueError("they can't be as long as they say")
    return memoryview(zlib.decompressobj().decompress(packed, size + 1))


def _split(body: memoryview, kinds: str, count: int) -> list[Column]:
    columns: list[Column] = []
    start = 0
    for kind in kinds:
        if kind in _WIDTHS:
            size = _WIDTHS[kind] * count
        else:
            (size,) = _LENGTH.unpack_from(body, start)
            start += _LENGTH.size
        raw = body[start : start + size]
        start += size
        if len(raw) != size:
            raise ValueError("their end is missing")
        columns.append(_load_raw(kind, raw, count) if kind in _WIDTHS else _load_json(kind, raw, count))
    if start != len(body):
        raise ValueError("there is more than they say")
    return columns


def _load_json(kind: str, raw: memoryview, count: int) -> list[Any]:
    if kind not in "jx":
        raise ValueError(f"a column of the unknown kind {kind!r}")
    values = json.loads(bytes(raw))
    values = _reveal(values) if kind == "x" else values
    if not isinstance(values, list) or len(values) != count:
        raise ValueError("a column of another length")
    return values


def _load_raw(kind: str, raw: Any, count: int) -> Column:
    numpy = _find_numpy()
    if numpy is not None:
        column = numpy.frombuffer(raw, {"d": "<f8", "q": "<i8", "?": "u1"}[kind])
        found: Column = column != 0 if kind == "?" else column
        return found
    if kind == "?":
        return list(struct.unpack(f"<{count}?", raw))
    plain: array[Any] = array(kind)
    plain.frombytes(raw)
    if sys.byteorder == "big":
        plain.byteswap()
    return plain


def _find_numpy() -> Any:
    try:
        import numpy as np
    except ImportError:
        return None
    return np


def _join(parts: list[Column]) -> Column:
    """Put columns together; what is of several types becomes a list, so that each value stays what it is."""
    parts = [part for part in parts if len(part)] or parts[:1]
    kinds = {_find_array_kind(part) for part in parts}
    numpy = _find_numpy()
    if len(kinds) == 1 and "" not in kinds and numpy is not None:
        whole: Column = numpy.concatenate(parts)
        return whole
    joined: list[Any] = []
    for part in parts:
        joined += part.tolist() if hasattr(part, "tolist") else part
    kind = _find_kind(joined)
    return array(kind, joined) if kind in {"d", "q"} and numpy is None else joined
