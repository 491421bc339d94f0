"""Values as plain JSON, and back: reading never executes or imports what a record says.

A record holds what JSON can hold: tuples and sets become lists, numpy scalars numbers, arrays nested lists,
moments and paths text, dataclasses dictionaries. Anything else is kept as its type and its ``repr``::

    {"py/type": "package.module.Class", "py/repr": "<Class at 0x7f...>"}

Numbers that JSON has no word for are written as Python writes them: ``NaN``, ``Infinity``, ``-Infinity``.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from math import prod
from os import PathLike, fspath
from typing import Any

from sacred.support.copies import normalize_numpy

__all__ = ["flatten", "json", "load_json", "restore", "to_json"]

OnLoss = Callable[[str, Any], None]
"""Called with the path and the value of what could only be kept as type and ``repr``."""

MAX_DEPTH = 100

_quote = json.encoder.encode_basestring_ascii
_PLAIN = frozenset({str, int, float, bool, type(None)})


def flatten(obj: Any, on_loss: OnLoss | None = None) -> Any:
    """Return ``obj`` as plain JSON values: dictionaries with text keys, lists, text, numbers, None.

    Args:
        obj: any value.
        on_loss: told of each value that JSON can't hold.
    """
    return _Flattener(on_loss).flatten(obj, "", 0)


def to_json(obj: Any, on_loss: OnLoss | None = None, indent: int | None = 2) -> str:
    """Return ``obj`` as JSON text, in the form of Sacred 0.8's files: keys sorted, indented by 2."""
    flat = flatten(obj, on_loss)
    return format_json(flat) if indent == 2 else json.dumps(flat, sort_keys=True, indent=indent)


def format_json(flat: Any, line: str = "\n") -> str:
    """Return plain JSON values as ``json.dumps(flat, sort_keys=True, indent=2)`` does, several times faster.

    With ``indent`` Python's own encoder goes from value to value; the one in C takes a whole level at once.

    Args:
        flat: what :func:`flatten` returns.
        line: what begins a line, if the text will be part of another one.
    """
    return _format(flat, line)


def _format(flat: Any, line: str) -> str:
    if type(flat) is str:
        return _quote(flat)
    is_dict = type(flat) is dict
    if not flat or not (is_dict or type(flat) is list):
        return json.dumps(flat)
    inner = line + "  "
    if _PLAIN.issuperset(map(type, flat.values() if is_dict else flat)):
        body = _make_encode(inner)(flat)[1:-1]
    elif is_dict:
        body = f",{inner}".join(f"{_quote(key)}: {_format(flat[key], inner)}" for key in sorted(flat))
    else:
        body = f",{inner}".join(_format(value, inner) for value in flat)
    return f"{{{inner}{body}{line}}}" if is_dict else f"[{inner}{body}{line}]"


@cache
def _make_encode(line: str) -> Callable[[Any], str]:
    return json.JSONEncoder(sort_keys=True, separators=("," + line, ": ")).encode


class _Flattener:
    def __init__(self, on_loss: OnLoss | None) -> None:
        self.on_loss = on_loss
        self.parents: set[int] = set()

    def flatten(self, obj: Any, path: str, depth: int) -> Any:
        kind = type(obj)
        if kind in _PLAIN:
            return obj
        if id(obj) in self.parents or depth > MAX_DEPTH:  # a container that holds itself
            return self.describe(obj, path)
        self.parents.add(id(obj))
        try:
            return self.convert(obj, path, depth + 1)
        except Exception:  # noqa: BLE001 -- a user's object may raise anything from any of its methods
            return self.describe(obj, path)
        finally:
            self.parents.discard(id(obj))

    def convert(self, obj: Any, path: str, depth: int) -> Any:
        if type(obj) is dict or isinstance(obj, Mapping):
            return {
                _as_key(key): value
                if type(value) in _PLAIN
                else self.flatten(value, f"{path}.{key}" if path else str(key), depth)
                # a copy at once: the thread that runs the experiment may add entries meanwhile
                for key, value in list(obj.items())
            }
        if isinstance(obj, list | tuple):
            return [
                value if type(value) in _PLAIN else self.flatten(value, f"{path}[{index}]", depth)
                for index, value in enumerate(obj)
            ]
        if isinstance(obj, set | frozenset):
            return [self.flatten(value, f"{path}[]", depth) for value in _sort(obj)]
        if isinstance(obj, Enum):
            return self.flatten(obj.value, path, depth)
        return self.convert_object(obj, path, depth)

    def convert_object(self, obj: Any, path: str, depth: int) -> Any:
        for base, convert in _SIMPLE_FORMS:
            if isinstance(obj, base):
                return convert(obj)
        parts = _take_apart(obj)
        return self.describe(obj, path) if parts is _WHOLE else self.flatten(parts, path, depth)

    def describe(self, obj: Any, path: str) -> dict[str, str]:
        if self.on_loss is not None:
            self.on_loss(path, obj)
        return {"py/type": describe_type(obj), "py/repr": safe_repr(obj)}


