"""Configs given as a dataclass or a pydantic model: entries with types.

A schema says what there is (names, default values, documentation) and checks the final values, so that a
wrong type is told with the entry, the expected type and the value, wherever it came from.
"""

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, get_type_hints

from sacred.config.config_summary import ConfigSummary
from sacred.config.namespace import Entries
from sacred.config.typecheck import Mismatch, accepts_keys, check_fields, describe_value
from sacred.errors import InvalidConfigError
from sacred.support.dotted import get_by_dotted_path, iterate_flattened, join_paths, set_by_dotted_path


class Schema(Protocol):
    """What the two kinds of typed configs have in common."""

    def get_defaults(self) -> dict[str, Any]:
        """Return the nested default values; entries without one are left out."""

    def iter_required(self) -> Iterator[str]:
        """Yield the dotted paths of entries that have no default value."""

    def iter_hints(self) -> Iterator[tuple[str, Any]]:
        """Yield the entries with their annotations."""

    def check(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Mismatch]]:
        """Return the values in their types, and what does not fit."""

    def get_docs(self) -> dict[str, str]:
        """Return what documents the entries, by dotted path."""


class TypedConfig:
    """A config whose entries have types.

    Args:
        schema: a dataclass or pydantic model, or an instance of one.
        label: where it comes from, in words, for ``print_config``.
    """

    def __init__(self, schema: Any, label: str) -> None:
        self.schema = make_schema(schema)
        self.label = label

    def __call__(
        self,
        fixed: Mapping[str, Any] | None = None,
        preset: Mapping[str, Any] | None = None,
        fallback: Mapping[str, Any] | None = None,  # noqa: ARG002 -- as for config functions
    ) -> ConfigSummary:
        """Return the default values, where ``fixed`` wins over them and they win over ``preset``."""
        defaults = self.schema.get_defaults()
        for path in self.schema.iter_required():
            if get_by_dotted_path(dict(fixed or {}), path, _ABSENT) is not _ABSENT:
                set_by_dotted_path(defaults, path, None)  # an update gives it: that is no new entry
        entries = Entries(fixed)
        for name, value in defaults.items():
            entries[name] = value
        summary = entries.summarize(self.label, preset)
        summary.docs = self.schema.get_docs()
        summary.proposed.update(dict.fromkeys(self._iter_allowed(fixed or {}, defaults)))
        return summary

    def _iter_allowed(self, fixed: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[str]:
        """Yield the updates inside entries whose annotation allows any key: those are no unknown entries."""
        for name, hint in self.schema.iter_hints():
            inside = fixed.get(name) if accepts_keys(hint) else None
            for path, _ in iterate_flattened(inside) if isinstance(inside, dict) else ():
                if get_by_dotted_path(defaults, f"{name}.{path}", _ABSENT) is _ABSENT:
                    yield f"{name}.{path}"

    def check(self, config: dict[str, Any], path: str = "") -> set[str]:
        """Check the final values, put them in their types, and return the names of the entries.

        Args:
            config: the configuration; its values are replaced.
            path: where it stands in the whole, for messages.

        Raises:
            ConfigTypeError: values are missing, or have wrong types.
        """
        names = {name.split(".")[0] for name in (*self.schema.get_defaults(), *self.schema.iter_required())}
        values, mismatches = self.schema.check({name: config[name] for name in names if name in config})
        if mismatches:
            raise ConfigTypeError(mismatches, path, self.label)
        config.update(values)
        return names


class ConfigTypeError(InvalidConfigError, TypeError):
    """Entries have values of the wrong types.

    Args:
        mismatches: which entries, what was expected, and what they have.
        prefix: path of the ingredient that they belong to.
        label: the config that gives them types.
    """

    def __init__(self, mismatches: list[Mismatch], prefix: str = "", label: str = "") -> None:
        self.paths = [join_paths(prefix, mismatch.path) for mismatch in mismatches]
        lines = [
            f'Config entry "{path}": expected {mismatch.expected}, got {mismatch.got}'
            if path
            else f"The configuration is not {mismatch.expected}"  # a check of several entries together
            for path, mismatch in zip(self.paths, mismatches, strict=True)
        ]
        super().__init__("\n".join(lines) + f" [{label}]", print_traceback=False)
        self.mismatches = mismatches


_ABSENT = object()


def is_schema(obj: Any) -> bool:
    """Tell whether something is a dataclass or pydantic model, or an instance of one."""
    return hasattr(obj, "__dataclass_fields__") or hasattr(obj, "__pydantic_fields__") or _is_model(obj)


def _is_model(obj: Any) -> bool:
    cls = obj if isinstance(obj, type) else type(obj)
    return hasattr(cls, "model_fields") and hasattr(cls, "model_validate")


def make_schema(obj: Any) -> Schema:
    """Return the schema of a dataclass or pydantic model; an instance gives its values as defaults."""
    return _ModelSchema(obj) if _is_model(obj) else _DataclassSchema(obj)


class _DataclassSchema:
    def __init__(self, obj: Any) -> None:
        self.cls = obj if isinstance(obj, type) else type(obj)
        self.instance = None if isinstance(obj, type) else obj
        self.hints = get_type_hints(self.cls, include_extras=False)

    def get_defaults(self) -> dict[str, Any]:
        defaults = {}
        for field in self._fields():
            value = self._get_default(field)
            if value is not dataclasses.MISSING:
                defaults[field.name] = _to_plain(value)
        return defaults

    def iter_required(self) -> Iterator[str]:
        for field in self._fields():
            value = self._get_default(field)
            nested = self.hints[field.name]
            if value is dataclasses.MISSING:
                yield field.name
            elif isinstance(value, dict) and isinstance(nested, type) and dataclasses.is_dataclass(nested):
                yield from (f"{field.name}.{path}" for path in _DataclassSchema(nested).iter_required())

    def iter_hints(self) -> Iterator[tuple[str, Any]]:
        return iter(self.hints.items())

    def check(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Mismatch]]:
        return check_fields(self.cls, self.hints, values)

    def get_docs(self) -> dict[str, str]:
        docs = dict(_find_comments(self.cls))
        for field in self._fields():
            text = field.metadata.get("doc") or field.metadata.get("help")
            if text:
                docs[field.name] = str(text)
            nested = self.hints[field.name]
            if isinstance(nested, type) and dataclasses.is_dataclass(nested):
                docs |= {
                    f"{field.name}.{name}": doc for name, doc in _DataclassSchema(nested).get_docs().items()
                }
        return docs

    def _fields(self) -> tuple[dataclasses.Field[Any], ...]:
        fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(self.cls)
        return tuple(field for field in fields if field.init)

    def _get_default(self, field: dataclasses.Field[Any]) -> Any:
        if self.instance is not None:
            return getattr(self.instance, field.name)
        if field.default is not dataclasses.MISSING:
            return field.default
        if field.default_factory is not dataclasses.MISSING:
            return field.default_factory()
        nested = self.hints[field.name]
        if isinstance(nested, type) and dataclasses.is_dataclass(nested):
            return _DataclassSchema(nested).get_defaults()
        return dataclasses.MISSING


