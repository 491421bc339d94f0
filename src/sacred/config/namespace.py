"""The entries of one config while it is evaluated, and the names that its code sees."""

from collections.abc import Container, Iterable, Iterator, Mapping, MutableMapping
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import Any

from sacred.config.config_summary import ConfigSummary
from sacred.config.dogmatic import DogmaticDict, dogmatize, enforce
from sacred.config.elements import apply_elements
from sacred.config.keys import normalize_or_die

ENTRIES_NAME = "__sacred_entries__"
"""The global name by which inner functions reach the entries that they declare ``nonlocal``."""

_DEFINED = (FunctionType, BuiltinFunctionType, MethodType, type)
_ABSENT = object()


class Entries(DogmaticDict):
    """What a config assigned; entries that are fixed keep their value, and remember what was assigned.

    Other than in its parent class, a fixed entry is there only once it was assigned: what nobody assigns is
    an addition.
    """

    def populate(self) -> None:
        """Leave the fixed entries out."""

    def put(self, name: str, value: Any) -> None:
        """Take over an entry of an earlier config: nothing is proposed by that."""
        self[name] = value
        self.proposed.pop(name, None)
        kept = self[name]
        if isinstance(kept, DogmaticDict):
            kept.forget_proposals()

    def summarize(self, label: str, preset: Mapping[str, Any] | None = None) -> ConfigSummary:
        """Return the entries in plain form, those of ``preset`` that are lacking, and what ``fixed`` changed.

        Raises:
            ConfigKeyError: a key is not allowed.
        """
        summary = ConfigSummary()
        summary.proposed = dict(self.iter_proposals())
        self.settle()
        own = normalize_or_die(dict(self))
        for name in self.fixed:
            if name not in own:
                own[name] = normalize_or_die(self.complete(name))
        summary.layers = [(label, own)]
        summary.update(fill_in(own, preset) if preset else own)
        return summary

    def drop(self, name: str) -> None:
        """Remove an entry, also a fixed one: the code's name for it is gone."""
        dict.__delitem__(self, name)

    def complete(self, name: str) -> Any:
        """Return a fixed entry that nobody assigned, with its updated elements."""
        value = dogmatize(self.fixed[name])
        return apply_elements(name, self.elements[name], value, enforce) if name in self.elements else value


def fill_in(config: Mapping[str, Any], preset: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of both, merged at every depth; ``config`` wins, the order is that of ``preset``."""
    merged = dict(preset)
    for key, value in config.items():
        present = merged.get(key)
        if isinstance(value, dict) and isinstance(present, dict) and value is not present:
            merged[key] = fill_in(value, present)
        else:
            merged[key] = value
    return merged


class ScopeGlobals(dict[str, Any]):
    """The global names of nested code: the module's, those of functions around, and the entries.

    Comprehensions, lambdas and inner functions look their free names up here; what nobody assigned here is
    looked up where it belongs, as it may have changed. The copy is for class bodies, which look no further.
    """

    def __init__(self, module: dict[str, Any], cells: Mapping[str, CellType]) -> None:
        free = {name: _read_cell(cell) for name, cell in cells.items()}
        self.copied = {**module, **{name: value for name, value in free.items() if value is not _ABSENT}}
        super().__init__(self.copied)
        self.module = module
        self.cells = cells

    def __getitem__(self, name: str) -> Any:
        value = self.get(name, _ABSENT)
        if value is not self.copied.get(name, _ABSENT):
            return value
        outer = _read_cell(self.cells[name]) if name in self.cells else _ABSENT
        return self.module[name] if outer is _ABSENT else outer

    def uncover(self, name: str) -> None:
        """Forget what was assigned to a name."""
        self.pop(name, None)
        if name in self.copied:
            self[name] = self.copied[name]


class ScopeLocals(MutableMapping[str, Any]):
    """The local names of a config function: every assignment is an entry, and is seen by nested code.

    Args:
        module: the global names of the function's module.
        cells: its free variables, from the functions around it.
        fixed: nested updates that win over assignments.
    """

    def __init__(
        self, module: dict[str, Any], cells: Mapping[str, CellType], fixed: Mapping[str, Any] | None
    ) -> None:
        self.entries = Entries(fixed)
        self.globals = ScopeGlobals(module, cells)
        self.globals[ENTRIES_NAME] = self

    def __getitem__(self, name: str) -> Any:
        return self.globals[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.entries[name] = value
        self.globals[name] = self.entries[name]

    def assign(self, name: str, value: Any) -> Any:
        """Set an entry and return it, as ``:=`` does."""
        self[name] = value
        return self[name]

    def __delitem__(self, name: str) -> None:
        if name not in self.entries:
            raise KeyError(name)
        self.entries.drop(name)
        self.globals.uncover(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def write_back(self, names: Iterable[str]) -> None:
        """Set variables of the module and of the functions around, which the code declared to be theirs."""
        for name in names:
            value = self.globals.get(name, _ABSENT)
            if name in self.entries or value is self.globals.copied.get(name, _ABSENT):
                continue
            if name in self.globals.cells:
                self.globals.cells[name].cell_contents = value
            else:
                self.globals.module[name] = value

    def put(self, name: str, value: Any) -> None:
        """Offer an entry of an earlier config as a parameter."""
        self.entries.put(name, value)
        self.globals[name] = self.entries[name]

    def finish(self, outside: Mapping[str, Any], helpers: Container[str]) -> Entries:
        """Return the entries: what was assigned, but for modules, lambdas and functions made here.

        Args:
            outside: parameters that are others' entries.
            helpers: names that the code imports and defines for its own use.
        """
        for name in list(self.entries):
            value = self.globals.get(name, _ABSENT)
            if value is _ABSENT or value is self or name in outside or _is_helper(value, name in helpers):
                self.entries.drop(name)
            elif value is not self.entries[name]:  # assigned by nested code
                self.entries[name] = value
        return self.entries


def _is_helper(value: Any, is_own: bool) -> bool:
    """Tell whether a value is no entry: a class or function is one if it can be imported by its name."""
    if isinstance(value, ModuleType):
        return True
    return isinstance(value, _DEFINED) and (is_own or "<" in value.__qualname__)


def _read_cell(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return _ABSENT