_SIMPLE_FORMS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (bool, bool),
    (int, int),
    (float, float),
    (str, str),
    (datetime, datetime.isoformat),
    (date, date.isoformat),
    (timedelta, timedelta.total_seconds),
    (PathLike, fspath),
)
_WHOLE = object()


def _take_apart(obj: Any) -> Any:
    """Return what an object consists of, in simpler terms, if it is of a kind that tells."""
    kind = type(obj)
    if hasattr(kind, "__dataclass_fields__"):
        return {name: getattr(obj, name) for name in kind.__dataclass_fields__ if hasattr(obj, name)}
    if kind.__module__ == "numpy" and hasattr(obj, "tolist"):
        return normalize_numpy(obj.tolist())  # a longdouble's is still one
    if not isinstance(obj, type) and hasattr(obj, "model_dump"):
        return obj.model_dump()
    return _WHOLE


def describe_type(obj: Any) -> str:
    """Return ``package.module.Class`` of an object."""
    kind = type(obj)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def safe_repr(obj: Any, limit: int = 1000) -> str:
    """Return ``repr(obj)``, cut to ``limit`` characters; if that fails, the name of its type."""
    try:
        text = repr(obj)
    except Exception as error:  # noqa: BLE001 -- a user's __repr__ may raise anything
        return f"<{describe_type(obj)}: its repr failed with {type(error).__name__}>"
    return text if len(text) <= limit else text[:limit] + "…"


def load_json(text: str | bytes) -> Any:
    """Read a JSON document of ours or of 0.8, with jsonpickle's marks turned into plain values.

    Raises:
        ValueError: it is not JSON, or nested deeper than anybody writes.
    """
    try:
        return restore(json.loads(text))
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None


def restore(flat: Any) -> Any:
    """Turn jsonpickle's marks of Sacred 0.8 into plain values, without executing anything.

    Tuples, sets and numpy scalars come back as such or as numbers, arrays as nested lists; objects stay
    dictionaries.
    """
    if isinstance(flat, list):
        return [restore(value) for value in flat]
    if not isinstance(flat, dict):
        return flat
    for mark, build in _MARKS.items():
        if mark in flat and isinstance(flat[mark], list):
            return build(restore(value) for value in flat[mark])
    for read in (_restore_numpy_scalar, _restore_numpy_array, _restore_datetime):
        value = read(flat)
        if value is not None:
            return value
    return {key.removeprefix("json://"): restore(value) for key, value in flat.items()}


def _freeze(values: Iterable[Any]) -> set[Any] | list[Any]:
    items = list(values)
    try:
        return set(items)
    except TypeError:  # a damaged or hostile record: members that can't be in a set
        return items


_ARRAY_LETTERS = {
    "bool": "?",
    "float16": "e",
    "float32": "f",
    "float64": "d",
    **{f"int{8 << place}": letter for place, letter in enumerate("bhiq")},
    **{f"uint{8 << place}": letter for place, letter in enumerate("BHIQ")},
}
_LARGEST_ARRAY = 1 << 26  # bytes; a short text may claim to unfold to more
_MARKS: dict[str, Callable[[Iterable[Any]], Any]] = {"py/tuple": tuple, "py/set": _freeze}


