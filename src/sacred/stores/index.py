"""Rows made of a document, from which the catalogue and SQL stores answer queries.

A store has a table of its runs, with these columns beside its own (:func:`index_run`):

===============  ======================================================================================
``key``          integer, primary key: what the other tables call ``run``
``id``           text, unique, compared by code point
``id_number``    bigint: the id as a number if it consists of at most 18 digits, else null
``status``       text, compared by code point; the store keeps it true: of a dead run it is ``DEAD``
``start_us``, ``stop_us``, ``heartbeat_us``  bigint: microseconds since 1970-01-01 UTC, or null
===============  ======================================================================================

and three tables (:data:`SQLITE_TABLES`), filled from what :func:`index_document` and, at any later time,
:func:`index_metrics` return:

``fields (path, run, kind, number, text)``, primary key ``(path, run)``
    One row for each value of the document that a query can name, objects and lists too. ``path`` is a
    63-bit hash (:func:`get_path_key`): it makes rows small and alike in every database. ``kind``: see the
    constants. ``number``: of a number, a bool (0, 1), or the length of a list or object. ``text`` is compared
    by code point, and has at most :data:`TEXT_LIMIT` characters, no NUL, no lone surrogate. What is null has
    no row.
``items (path, item, run)``, primary key all three
    One row for each text in ``tags, artifacts, resources, sources``; at most :data:`ITEM_LIMIT` characters.
``field_names (path, name)``, primary key ``path``
    The names of all paths that occur in ``fields``, as queries write them, at most :data:`ITEM_LIMIT`
    characters; null for marks. Rows are only added. To take a run's rows out:
    ``DELETE FROM fields WHERE run = ? AND path IN (SELECT path FROM field_names)``.

Infinity is the largest number that a float can be, since MariaDB has none.

What rows can't say exactly (an integer beyond 2^53, a text that is too long, too many entries) has a *mark*:
a row in ``fields`` whose path is :func:`get_mark_key` of the value's or its object's path. A translated query
tells for which runs it found such marks, and the evaluator decides on them. A run that has no rows at all
needs one mark, :data:`UNKNOWN_RUN`: it is always a candidate, and always evaluated.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from sacred.model.record import Document
from sacred.query.fields import (
    MOMENTS,
    NAME_LISTS,
    SUMMARIES,
    TREES,
    list_names,
    read_fail_trace,
    read_id,
    read_moment,
)
from sacred.query.format import format_path
from sacred.query.nodes import Part
from sacred.support.text import is_encodable

MARK: Final = 0
BOOL: Final = 1
NUMBER: Final = 2
NAN: Final = 3
TEXT: Final = 4
LIST: Final = 5
OBJECT: Final = 6

TEXT_LIMIT: Final = 4000
ITEM_LIMIT: Final = 500
ROW_LIMIT: Final = 1000
"""So many rows are kept of ``config``, of ``info`` and so on; of what is beyond, a mark remains."""

METRIC_LIMIT: Final = 1000
DEPTH_LIMIT: Final = 50
EXACT_INTEGER: Final = 2**53
LARGEST: Final = 1.7976931348623157e308

SQLITE_TABLES: Final = (
    """CREATE TABLE fields (
        path INTEGER NOT NULL, run INTEGER NOT NULL, kind INTEGER NOT NULL, number REAL, text TEXT,
        PRIMARY KEY (path, run)
    ) WITHOUT ROWID""",
    """CREATE TABLE items (
        path INTEGER NOT NULL, item TEXT NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (path, item, run)
    ) WITHOUT ROWID""",
    "CREATE TABLE field_names (path INTEGER PRIMARY KEY, name TEXT)",
)
"""What makes the three tables in SQLite. Filling them goes fastest in the order of their keys."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CACHE_SIZE = 50_000

FieldRow = tuple[int, int, float | None, str | None]
"""``path, kind, number, text``."""


class Step(NamedTuple):
    """A path: its key, the key of a mark there, and the path as it is and as a query writes it."""

    key: int
    mark: int
    path: tuple[str, ...]
    name: str


class RunColumns(NamedTuple):
    """The columns of a run that queries use; see the module."""

    id: str
    id_number: int | None
    status: str | None
    start_us: int | None
    stop_us: int | None
    heartbeat_us: int | None


@dataclass(slots=True)
class Rows:
    """What a document gives.

    Attributes:
        fields: rows of the table ``fields``, without the run.
        items: rows of the table ``items``, without the run: path and text.
        names: rows of the table ``field_names``: a name, or None, for each path in ``fields``.
    """

    fields: list[FieldRow] = field(default_factory=list)
    items: list[tuple[int, str]] = field(default_factory=list)
    names: dict[int, str | None] = field(default_factory=dict)


_ROOT_KEY = 0
_steps: dict[tuple[int, str], Step] = {}


def _hash(key: int, part: str) -> int:
    data = key.to_bytes(8) + part.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest()) >> 1


def _go(step: Step, part: str) -> Step:
    found = _steps.get((step.key, part))
    if found is None:
        key = _hash(step.key, part)
        path = (*step.path, part)
        found = Step(key, _hash(key, "\0mark"), path, format_path(path)[:ITEM_LIMIT])
        if len(_steps) > _CACHE_SIZE:
            _steps.clear()
        _steps[step.key, part] = found
    return found


_TOP = Step(_ROOT_KEY, _hash(_ROOT_KEY, "\0mark"), (), "")


def _find_step(path: Iterable[Part]) -> Step:
    step = _TOP
    for part in path:
        step = _go(step, str(part))
    return step


def get_path_key(path: Sequence[Part]) -> int:
    """Return what stands for a path in ``fields`` and ``items``: 63 bits."""
    return _find_step(path).key


