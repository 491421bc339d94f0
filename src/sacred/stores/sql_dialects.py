"""What the databases say differently, and pieces of SQL text with their parameters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sacred.query.nodes import Part, TextMethod
from sacred.stores.index import get_mark_key, get_path_key, is_storable, to_microseconds

ALWAYS: Final = "1 = 1"
NEVER: Final = "1 = 0"
_SYMBOLS = {"==": "="}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a database says in its own way: templates with ``{text}``, ``{part}`` and ``{length}``.

    Attributes:
        contains: a text has a part, by code point.
        startswith: it begins with it.
        endswith: it ends with it.
        real: a whole number as a floating one.
    """

    contains: str
    startswith: str
    endswith: str
    real: str


SQLITE: Final = Dialect(
    contains="instr({text}, {part}) > 0",
    startswith="substr({text}, 1, {length}) = {part}",
    endswith="substr({text}, -{length}) = {part}",
    real="CAST({text} AS REAL)",
)
POSTGRESQL: Final = Dialect(
    contains="strpos({text}, CAST({part} AS TEXT)) > 0",
    startswith="left({text}, {length}) = {part}",
    endswith="right({text}, {length}) = {part}",
    real="CAST({text} AS DOUBLE PRECISION)",
)
MARIADB: Final = Dialect(
    contains="locate({part}, {text}) > 0",
    startswith="left({text}, {length}) = {part}",
    endswith="right({text}, {length}) = {part}",
    real="CAST({text} AS DOUBLE)",
)


@dataclass(frozen=True, slots=True)
class Tables:
    """What the tables are called, in SQL."""

    runs: str = "runs"
    fields: str = "fields"
    items: str = "items"


@dataclass(slots=True)
class Sql:
    """Writes pieces of one statement, and gathers its parameters.

    Attributes:
        dialect: of the database.
        tables: their names.
        now: until when runs under way have run.
        prefix: what the names of the parameters begin with.
        parameters: by name.
        marks: keys of the marks that make a run unsure.
        kinds: paths and kinds of values that make a run unsure.
    """

    dialect: Dialect
    tables: Tables
    now: datetime
    prefix: str
    parameters: dict[str, Any] = field(default_factory=dict)
    marks: dict[int, None] = field(default_factory=dict)
    kinds: dict[tuple[int, int], None] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        """Return what stands for a value."""
        name = f"{self.prefix}{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def watch(self, path: Sequence[Part], *kinds: int) -> int:
        """Note that an answer depends on a path; returns its key.

        Args:
            path: a mark there, or above, makes a run unsure.
            kinds: a value of one of these kinds does, too.
        """
        for length in range(len(path) + 1):
            self.marks[get_mark_key(path[:length])] = None
        key = get_path_key(path)
        for kind in kinds:
            self.kinds[key, kind] = None
        return key

    def column(self, name: str) -> str:
        """Return a column of the run."""
        return f"{self.tables.runs}.{name}"

    def select_field(self, path: Sequence[Part], condition: str, *kinds: int) -> str:
        """Return the condition that a run has a row of a path that fulfils a condition on ``f``."""
        key = self.bind(self.watch(path, *kinds))
        return self.select_run(f"f.run FROM {self.tables.fields} f WHERE f.path = {key} AND ({condition})")

    def select_item(self, path: Sequence[Part], condition: str) -> str:
        """Return the condition that a run has an item in a list of names that fulfils one on ``i``."""
        key = self.bind(self.watch(path))
        return self.select_run(f"i.run FROM {self.tables.items} i WHERE i.path = {key} AND {condition}")

    def select_run(self, selection: str) -> str:
        """Return the condition that a run is among selected ones."""
        return f"{self.column('key')} IN (SELECT {selection})"

    def duration_us(self) -> str:
        """Return the duration of a run in microseconds, or null."""
        running = f"{self.column('status')} = 'RUNNING'"
        silent = f"CASE WHEN {running} THEN {self.bind(to_microseconds(self.now))}"
        end = f"COALESCE({self.column('stop_us')}, {silent} ELSE {self.column('heartbeat_us')} END)"
        return f"({end} - {self.column('start_us')})"

    def test_text(self, text: str, method: TextMethod, wanted: str) -> str:
        """Return the condition that a text passes a test; not for ``matches``."""
        if not wanted:
            return ALWAYS
        if not is_storable(wanted):
            return NEVER
        template = getattr(self.dialect, method)
        return str(template).format(text=text, part=self.bind(wanted), length=len(wanted))

    def compare(self, left: str, symbol: str, value: Any) -> str:
        """Return a comparison with a value."""
        return f"{left} {_SYMBOLS.get(symbol, symbol)} {self.bind(value)}"

    def list_unsure(self) -> str:
        """Return the condition that a run is unsure in what was watched."""
        if not self.marks:
            return NEVER
        marks = ", ".join(map(self.bind, self.marks))
        source = f"f.run FROM {self.tables.fields} f WHERE"
        conditions = [self.select_run(f"{source} f.path IN ({marks})")]
        conditions += [
            self.select_run(f"{source} f.path = {self.bind(path)} AND f.kind = {kind}")
            for path, kind in self.kinds
        ]
        return f"({join_conditions('OR', conditions)})"


def join_conditions(word: str, conditions: Sequence[str]) -> str:
    """Join conditions with AND or OR, in a balanced tree: databases limit the depth of an expression."""
    if not conditions:
        return ALWAYS if word == "AND" else NEVER
    if len(conditions) <= 8:
        return f" {word} ".join(conditions)
    middle = len(conditions) // 2
    halves = (join_conditions(word, part) for part in (conditions[:middle], conditions[middle:]))
    return f" {word} ".join(f"({half})" for half in halves)
