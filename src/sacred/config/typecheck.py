"""Does a value have the type that an annotation asks for?"""

import dataclasses
import types
from collections.abc import Mapping
from collections.abc import Sequence as AbstractSequence
from collections.abc import Set as AbstractSet
from enum import Enum
from pathlib import PurePath
from typing import (
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)


class Mismatch(NamedTuple):
    """A value that does not fit: its dotted path, what was expected, and what it is, in words."""

    path: str
    expected: str
    got: str


class _MisfitError(Exception):
    def __init__(self, path: str, expected: Any, value: Any) -> None:
        super().__init__()
        self.mismatch = Mismatch(path, describe_type(expected), describe_value(value))


def check_fields(
    cls: type, hints: Mapping[str, Any], values: Mapping[str, Any], prefix: str = ""
) -> tuple[dict[str, Any], list[Mismatch]]:
    """Check the values of a dataclass's fields.

    Args:
        cls: the dataclass.
        hints: its resolved annotations.
        values: the values by field; other names are wrong.
        prefix: path of the values, with a dot at its end, for messages.

    Returns:
        The values in their types, and what does not fit.
    """
    checked: dict[str, Any] = {}
    mismatches: list[Mismatch] = []
    for field in dataclasses.fields(cls):
        path = f"{prefix}{field.name}"
        if not field.init:
            continue
        if field.name not in values:
            mismatches.append(Mismatch(path, describe_type(hints[field.name]), "no value"))
            continue
        try:
            checked[field.name] = convert(values[field.name], hints[field.name], path)
        except _MisfitError as misfit:
            mismatches.append(misfit.mismatch)
        except _SeveralMisfitsError as misfits:
            mismatches += misfits.mismatches
    return checked, mismatches


class _SeveralMisfitsError(Exception):
    def __init__(self, mismatches: list[Mismatch]) -> None:
        super().__init__()
        self.mismatches = mismatches


def convert(value: Any, hint: Any, path: str) -> Any:
    """Return a value in the type of its annotation: an int where a float is asked for becomes one."""
    origin = get_origin(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return value
    if origin in (Union, types.UnionType):
        return _convert_union(value, hint, path)
    if origin is Literal:
        if any(value == choice and type(value) is type(choice) for choice in get_args(hint)):
            return value
        raise _MisfitError(path, hint, value)
    if origin is not None and get_args(hint):
        return _convert_container(value, hint, path)
    kind = hint if origin is None else origin  # ``typing.List`` is a list of anything
    if isinstance(kind, type):
        return _convert_class(value, kind, path)
    return value  # an annotation that says nothing checkable


def _convert_union(value: Any, hint: Any, path: str) -> Any:
    choices = get_args(hint)
    exact = [choice for choice in choices if isinstance(choice, type) and type(value) is choice]
    for choice in (*exact, *choices):
        try:
            return convert(value, choice, path)
        except (_MisfitError, _SeveralMisfitsError):
            continue
    raise _MisfitError(path, hint, value)


def _convert_container(value: Any, hint: Any, path: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if not isinstance(origin, type):
        return value
    if issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise _MisfitError(path, hint, value)
        of_key, of_item = (*arguments, Any)[:2]  # a Counter has one argument
        return {
            convert(key, of_key, path): convert(item, of_item, f"{path}.{key}") for key, item in value.items()
        }
    if issubclass(origin, tuple) and not (len(arguments) == 2 and arguments[1] is Ellipsis):
        if not isinstance(value, list | tuple) or len(value) != len(arguments):
            raise _MisfitError(path, hint, value)
        return [
            convert(item, wanted, f"{path}[{index}]")
            for index, (item, wanted) in enumerate(zip(value, arguments, strict=True))
        ]
    if issubclass(origin, AbstractSequence | AbstractSet):
        if not isinstance(value, list | tuple | set | frozenset):
            raise _MisfitError(path, hint, value)
        items = [convert(item, arguments[0], f"{path}[{index}]") for index, item in enumerate(value)]
        return origin(items) if issubclass(origin, set | frozenset) else items
    return value


def _convert_class(value: Any, hint: type, path: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return _convert_dataclass(value, hint, path)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is int and isinstance(value, bool):
        raise _MisfitError(path, hint, value)
    if issubclass(hint, Enum) and not isinstance(value, hint):
        return _convert_enum(value, hint, path)
    if issubclass(hint, PurePath) and isinstance(value, str):
        return hint(value)
    if isinstance(value, list) and issubclass(hint, tuple | set | frozenset):
        return value if issubclass(hint, tuple) else hint(value)  # tuples are lists in a configuration
    if not _is_instance(value, hint):
        raise _MisfitError(path, hint, value)
    return value


def _is_instance(value: Any, hint: type) -> bool:
    if is_typeddict(hint):
        return isinstance(value, Mapping)
    try:
        return isinstance(value, hint)
    except TypeError:  # a protocol that can't be checked
        return True


def _convert_dataclass(value: Any, hint: type, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise _MisfitError(path, hint, value)
    checked, mismatches = check_fields(hint, get_type_hints(hint), value, f"{path}.")
    names = {field.name for field in dataclasses.fields(hint)}
    mismatches += [
        Mismatch(f"{path}.{name}", f"one of {', '.join(sorted(names))}", "this name")
        for name in value
        if name not in names
    ]
    if mismatches:
        raise _SeveralMisfitsError(mismatches)
    return checked


def _convert_enum(value: Any, hint: type[Enum], path: str) -> Any:
    try:
        return hint(value)
    except ValueError:
        if isinstance(value, str) and value in hint.__members__:
            return hint[value]
    raise _MisfitError(path, f"one of {', '.join(repr(member.value) for member in hint)}", value)


def accepts_keys(hint: Any) -> bool:
    """Tell whether an annotation allows dictionaries whose keys are not known: ``dict[str, int]``, ``Any``.

    A class with fields counts as well where something else may stand in its place: ``Net | None``.
    """
    parts = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    if len(parts) > 1 and any(
        dataclasses.is_dataclass(part) or hasattr(part, "model_fields") for part in parts
    ):
        return True
    kinds = [get_origin(part) or part for part in parts]
    return any(kind is Any or (isinstance(kind, type) and issubclass(kind, Mapping)) for kind in kinds)


def describe_type(hint: Any) -> str:
    """Return an annotation as one writes it: ``int``, ``list[str]``, ``float | None``."""
    if isinstance(hint, str):
        return hint
    if get_origin(hint) in (Union, types.UnionType):
        return " | ".join(describe_type(choice) for choice in get_args(hint))
    if hint is type(None):
        return "None"
    if isinstance(hint, type) and get_origin(hint) is None:
        return hint.__name__
    return str(hint).replace("typing.", "")


def describe_value(value: Any) -> str:
    """Return a value and its type: ``'fast' (str)``."""
    return f"{value!r} ({type(value).__name__})"
