"""Containers that can't be changed by mistake, and when two values count as different.

What captured functions receive is read-only; the copies, however made, are plain and writable.
"""

from typing import Any, NoReturn

from sacred.config.dogmatic import undogmatize
from sacred.errors import ReadOnlyError
from sacred.support.imports import when_imported

NP_INTS = ["int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"]
NP_FLOATS = ["float16", "float32", "float64", "float128"]


class ReadOnlyContainer:
    """What read-only dictionaries and lists share."""


def _refuse(container: ReadOnlyContainer, *_args: Any, **_kwargs: Any) -> NoReturn:
    raise ReadOnlyError(
        f"This {type(container).__name__} is read-only: a captured function can't change the configuration. "
        "Change a copy (x.copy() is a plain one), or set SETTINGS.CONFIG.READ_ONLY_CONFIG = False."
    )


class ReadOnlyDict(ReadOnlyContainer, dict[Any, Any]):
    """A dictionary that can't be changed; its copies are plain dictionaries, at every depth."""

    clear = pop = popitem = setdefault = update = _refuse
    __setitem__ = __delitem__ = __ior__ = _refuse

    def __copy__(self) -> dict[Any, Any]:
        plain: dict[Any, Any] = undogmatize(self)
        return plain

    copy = __copy__

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        from copy import deepcopy

        return {deepcopy(key, memo): deepcopy(value, memo) for key, value in self.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (list(self.items()),)


class ReadOnlyList(ReadOnlyContainer, list[Any]):
    """A list that can't be changed; its copies are plain lists, at every depth."""

    append = extend = insert = remove = clear = pop = sort = reverse = _refuse
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse

    def __copy__(self) -> list[Any]:
        plain: list[Any] = undogmatize(self)
        return plain

    copy = __copy__

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        from copy import deepcopy

        return [deepcopy(value, memo) for value in self]

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


def make_read_only(o: Any) -> Any:
    """Return dictionaries and lists, at any depth, as read-only ones; other values as they are."""
    if isinstance(o, dict):
        return ReadOnlyDict({key: make_read_only(value) for key, value in o.items()})
    if isinstance(o, list):
        return ReadOnlyList(make_read_only(value) for value in o)
    if type(o) is tuple:
        return tuple(make_read_only(value) for value in o)
    return o


def read_only_dict_representer(dumper: Any, data: Any) -> Any:
    """Write a read-only dictionary into YAML as a plain one."""
    return dumper.represent_dict(dict(data))


def read_only_list_representer(dumper: Any, data: Any) -> Any:
    """Write a read-only list into YAML as a plain one."""
    return dumper.represent_list(list(data))


def _teach_yaml(yaml: Any) -> None:
    for name in ("Dumper", "SafeDumper", "CDumper", "CSafeDumper"):  # without libyaml there are two
        dumper = getattr(yaml, name, None)
        if dumper is not None:
            dumper.add_representer(ReadOnlyDict, read_only_dict_representer)
            dumper.add_representer(ReadOnlyList, read_only_list_representer)


when_imported("yaml", _teach_yaml)
