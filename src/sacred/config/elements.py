"""Updates of single list elements: ``layers[2].size=64``.

Such an update stays a plain key, ``{"layers[2]": {"size": 64}}``, until it meets the list: a later element
wins over the list that a config assigns, as a fixed entry of a dictionary does.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sacred.errors import InvalidConfigError
from sacred.support.dotted import iter_prefixes

_ELEMENT_KEY = re.compile(r"^(?P<name>[^\[\]]+)(?P<indices>(\[-?\d+\])+)$")

Elements = dict[str, dict[str, Any]]
"""``{"layers": {"[2]": {"size": 64}}}``: updates of elements by the name of their list."""


def split_element_key(key: Any) -> tuple[str, str] | None:
    """Split ``layers[2][0]`` into ``("layers", "[2][0]")``; None for an ordinary key."""
    match = _ELEMENT_KEY.match(key) if isinstance(key, str) and key.endswith("]") else None
    return (match["name"], match["indices"]) if match else None


def split_elements(fixed: Mapping[Any, Any]) -> tuple[dict[Any, Any], Elements]:
    """Part updates into those of whole entries and those of elements."""
    whole: dict[Any, Any] = {}
    elements: Elements = {}
    for key, value in fixed.items():
        parts = split_element_key(key)
        if parts is None:
            whole[key] = value
        else:
            elements.setdefault(parts[0], {})[parts[1]] = value
    return whole, elements


def _strip_indices(key: Any) -> Any:
    parts = split_element_key(key)
    return key if parts is None else parts[0]


def apply_elements(
    name: str, updates: Mapping[str, Any], value: Any, merge: Callable[[Any, Any], Any]
) -> Any:
    """Return a list in which the updated elements are in their places.

    Args:
        name: the name of the list, for messages.
        updates: new elements by their indices, ``{"[2]": ...}``.
        value: the list.
        merge: ``merge(update, element)`` for elements that are dictionaries.

    Raises:
        InvalidConfigError: ``value`` is no list, or too short.
    """
    result = list(value) if isinstance(value, list | tuple) else value
    for indices, update in updates.items():
        path = name + indices
        *outer, last = [int(index) for index in re.findall(r"-?\d+", indices)]
        level = result
        for index in outer:
            _check(path, level, index)
            level[index] = list(level[index]) if isinstance(level[index], list | tuple) else level[index]
            level = level[index]
        _check(path, level, last)
        level[last] = _update_element(path, update, level[last], merge)
    return result


def _check(path: str, value: Any, index: int) -> None:
    if not isinstance(value, list):
        raise InvalidConfigError(
            f"Can't set {path}: the entry is no list, but {type(value).__name__}", print_traceback=False
        )
    if not -len(value) <= index < len(value):
        raise InvalidConfigError(
            f"Can't set {path}: the list has {len(value)} elements", print_traceback=False
        )


def _update_element(path: str, update: Any, element: Any, merge: Callable[[Any, Any], Any]) -> Any:
    if isinstance(update, dict) and isinstance(element, dict):
        unknown = sorted({_strip_indices(key) for key in update} - set(element))
        if unknown:
            raise InvalidConfigError(
                f"Can't set {path}.{unknown[0]}: the element has only {', '.join(map(str, element))}",
                print_traceback=False,
            )
        return merge(update, element)
    return update


def iter_enclosing(path: str) -> Iterator[str]:
    """Yield ``a``, ``a[0]``, ``a[0].b`` for ``a[0].b``: the path and all entries that it is inside of."""
    for prefix in iter_prefixes(path):
        if prefix.endswith("]"):
            yield prefix[: prefix.index("[", prefix.rfind(".") + 1)]
        yield prefix


def get_element(value: Any, indices: str, default: Any) -> Any:
    """Return the element that ``[2][0]`` means, or ``default``."""
    for index in re.findall(r"-?\d+", indices):
        if not isinstance(value, list | tuple) or not -len(value) <= int(index) < len(value):
            return default
        value = value[int(index)]
    return value