def get_mark_key(path: Sequence[Part]) -> int:
    """Return the path of a mark that says: what is here, or below, is not exactly in the rows."""
    return _find_step(path).mark


UNKNOWN_RUN: Final[FieldRow] = (get_mark_key(()), MARK, None, None)
"""The one row of a run that is not in the rows at all."""


def index_run(document: Document) -> RunColumns:
    """Return the columns of a run."""
    run_id, status = str(document.get("id")), document.get("status")
    number = read_id(run_id)
    moments = (read_moment(document.get(key)) for key in MOMENTS)
    start, stop, beat = (None if one is None else to_microseconds(one) for one in moments)
    kept = status if isinstance(status, str) and is_storable(status) else None
    return RunColumns(run_id, number if isinstance(number, int) else None, kept, start, stop, beat)


def to_microseconds(moment: datetime) -> int:
    """Return an aware moment as microseconds since 1970-01-01 UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def is_storable(text: str) -> bool:
    """Tell whether every database can hold a text: no NUL, no lone surrogate."""
    return "\0" not in text and is_encodable(text)


def index_document(document: Document) -> Rows:
    """Return the rows of a document, without those of its metrics."""
    walker = _Walker()
    for root in TREES:
        walker.walk_root(root, document.get(root))
    for root in ("command", "notes"):
        walker.walk_root(root, document.get(root))
    walker.walk_root("fail_trace", read_fail_trace(document))
    status = document.get("status")
    if status is not None and not (isinstance(status, str) and is_storable(status)):
        walker.mark(_go(_TOP, "status"))  # the column can't hold it
    for root in NAME_LISTS:
        walker.add_names(root, list_names(document, root))
    return walker.rows


def index_metrics(metrics: Mapping[str, Mapping[str, Any]]) -> Rows:
    """Return the rows of a run's summaries; of metrics of the system only that they are there.

    Args:
        metrics: by name, as :func:`sacred.model.series.summarize` gives them.
    """
    walker = _Walker()
    top = _go(_TOP, "metrics")
    walker.add(top, OBJECT, float(len(metrics)))
    for number, (name, summary) in enumerate(metrics.items()):
        if number == METRIC_LIMIT:
            walker.mark(top)
            break
        step = _go(top, name)
        walker.add(step, OBJECT, float(len(summary)))
        if name.startswith("system."):
            walker.mark(step)
            continue
        walker.walk_summary(step, summary)
    return walker.rows


class _Walker:
    """Goes through a document, and notes a row for each value."""

    def __init__(self) -> None:
        self.rows = Rows()
        self._fields, self._names = self.rows.fields, self.rows.names
        self._left = ROW_LIMIT

    def walk_root(self, root: str, value: Any) -> None:
        if value is None:
            return
        step = _go(_TOP, root)
        self._left = ROW_LIMIT
        self.walk(step, value, 0)
        if self._left < 0:
            self.mark(step)

    def walk_summary(self, step: Step, summary: Mapping[str, Any]) -> None:
        """Note what sums up a metric. How many metrics there may be is another limit than that of rows."""
        self._left = ROW_LIMIT
        for key in SUMMARIES:
            self.walk(_go(step, key), summary.get(key), DEPTH_LIMIT)

    def walk(self, step: Step, value: Any, depth: int) -> None:
        """Note a value and what is in it."""
        self._left -= 1
        kind = type(value)
        if value is None or self._left < 0:
            return
        if kind is str:
            self._add_text(step, value)
        elif kind is float or kind is int:
            self._add_number(step, value)
        elif kind is bool:
            self.add(step, BOOL, float(value))
        elif kind is dict:
            self._walk_object(step, value, depth)
        elif kind is list:
            self.add(step, LIST, float(len(value)))
        else:
            self.mark(step)

    def add(self, step: Step, kind: int, number: float | None = None, text: str | None = None) -> None:
        """Note a row."""
        self._fields.append((step.key, kind, number, text))
        self._names[step.key] = step.name

    def mark(self, step: Step) -> None:
        """Note that what is here is not exactly in the rows."""
        if step.mark not in self._names:
            self._fields.append((step.mark, MARK, None, None))
            self._names[step.mark] = None

    def add_names(self, root: str, names: list[Any] | None) -> None:
        """Note a list of names, and each of them."""
        if names is None:
            return
        step = _go(_TOP, root)
        self.add(step, LIST, float(len(names)))
        texts = {name for name in names if isinstance(name, str)}
        kept = {text for text in texts if len(text) <= ITEM_LIMIT and is_storable(text)}
        if len(kept) != len(texts) or len(kept) > ROW_LIMIT:
            self.mark(step)
        self.rows.items += [(step.key, text) for text in sorted(kept)[:ROW_LIMIT]]

    def _add_text(self, step: Step, text: str) -> None:
        if len(text) <= TEXT_LIMIT and is_storable(text):
            self.add(step, TEXT, None, text)
        else:
            self.add(step, TEXT, None, "")
            self.mark(step)

    def _add_number(self, step: Step, value: float) -> None:
        if value != value:  # noqa: PLR0124 - NaN
            self.add(step, NAN)
            return
        if isinstance(value, int):
            is_exact = -EXACT_INTEGER <= value <= EXACT_INTEGER
            number = float(value) if is_exact else LARGEST
        else:
            is_exact = abs(value) != LARGEST
            number = max(-LARGEST, min(value, LARGEST))
        self.add(step, NUMBER, number)
        if not is_exact:
            self.mark(step)

    def _walk_object(self, step: Step, value: dict[Any, Any], depth: int) -> None:
        self.add(step, OBJECT, float(len(value)))
        if depth == DEPTH_LIMIT:
            self.mark(step)
            return
        for key, inner in value.items():
            if inner is not None:
                self.walk(_go(step, str(key)), inner, depth + 1)
