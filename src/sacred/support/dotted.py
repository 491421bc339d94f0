"""Dotted paths (``a.b.c``) into nested dictionaries."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

PATHCHANGE = object()
"""Stands for "a new level begins here" in :func:`iterate_flattened_separately`."""


def join_paths(*parts: str) -> str:
    """Join non-empty parts with dots: ``join_paths("a", "", "b")`` is ``"a.b"``."""
    return ".".join(part.strip(".") for part in parts if part)


def is_prefix(pre_path: str, path: str) -> bool:
    """Tell whether ``pre_path`` is one of the parents of ``path``; ``""`` is everybody's parent."""
    pre_path, path = pre_path.strip("."), path.strip(".")
    return not pre_path or path.startswith(pre_path + ".")


def iter_prefixes(path: str) -> Iterator[str]:
    """Yield ``a``, ``a.b``, ``a.b.c`` for ``a.b.c``."""
    position = path.find(".")
    while position != -1:
        yield path[:position]
        position = path.find(".", position + 1)
    yield path


def rel_path(base: str, path: str) -> str:
    """Return ``path`` relative to its parent ``base``.

    Raises:
        ValueError: ``base`` is not a parent of ``path``.
    """
    if not base:
        return path
    if base != path and not is_prefix(base, path):
        raise ValueError(f"{base} not a prefix of {path}")
    return path[len(base) :].lstrip(".")


def set_by_dotted_path(d: MutableMapping[str, Any], path: str, value: Any) -> None:
    """Set ``d[a][b][c] = value`` for ``a.b.c``, making the levels between."""
    *parents, last = path.split(".")
    level: Any = d
    for parent in parents:
        level = level.setdefault(parent, {})
    level[last] = value


def get_by_dotted_path(d: Mapping[str, Any], path: str, default: Any = None) -> Any:
    """Return ``d[a][b][c]`` for ``a.b.c``, or ``default``; the path ``""`` is ``d`` itself."""
    if not path:
        return d
    level: Any = d
    for part in path.split("."):
        if not isinstance(level, dict) or part not in level:
            return default
        level = level[part]
    return level


def nest(path: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``{"a": {"b": value}}`` for ``a.b``; for the path ``""`` a copy of the value itself."""
    nested = dict(value)
    for part in reversed(path.split(".")) if path else ():
        nested = {part: nested}
    return nested


def iterate_flattened(d: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield ``(dotted path, value)`` of every leaf, keys in sorted order; an empty dict is a leaf."""
    for key in sorted(d, key=str):
        value = d[key]
        if isinstance(value, dict) and value:
            for path, leaf in iterate_flattened(value):
                yield join_paths(str(key), path), leaf
        else:
            yield str(key), value


def iterate_flattened_separately(
    dictionary: Mapping[str, Any], manually_sorted_keys: Iterable[str] | None = None
) -> Iterator[tuple[str, Any]]:
    """Yield leaves before levels; a level is announced by ``(path, PATHCHANGE)``.

    Args:
        dictionary: nested dictionaries with text keys.
        manually_sorted_keys: keys to come first, in this order.
    """
    first = [key for key in manually_sorted_keys or () if key in dictionary]
    rest = sorted((key for key in dictionary if key not in first), key=str)
    leaves = [key for key in rest if not is_non_empty_dict(dictionary[key])]
    levels = [key for key in rest if is_non_empty_dict(dictionary[key])]
    for key in (*first, *leaves, *levels):
        if not is_non_empty_dict(dictionary[key]):
            yield key, dictionary[key]
            continue
        yield key, PATHCHANGE
        for path, value in iterate_flattened_separately(dictionary[key], manually_sorted_keys):
            yield join_paths(key, path), value


def convert_to_nested_dict(dotted_dict: Mapping[Any, Any]) -> dict[str, Any]:
    """Turn ``{"a.b": 1}`` into ``{"a": {"b": 1}}``, at every level; keys that are no text stay as they are.

    Raises:
        TypeError: one path leads through the value of another.
    """
    nested: dict[Any, Any] = {}
    for path, given in dotted_dict.items():
        value = convert_to_nested_dict(given) if isinstance(given, dict) else given
        if not isinstance(path, str):
            nested[path] = value
            continue
        present = get_by_dotted_path(nested, path)
        if isinstance(value, dict) and isinstance(present, dict):
            recursive_update(present, value)
        else:
            set_by_dotted_path(nested, path, value)
    return nested


def recursive_update(d: dict[str, Any], u: Mapping[str, Any]) -> dict[str, Any]:
    """Update ``d`` with ``u``, merging dictionaries instead of replacing them; return ``d``."""
    for key, value in u.items():
        present = d.get(key)
        if isinstance(value, dict) and isinstance(present, dict):
            recursive_update(present, value)
        else:
            d[key] = recursive_update({}, value) if isinstance(value, dict) else value
    return d


def recursive_fill_in(config: dict[str, Any], preset: Mapping[str, Any]) -> None:
    """Give ``config`` the entries of ``preset`` that it lacks, at every level."""
    for key, value in preset.items():
        present = config.setdefault(key, value)
        if present is not value and isinstance(present, dict) and isinstance(value, dict):
            recursive_fill_in(present, value)


def is_non_empty_dict(python_object: Any) -> bool:
    """Tell whether something is a dictionary with entries."""
    return isinstance(python_object, dict) and bool(python_object)
