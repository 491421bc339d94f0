"""Read-only mappings whose entries are attributes as well."""

from collections.abc import Iterator, Mapping
from typing import Any, Never

from sacred.errors import EntryNotFoundError
from sacred.model.serialize import restore
from sacred.support.text import format_close


class View(Mapping[str, Any]):
    """A part of a record: ``view.rate`` and ``view["rate"]`` are the same.

    Dictionaries in it are views, too, and so are those in lists; a list is a copy.

    Args:
        entries: what the record says; anything that is no dictionary counts as an empty one.
        path: what it is called in messages, such as ``config``.
    """

    __slots__ = ("_entries", "_path")

    def __init__(self, entries: Any, path: str = "") -> None:
        self._entries: Mapping[str, Any] = entries if isinstance(entries, dict) else {}
        self._path = path

    def __getitem__(self, key: str) -> Any:
        try:
            value = self._entries[key]
        except (KeyError, TypeError):
            raise self._miss(key) from None
        return _wrap(value, f"{self._path}.{key}" if self._path else key)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self._entries:
            raise self._miss(name)
        return self[name]

    def __setattr__(self, name: str, value: Never) -> None:  # Never: type checkers refuse what is assigned
        if name not in View.__slots__:
            what = self._path or "a record"
            raise AttributeError(f"{what} can't be changed; to_dict() gives a copy that can")
        super().__setattr__(name, value)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *filter(str.isidentifier, self._entries)]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, View):
            return self.to_dict() == other.to_dict()
        return self.to_dict() == other if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a dictionary's

    def __repr__(self) -> str:
        return f"View({self.to_dict()!r})"

    def __copy__(self) -> "View":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return View, (self.to_dict(), self._path)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._entries)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain dictionaries and lists, a copy."""
        return {key: restore(value) for key, value in self._entries.items()}

    def _miss(self, key: object) -> EntryNotFoundError:
        close = format_close(key, self._entries) if isinstance(key, str) else ""
        return EntryNotFoundError(f'{self._path or "the record"} has no entry "{key}"{close}')


def _wrap(value: Any, path: str) -> Any:
    value = restore_value(value)
    if isinstance(value, dict):
        return View(value, path)
    if isinstance(value, list):
        return [_wrap(one, f"{path}[{index}]") for index, one in enumerate(value)]
    return value


def restore_value(value: Any) -> Any:
    """Return a value with jsonpickle's marks of Sacred 0.8 turned into plain values, if it has any."""
    return restore(value) if has_marks(value) else value


def has_marks(value: Any) -> bool:
    """Tell whether there is something of jsonpickle in a value."""
    if isinstance(value, dict):
        return any(
            (isinstance(key, str) and key.startswith(("py/", "json://"))) or has_marks(one)
            for key, one in value.items()
        )
    return isinstance(value, list) and any(map(has_marks, value))