def _restore_numpy_scalar(flat: Mapping[str, Any]) -> Any:
    """Read a numpy scalar: in 0.8's own form, or in jsonpickle's, of a dtype and base64 of its bytes.

    0.8's is ``{"py/object": "numpy.float32", "value": 0.5, …}``, jsonpickle's
    ``{"py/reduce": [{"py/function": "…scalar"}, {"py/tuple": [dtype, bytes]}]}``.
    """
    if type(flat.get("value")) in _PLAIN and str(flat.get("py/object", "")).startswith("numpy."):
        return flat.get("value")
    parts = flat.get("py/reduce")
    if not isinstance(parts, list) or len(parts) < 2:
        return None
    function, arguments = parts[0], parts[1]
    if not (
        isinstance(function, dict) and str(function.get("py/function", "")).endswith("multiarray.scalar")
    ):
        return None
    try:
        dtype, payload = arguments["py/tuple"][:2]
        code = dtype["py/reduce"][1]["py/tuple"][0]
        return _unpack_scalar(code, payload)
    except Exception:  # noqa: BLE001 -- a damaged or hostile record
        return None


def _restore_numpy_array(flat: Mapping[str, Any]) -> list[Any] | None:
    """Read an array: ``{"py/object": "numpy.ndarray", "values": …, "dtype": …}``, values as nested lists.

    Those of a large one are base64 of what zlib makes of its bytes, and there is its ``shape``.
    """
    values = flat.get("values")
    if flat.get("py/object") != "numpy.ndarray" or flat.get("order", "C") != "C":
        return None
    if isinstance(values, list):
        return [restore(value) for value in values]
    try:
        return _unpack_array(str(values), flat["dtype"], flat["shape"], flat.get("byteorder", "<"))
    except Exception:  # noqa: BLE001 -- a damaged or hostile record
        return None


def _unpack_array(text: str, dtype: str, shape: list[int], order: str) -> list[Any]:
    import base64
    import struct
    import zlib

    count = prod(shape)
    layout = struct.Struct(f"{'>' if order == '>' else '<'}{count}{_ARRAY_LETTERS[dtype]}")
    if min(shape) < 1 or layout.size > _LARGEST_ARRAY:
        raise ValueError("an array of an odd shape")
    raw = zlib.decompressobj().decompress(base64.b64decode(text), layout.size + 1)
    values: list[Any] = list(layout.unpack(raw))
    for length in reversed(shape[1:]):
        values = [values[start : start + length] for start in range(0, len(values), length)]
    return values


def _restore_datetime(flat: Mapping[str, Any]) -> datetime | None:
    """Read a moment: ``{"py/object": "datetime.datetime", "__reduce__": [type, [base64 of ten bytes]]}``.

    The bytes are those of :meth:`datetime.__reduce__`: year (2), month, day, hour, minute, second,
    microsecond (3).
    """
    if flat.get("py/object") != "datetime.datetime":
        return None
    import base64

    try:
        raw = base64.b64decode(flat["__reduce__"][1][0])
        year, microsecond = int.from_bytes(raw[:2], "big"), int.from_bytes(raw[7:10], "big")
        month, day, hour, minute, second = raw[2:7]
        return datetime(year, month, day, hour, minute, second, microsecond)  # noqa: DTZ001 -- 0.8's are naive
    except Exception:  # noqa: BLE001 -- a damaged or hostile record
        return None


def _unpack_scalar(code: str, payload: Mapping[str, str]) -> Any:
    import base64
    import struct

    raw = base64.b85decode(payload["py/b85"]) if "py/b85" in payload else base64.b64decode(payload["py/b64"])
    letter = {"f2": "e", "f4": "f", "f8": "d", "b1": "?"}.get(code)
    if letter is not None:
        return struct.unpack("<" + letter, raw)[0]
    if code[0] not in "iu":
        raise ValueError(f"unknown dtype {code}")
    return int.from_bytes(raw, "little", signed=code[0] == "i")


def _as_key(key: Any) -> str:
    return key if type(key) is str else str(key)


def _sort(values: Iterable[Any]) -> list[Any]:
    """Sets have no order; a record should not change from run to run for that."""
    items = list(values)
    try:
        return sorted(items)
    except TypeError:
        return sorted(items, key=safe_repr)
