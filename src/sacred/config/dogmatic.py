"""Containers that keep what was fixed.

While a config function runs, what the command line or a named config fixed can't be overwritten.
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Self, SupportsIndex

from sacred.config.elements import apply_elements, split_elements
from sacred.errors import InvalidConfigError
from sacred.support.copies import normalize_numpy
from sacred.support.dotted import iter_prefixes


class DogmaticDict(dict[Any, Any]):
    """A dictionary whose fixed entries win over every assignment, at any depth.

    What was assigned to a fixed entry is remembered in ``proposed``, so that one can tell what the fixed
    value changed.

    Args:
        fixed: nested entries that can't be changed; they are there from the start. A key ``name[2]`` stands
            for an element of the list ``name``.
        fallback: entries that may be read, but aren't part of the dictionary.
        path: where the dictionary stands in the configuration, for messages.
    """

    def __init__(
        self,
        fixed: Mapping[Any, Any] | None = None,
        fallback: Mapping[Any, Any] | None = None,
        path: str = "",
    ) -> None:
        super().__init__()
        self.path = path
        self.fixed, self.elements = split_elements(fixed or {})
        self.fallback = fallback or {}
        self.proposed: dict[Any, Any] = {}
        self.populate()

    def populate(self) -> None:
        """Add the fixed entries that are not there."""
        for key, value in self.fixed.items():
            if key not in self:
                super().__setitem__(key, dogmatize(value, self.path_of(key)))

    def path_of(self, key: Any) -> str:
        """Return the path of an entry."""
        return f"{self.path}.{key}" if self.path else str(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        if key not in self.fixed and key not in self.elements:  # nearly every assignment
            super().__setitem__(key, value)
            return
        if isinstance(value, DogmaticDict | DogmaticList) and value is super().get(key):
            return  # ``x += ...`` puts back what is there: nothing is proposed by that
        if key in self.fixed:
            self.proposed[key] = value
            value = enforce(self.fixed[key], value, self.path_of(key))
        if key in self.elements:
            self.proposed[key] = value
            # the list may still grow: ``settle`` has the last word
            with contextlib.suppress(InvalidConfigError):
                value = apply_elements(self.path_of(key), self.elements[key], value, enforce)
        super().__setitem__(key, value)

    def __delitem__(self, key: Any) -> None:
        if key not in self.fixed:
            super().__delitem__(key)

    def __missing__(self, key: Any) -> Any:
        return self.fallback[key]

    def get(self, key: Any, default: Any = None) -> Any:
        """Return an entry, an entry of the fallback, or the default."""
        return self[key] if key in self or key in self.fallback else default

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Set several entries."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def __ior__(self, other: Any) -> Self:  # type: ignore[misc]  # dict has two signatures for it
        self.update(other)
        return self

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """Set an entry unless it is there."""
        if key not in self or (key in self.fixed and key not in self.proposed):
            self[key] = default
        return self[key]

    def pop(self, key: Any, *default: Any) -> Any:
        """Return an entry and remove it, unless it is fixed."""
        if key in self.fixed:
            return self[key]
        return super().pop(key, *default)

    def popitem(self) -> tuple[Any, Any]:
        """Remove and return the last entry that is not fixed."""
        for key in reversed(list(self)):
            if key not in self.fixed:
                return key, super().pop(key)
        raise KeyError("popitem(): only fixed entries are left")

    def clear(self) -> None:
        """Remove all entries that are not fixed."""
        for key in [key for key in self if key not in self.fixed]:
            super().__delitem__(key)

    def revelation(self) -> set[str]:
        """Return the paths of fixed entries that nobody assigned."""
        missing = set()
        for key, fixed in self.fixed.items():
            if key not in self.proposed:
                missing.add(str(key))
            value = super().get(key)
            if isinstance(fixed, dict) and isinstance(value, DogmaticDict):
                missing |= {f"{key}.{path}" for path in value.revelation()}
        return missing

    @property
    def modified(self) -> set[str]:
        """Paths of fixed entries that are other than was assigned, and of those above them.

        This and ``typechanges`` are for configs that are classes of the user's own, as seml has them.
        """
        return {place for path, _, _ in self.iter_changes() for place in iter_prefixes(path)}

    @property
    def typechanges(self) -> dict[str, tuple[type, type]]:
        """``{path: (assigned type, fixed type)}`` where they differ."""
        return {
            path: (simplify_type(old), simplify_type(new))
            for path, old, new in self.iter_changes()
            if type_changed(old, new)
        }

    def iter_changes(self, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
        """Yield ``(path, what was assigned, what is fixed)`` where these differ, at every depth."""
        for key, old in self.proposed.items():
            new = self.fixed.get(key, old)
            both_nested = isinstance(old, dict) and isinstance(new, dict)
            if not both_nested and (type_changed(old, new) or is_different(old, new)):
                yield f"{prefix}{key}", old, new
        for key, value in self.items():
            if isinstance(value, DogmaticDict):
                yield from value.iter_changes(f"{prefix}{key}.")

    def settle(self) -> None:
        """Put updated elements back in their places, where the code changed a list after assigning it."""
        for key, value in list(self.items()):
            if key in self.elements:
                super().__setitem__(
                    key, apply_elements(self.path_of(key), self.elements[key], value, enforce)
                )
            if isinstance(value, DogmaticDict):
                value.settle()

    def forget_proposals(self) -> None:
        """Begin anew to remember what is assigned."""
        self.proposed.clear()
        for value in self.values():
            if isinstance(value, DogmaticDict):
                value.forget_proposals()

    def iter_proposals(self, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Yield ``(path, value)`` of what was assigned to fixed entries, at every depth."""
        for key, value in self.proposed.items():
            yield f"{prefix}{key}", value
        for key, value in self.items():
            if isinstance(value, DogmaticDict):
                yield from value.iter_proposals(f"{prefix}{key}.")


