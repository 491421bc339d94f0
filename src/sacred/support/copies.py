"""Plain copies: of nested containers, and of numpy scalars."""

import sys
from typing import Any

_CONTAINERS = (dict, list)


def copy_containers(obj: Any) -> Any:
    """Return nested dictionaries and lists as new plain ones; what they hold is shared.

    Much cheaper than :func:`copy.deepcopy`, and safe for values that can't be copied.
    """
    try:
        return _copy(obj)
    except RecursionError:
        return _copy_knotted(obj, {})


def normalize_numpy(obj: Any) -> Any:
    """Return a numpy scalar as the Python value it stands for; anything else as it is."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(obj, numpy.generic):
        return obj
    value = obj.item()
    if isinstance(value, numpy.generic):  # longdouble has no Python twin, and clongdouble neither
        return complex(value) if numpy.iscomplexobj(value) else float(value)
    return value


def _copy(obj: Any) -> Any:
    if isinstance(obj, dict):
        return {
            key: _copy(value) if isinstance(value, _CONTAINERS) else value
            for key, value in dict(obj).items()  # at once: another thread may add entries meanwhile
        }
    if isinstance(obj, list):
        return [_copy(value) if isinstance(value, _CONTAINERS) else value for value in obj]
    return obj


def _copy_knotted(obj: Any, copies: dict[int, Any], depth: int = 0) -> Any:
    """Copy containers that may hold themselves; what is deeper than anybody can read is shared."""
    if not isinstance(obj, _CONTAINERS) or depth > 200:
        return obj
    if id(obj) in copies:
        return copies[id(obj)]
    if isinstance(obj, list):
        new_list: list[Any] = []
        copies[id(obj)] = new_list
        new_list.extend(_copy_knotted(value, copies, depth + 1) for value in obj)
        return new_list
    new_dict: dict[Any, Any] = {}
    copies[id(obj)] = new_dict
    new_dict.update((key, _copy_knotted(value, copies, depth + 1)) for key, value in dict(obj).items())
    return new_dict