class _ModelSchema:
    """A pydantic model; pydantic itself does the checking."""

    def __init__(self, obj: Any) -> None:
        self.cls: Any = obj if isinstance(obj, type) else type(obj)
        self.instance = None if isinstance(obj, type) else obj

    def get_defaults(self) -> dict[str, Any]:
        if self.instance is not None:
            return _to_plain(self.instance.model_dump())  # type: ignore[no-any-return]  # a model is a dictionary
        defaults = {}
        for name, field in self.cls.model_fields.items():
            if not field.is_required():
                defaults[name] = _to_plain(field.get_default(call_default_factory=True))
            elif isinstance(field.annotation, type) and _is_model(field.annotation):
                defaults[name] = _ModelSchema(field.annotation).get_defaults()
        return defaults

    def iter_required(self) -> Iterator[str]:
        if self.instance is not None:
            return
        for name, field in self.cls.model_fields.items():
            if not field.is_required():
                continue
            if isinstance(field.annotation, type) and _is_model(field.annotation):
                yield from (f"{name}.{path}" for path in _ModelSchema(field.annotation).iter_required())
            else:
                yield name

    def iter_hints(self) -> Iterator[tuple[str, Any]]:
        return ((name, field.annotation) for name, field in self.cls.model_fields.items())

    def check(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Mismatch]]:
        pydantic = sys.modules["pydantic"]
        try:
            model = self._validate(dict(values))
        except pydantic.ValidationError as error:
            return {}, [self._explain(part) for part in error.errors()]
        dumped = model.model_dump()
        return {name: dumped[name] for name in dumped if name in self.cls.model_fields}, []

    def _validate(self, values: dict[str, Any]) -> Any:
        try:
            return self.cls.model_validate(values, by_alias=False, by_name=True)
        except TypeError:  # pydantic before 2.11 knows entries by their aliases only
            return self.cls.model_validate(
                {self.cls.model_fields[name].alias or name: value for name, value in values.items()}
            )

    def get_docs(self) -> dict[str, str]:
        docs = dict(_find_comments(self.cls))
        for name, field in self.cls.model_fields.items():
            if field.description:
                docs[name] = field.description
            if isinstance(field.annotation, type) and _is_model(field.annotation):
                docs |= {
                    f"{name}.{path}": doc for path, doc in _ModelSchema(field.annotation).get_docs().items()
                }
        return docs

    def _explain(self, error: Mapping[str, Any]) -> Mismatch:
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])[1:]
        field = self.cls.model_fields.get(error["loc"][0]) if error["loc"] else None
        if error["type"] == "missing":
            return Mismatch(path, "a value", "none")
        if error["type"] in ("value_error", "assertion_error"):  # a validator of the user's own
            reason = error["msg"].partition(", ")[2] or error["msg"]
            return Mismatch(
                path, f"what {self.cls.__name__} accepts ({reason})", describe_value(error["input"])
            )
        expected = error["msg"][:1].lower() + error["msg"][1:]
        if field is not None and len(error["loc"]) == 1:
            expected = f"{getattr(field.annotation, '__name__', field.annotation)} ({expected})"
        return Mismatch(path, expected, describe_value(error["input"]))


def _to_plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if _is_model(value) and not isinstance(value, type):
        return _to_plain(value.model_dump())
    if isinstance(value, dict):
        return {key: _to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(item) for item in value]
    return value


def _find_comments(cls: type) -> dict[str, str]:
    """Return the comments beside the fields, as they document the entries of a config function."""
    import ast
    import inspect
    import textwrap

    from sacred.config.scope_source import find_docs

    try:
        lines = textwrap.dedent(inspect.getsource(cls)).splitlines(keepends=True)
        tree = ast.parse("".join(lines))
    except (OSError, TypeError, SyntaxError):  # a class made without a file
        return {}
    body = tree.body[0].body if tree.body and isinstance(tree.body[0], ast.ClassDef) else []
    return find_docs(body, lines)