class DogmaticList(list[Any]):
    """A list that ignores every attempt to change it."""

    def _ignore(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing: a fixed list stays as it is."""

    append = extend = insert = remove = sort = reverse = clear = _ignore
    __setitem__ = __delitem__ = _ignore

    def __iadd__(self, other: Any) -> Self:  # type: ignore[misc]  # list takes only iterables
        return self

    def __imul__(self, other: Any) -> Self:  # type: ignore[misc]  # list takes only numbers
        return self

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Return an element, and leave it where it is."""
        return self[index]

    def revelation(self) -> set[str]:
        """Return the empty set: a list is fixed as a whole."""
        return set()


def enforce(fixed: Any, value: Any, path: str = "") -> Any:
    """Return what an entry is after ``value`` was assigned to it, where ``fixed`` wins."""
    kept = dogmatize(fixed, path)
    if isinstance(kept, DogmaticDict) and isinstance(value, dict):
        dict.clear(kept)  # the order is that of the code
        kept.update(value)
        kept.populate()
    return kept


def dogmatize(obj: Any, path: str = "") -> Any:
    """Return dictionaries and lists as containers that keep their content."""
    if isinstance(obj, dict):
        return DogmaticDict(obj, path=path)
    if isinstance(obj, list | tuple):
        return DogmaticList(dogmatize(value) for value in obj)
    return obj


def undogmatize(obj: Any) -> Any:
    """Return plain, writable dictionaries and lists; tuples stay tuples."""
    if isinstance(obj, dict):
        return {key: undogmatize(value) for key, value in obj.items()}
    if isinstance(obj, list):
        return [undogmatize(value) for value in obj]
    if type(obj) is tuple:
        return tuple(undogmatize(value) for value in obj)
    return obj


class _Fallback(dict[Any, Any]):
    """A dictionary that asks another one for what it lacks."""

    def __init__(self, fallback: Mapping[Any, Any]) -> None:
        super().__init__()
        self.fallback = fallback

    def __missing__(self, key: Any) -> Any:
        return self.fallback[key]


def fallback_dict(fallback: Mapping[Any, Any], **kwargs: Any) -> dict[Any, Any]:
    """Return a dictionary that asks ``fallback`` for the keys it lacks."""
    result = _Fallback(fallback)
    result.update(**kwargs)
    return result


SIMPLIFY_TYPE: dict[type, type] = {tuple: list, DogmaticList: list, DogmaticDict: dict}
"""Types that count as the same when one asks whether the type of an entry changed."""


def simplify_type(value: Any) -> type:
    """Return the type of a value, where a tuple is a list and a numpy scalar its Python twin."""
    kind = type(normalize_numpy(value))
    return SIMPLIFY_TYPE.get(kind, kind)


def type_changed(old_value: Any, new_value: Any) -> bool:
    """Tell whether two values have different types, as far as a configuration minds: None has any."""
    return old_value is not None and simplify_type(old_value) is not simplify_type(new_value)


def is_different(old_value: Any, new_value: Any) -> bool:
    """Tell whether two values differ; arrays are compared as wholes."""
    if old_value is new_value:
        return False
    try:
        return bool(old_value != new_value)
    except (ValueError, TypeError):  # an array answers element by element
        return not _are_equal(old_value, new_value)


def _are_equal(first: Any, second: Any) -> bool:
    """Tell whether two arrays, or containers with arrays inside, are equal."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and not any(
            is_different(first[key], second[key]) for key in first
        )
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return len(first) == len(second) and not any(map(is_different, first, second))
    try:
        import numpy as np

        return bool(np.array_equal(first, second))
    except Exception:  # noqa: BLE001 -- objects that can't be compared are different
        return False
