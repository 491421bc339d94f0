"""The entries of one config while it is evaluated, and the names that its code sees."""

from collections.abc import Iterator, Mapping, MutableMapping
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import Any

from sacred.config.config_summary import ConfigSummary
from sacred.config.dogmatic import DogmaticDict, dogmatize, enforce
from sacred.config.elements import apply_elements
from sacred.config.keys import normalize_or_die

ENTRIES_NAME = "__sacred_entries__"
"""The global name by which inner functions reach the entries that they declare ``nonlocal``."""

_NOT_ENTRIES = (ModuleType, FunctionType, BuiltinFunctionType, MethodType, type)
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
    """Return the entries of both, merged at every depth, where ``config`` wins; the order is that of ``preset``."""
    merged = dict(preset)
    for key, value in config.items():
        present = merged.get(key)
        if isinstance(value, dict) and isinstance(present, dict) and value is not present:
            merged[key] = fill_in(value, present)
        else:
            merged[key] = value
    return merged


class ScopeGlobals(dict[str, Any]):
    """The global names of a config function's nested code: the module's, and the entries.

    Comprehensions, lambdas and inner functions look their free names up here.
    """

    def __init__(self, module: dict[str, Any]) -> None:
        super().__init__(module)
        self.module = module

    def __missing__(self, name: str) -> Any:
        return self.module[name]


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
        self.globals = ScopeGlobals(module)
        self.globals[ENTRIES_NAME] = self
        self.cells = cells
        for name, cell in cells.items():
            value = _read_cell(cell)
            if value is not _ABSENT:
                self.globals[name] = value

    def __getitem__(self, name: str) -> Any:
        if name in self.entries:
            return self.globals[name]  # nested code may have assigned it
        if name in self.cells:
            value = _read_cell(self.cells[name])
            if value is not _ABSENT:
                return value
        return self.globals.module[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.entries[name] = value
        self.globals[name] = self.entries[name]

    def __delitem__(self, name: str) -> None:
        if name not in self.entries:
            raise KeyError(name)
        self.entries.drop(name)
        self.globals.pop(name, None)
        if name in self.globals.module:
            self.globals[name] = self.globals.module[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def put(self, name: str, value: Any) -> None:
        """Offer an entry of an earlier config as a parameter."""
        self.entries.put(name, value)
        self.globals[name] = self.entries[name]

    def finish(self, outside: Mapping[str, Any]) -> Entries:
        """Return the entries without modules, functions, classes, and the parameters in ``outside``."""
        for name in list(self.entries):
            value = self.globals.get(name, _ABSENT)
            if value is _ABSENT or value is self or (isinstance(value, _NOT_ENTRIES)) or name in outside:
                self.entries.drop(name)
            elif value is not self.entries[name]:  # assigned by nested code
                self.entries[name] = value
        return self.entries


def _read_cell(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return _ABSENT
