"""The columns of a table of runs: named as the fields of queries, and those that matter by themselves."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sacred.model.record import Document
from sacred.query.fields import make_getter
from sacred.query.format import format_path
from sacred.query.nodes import Field, Part
from sacred.reader.views import restore_value
from sacred.support.clock import now

Getter = Callable[[Document], Any]
Leaves = dict[str, Any]
"""The entries of a configuration by dotted name, dictionaries apart."""

PLAIN = ("id", "status", "start_time", "duration")
RESULT = "result"
SYSTEM = "system."
_SEED = "seed"
_MOST_DEPTH = 100


def make_cell_getter(field: Field) -> Getter:
    """Return a function that takes a document and returns what is in a column: durations as such."""
    getter = make_getter(field)
    moment = now()
    if field.path == ("duration",):
        return lambda document: _make_duration(getter(document, moment))
    if field.path == ("id",):
        return lambda document: str(document.get("id"))
    return lambda document: restore_value(getter(document, moment))


def _make_duration(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def iter_leaves(config: Any, root: str = "config") -> Iterator[tuple[str, Any]]:
    """Yield the entries of a configuration, each with its name as a field: ``config.optimizer.kind``."""
    yield from _iter_leaves(config, (root,))


def _iter_leaves(level: Any, path: tuple[Part, ...]) -> Iterator[tuple[str, Any]]:
    if not isinstance(level, dict):
        return
    for key, value in level.items():
        if isinstance(value, dict) and value and len(path) < _MOST_DEPTH and not _is_marked(value):
            yield from _iter_leaves(value, (*path, key))
        else:
            yield _name((*path, key)), value


@lru_cache(maxsize=10_000)
def _name(path: tuple[Part, ...]) -> str:
    return format_path(path)


def _is_marked(value: dict[str, Any]) -> bool:
    return any(key.startswith("py/") for key in value)


class Survey:
    """Looks at the documents of runs, and finds what tells them apart."""

    def __init__(self) -> None:
        self._count = 0
        self._first: Leaves = {}
        self._seen: dict[str, int] = {}
        self._varying: set[str] = set()
        self._metrics: dict[str, None] = {}
        self._has_result = False

    def look(self, document: Document, leaves: Leaves) -> None:
        """Take in one document, and the entries of its configuration."""
        self._count += 1
        for name, value in leaves.items():
            first = self._first.setdefault(name, value)
            self._seen[name] = self._seen.get(name, 0) + 1
            if first is not value and name not in self._varying and not _is_same(first, value):
                self._varying.add(name)
        metrics = document.get("metrics")
        if isinstance(metrics, dict):
            self._metrics.update(dict.fromkeys(metrics))
        self._has_result = self._has_result or document.get("result") is not None

    def list_changed(self) -> list[str]:
        """Return the entries that are not the same in all runs, seeds last."""
        names = [name for name, seen in self._seen.items() if name in self._varying or seen < self._count]
        return sorted(names, key=is_seed)

    def list_metrics(self) -> list[str]:
        """Return the names of the metrics, without the system's."""
        return [name for name in self._metrics if not name.startswith(SYSTEM)]

    def list_columns(self) -> list[str]:
        """Return the columns that matter: changed entries, the result, the last values of the metrics."""
        result = [RESULT] if self._has_result else []
        return [*self.list_changed(), *result, *map(name_last, self.list_metrics())]


def name_last(metric: str) -> str:
    """Return the field that is the last value of a metric."""
    return format_path(("metrics", metric, "last"))


def is_seed(name: str) -> bool:
    """Tell whether a column is a seed of the configuration."""
    return name.rsplit(".", 1)[-1] == _SEED


def _is_same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    return bool(one == other) or (one != one and other != other)  # noqa: PLR0124 - NaN is the same as NaN


def collect_default_table(documents: Iterable[Document]) -> dict[str, list[Any]]:
    """Return the table of runs that is shown when nobody names columns, without keeping the documents."""
    getters = {name: make_cell_getter(Field((name,))) for name in (*PLAIN, RESULT)}
    table: dict[str, list[Any]] = {name: [] for name in getters}
    survey, all_leaves, lasts = Survey(), [], []
    for document in documents:
        leaves = dict(iter_leaves(document.get("config")))
        survey.look(document, leaves)
        all_leaves.append(leaves)
        lasts.append(_get_lasts(document))
        for name, getter in getters.items():
            table[name].append(getter(document))
    result = table.pop(RESULT)
    for name in survey.list_changed():
        table[name] = [restore_value(leaves.get(name)) for leaves in all_leaves]
    table[RESULT] = result
    for metric in survey.list_metrics():
        table[name_last(metric)] = [last.get(metric) for last in lasts]
    return table


def _get_lasts(document: Document) -> dict[str, Any]:
    metrics = document.get("metrics")
    if not isinstance(metrics, dict):
        return {}
    return {name: summary.get("last") for name, summary in metrics.items() if isinstance(summary, dict)}


def collect_table(documents: Iterable[Document], fields: dict[str, Field]) -> dict[str, list[Any]]:
    """Return a table with these columns, without keeping the documents."""
    getters = {name: make_cell_getter(field) for name, field in fields.items()}
    table: dict[str, list[Any]] = {name: [] for name in getters}
    for document in documents:
        for name, getter in getters.items():
            table[name].append(getter(document))
    return table


def make_ids_numbers(table: dict[str, list[Any]]) -> None:
    """Turn the column of ids into integers, if all are numbers."""
    ids = table.get("id")
    if ids and all(one.isascii() and one.isdigit() and len(one) < 19 and str(int(one)) == one for one in ids):
        table["id"] = [int(one) for one in ids]
