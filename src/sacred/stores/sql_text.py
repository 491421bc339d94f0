"""Queries as SQL over the tables of :mod:`sacred.stores.index`, for SQLite, PostgreSQL and MariaDB alike.

Parameters are named (``:q0``), as :mod:`sqlite3` and SQLAlchemy's ``text()`` take them. All values are
parameters; nothing of a query becomes SQL text. A store does

.. code-block:: python

    condition, order = compile_query(query, SQLITE), compile_sort(sort, SQLITE)
    rows = execute(
        f"SELECT runs.id, {condition.unsure}, {order.unsure} FROM runs {order.joins}"
        f" WHERE {condition.text} ORDER BY {order.text}",
        {**condition.parameters, **order.parameters},
    )
    ids = finish(rows, condition, order, load)   # sacred.stores.narrowing

The condition keeps every run that fits. Runs that are not unsure need not be looked at again if it is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf, nextafter
from typing import Any, Final

from sacred.query.fields import NAME_LISTS, resolve_path
from sacred.query.nodes import (
    And,
    Compare,
    Constant,
    Contains,
    Expression,
    Field,
    IsNone,
    Not,
    Operand,
    Operator,
    Or,
    Part,
    TextMethod,
    TextTest,
    Truth,
)
from sacred.query.normal import normalize
from sacred.stores.index import (
    BOOL,
    ITEM_LIMIT,
    LARGEST,
    LIST,
    NAN,
    NUMBER,
    OBJECT,
    TEXT,
    is_storable,
)
from sacred.stores.sql_columns import ROOTS, test_column
from sacred.stores.sql_dialects import (
    ALWAYS,
    MARIADB,
    NEVER,
    POSTGRESQL,
    SQLITE,
    Dialect,
    Sql,
    Tables,
    join_conditions,
)
from sacred.stores.sql_sort import Order, compile_sort
from sacred.support.clock import now as get_now

__all__ = [
    "MARIADB",
    "POSTGRESQL",
    "SQLITE",
    "Condition",
    "Dialect",
    "Order",
    "Tables",
    "compile_query",
    "compile_sort",
]

DEEPEST: Final = 15
"""What is nested more deeply is left to the evaluator: SQLite's parser gives up at a depth of about 30."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A query as SQL.

    Attributes:
        query: what it was made of.
        text: the condition for WHERE; each run that fits fulfils it.
        unsure: a condition, for SELECT: whether the run has to be looked at although the query is exact.
        parameters: of both, by name.
        is_exact: whether a run that fulfils it and is not unsure fits.
        now: until when runs under way have run.
    """

    query: Expression | None
    text: str
    unsure: str
    parameters: dict[str, Any]
    is_exact: bool
    now: datetime


def compile_query(
    query: Expression | None,
    dialect: Dialect,
    tables: Tables | None = None,
    now: datetime | None = None,
) -> Condition:
    """Translate a query.

    Args:
        query: None fits all runs.
        dialect: of the database.
        tables: what the tables are called; ``runs``, ``fields`` and ``items`` if it is not given.
        now: until when runs under way have run; the present moment if it is not given.
    """
    present = now or get_now()
    if query is None:
        return Condition(None, ALWAYS, NEVER, {}, is_exact=True, now=present)
    sql = Sql(dialect, tables or Tables(), present, "q")
    compiler = _Compiler(sql)
    text = compiler.compile(normalize(query), is_wanted=True, depth=0)
    unsure = sql.list_unsure()
    found = f"({unsure} OR ({text}))"
    return Condition(query, found, unsure, sql.parameters, compiler.is_exact, present)


class _Compiler:
    """Translates a normalized expression.

    What SQL can't say becomes a condition that is true too often, or under a ``not`` too seldom.
    """

    def __init__(self, sql: Sql) -> None:
        self.sql = sql
        self.is_exact = True

    def compile(self, expression: Expression, *, is_wanted: bool, depth: int) -> str:
        """Return a condition.

        Args:
            expression: what it is to say.
            is_wanted: true above an even number of ``not``: too many runs are better than too few.
            depth: how deep it is in the query.
        """
        if depth > DEEPEST and isinstance(expression, And | Or | Not):
            return self._guess(ALWAYS, is_wanted=is_wanted)
        match expression:
            case And(parts) | Or(parts):
                word = "AND" if isinstance(expression, And) else "OR"
                found = [self.compile(part, is_wanted=is_wanted, depth=depth + 1) for part in parts]
                return f"({join_conditions(word, found)})"
            case Not(inner):
                return f"NOT {self.compile(inner, is_wanted=not is_wanted, depth=depth + 1)}"
        text, is_exact = self._compile_test(expression)
        return f"({text})" if is_exact else self._guess(text, is_wanted=is_wanted)

    def _guess(self, text: str, *, is_wanted: bool) -> str:
        self.is_exact = False
        return f"({text if is_wanted else NEVER})"

    def _compile_test(self, expression: Expression) -> tuple[str, bool]:
        """Return a condition that holds whenever the test does, and whether the reverse is true, too."""
        operands = _get_operands(expression)
        paths = [resolve_path(operand.path) for operand in operands if isinstance(operand, Field)]
        if not paths:
            return (ALWAYS if self._is_true(expression) else NEVER), True
        if len(paths) == 2:
            return self._compile_pair(expression, *paths)
        (path,) = paths
        numbers = [place for place, part in enumerate(path) if isinstance(part, int)]
        if numbers:
            return self._compile_element(expression, path[: numbers[0]])
        if path[0] in ROOTS:
            text = test_column(self.sql, str(path[0]), expression)
            return (ALWAYS, False) if text is None else (text, True)
        if path[0] in NAME_LISTS:
            found = self._compile_names(expression, path)
            if found:
                return found
        return self._compile_field(expression, path)

    def _is_true(self, expression: Expression) -> bool:
        from sacred.query.evaluate import make_test

        return make_test(expression, self.sql.now)({})

    def _compile_element(self, expression: Expression, path: Sequence[Part]) -> tuple[str, bool]:
        """An element of a list: rows only tell whether there is a list, or an object with such a key."""
        if isinstance(expression, IsNone):
            return ALWAYS, False
        return self.sql.select_field(path, f"f.kind IN ({LIST}, {OBJECT})"), False

    def _compile_names(self, expression: Expression, path: Sequence[Part]) -> tuple[str, bool] | None:
        match expression:
            case TextTest("matches", _, _):
                return self.sql.select_field(path, f"f.kind = {LIST}"), False
            case TextTest(method, _, wanted):
                return self.sql.select_item(path, self.sql.test_text("i.item", method, wanted)), True
            case Contains(Constant(str(text)), _):
                if len(text) > ITEM_LIMIT or not is_storable(text):
                    self.sql.watch(path)
                    return NEVER, True
                return self.sql.select_item(path, f"i.item = {self.sql.bind(text)}"), True
        return None

    def _compile_field(self, expression: Expression, path: Sequence[Part]) -> tuple[str, bool]:
        match expression:
            case IsNone():
                return f"NOT {self.sql.select_field(path, ALWAYS)}", True
            case Truth():
                return self.sql.select_field(path, _TRUTH), True
            case TextTest(method, _, wanted):
                return self._compile_text_test(path, method, wanted)
            case Contains(Constant(value), _):
                return self._compile_containment(path, value)
        condition, is_exact = self._compile_value_test(expression)
        return self.sql.select_field(path, condition), is_exact

    def _compile_text_test(self, path: Sequence[Part], method: TextMethod, wanted: str) -> tuple[str, bool]:
        if method == "matches":
            return self.sql.select_field(path, f"f.kind IN ({TEXT}, {LIST})"), False
        test = self.sql.test_text("f.text", method, wanted)
        return self.sql.select_field(path, f"f.kind = {TEXT} AND {test}", LIST), True

    def _compile_value_test(self, expression: Expression) -> tuple[str, bool]:
        match expression:
            case Compare(operator, _, Constant(value)):
                return compare_value(self.sql, operator, value)
            case Contains(_, Constant(list(values))):
                return choose_value(self.sql, values)
        return f"f.kind = {TEXT}", False

    def _compile_containment(self, path: Sequence[Part], value: Any) -> tuple[str, bool]:
        """A value in a field that may be a text, an object or a list; only of lists rows don't tell."""
        if not isinstance(value, str):
            return self.sql.select_field(path, f"f.kind = {LIST}"), False
        part = self.sql.test_text("f.text", "contains", value)
        in_text = self.sql.select_field(path, f"f.kind = {TEXT} AND {part}", LIST)
        in_object = self.sql.select_field((*path, value), ALWAYS)
        return f"{in_text} OR {in_object}", True

    def _compile_pair(
        self, expression: Expression, one: Sequence[Part], other: Sequence[Part]
    ) -> tuple[str, bool]:
        """Two fields, compared with each other."""
        is_plain = all(
            path[0] not in ROOTS and not any(isinstance(part, int) for part in path) for path in (one, other)
        )
        if not isinstance(expression, Compare) or not is_plain:
            self.sql.watch(())
            return ALWAYS, False
        is_equality = expression.operator == "=="
        symbol = "=" if is_equality else expression.operator
        kinds = (LIST, OBJECT) if is_equality else ()
        keys = [self.sql.bind(self.sql.watch(path, *kinds)) for path in (one, other)]
        numbers = f"{NUMBER}, {BOOL}" if is_equality else str(NUMBER)
        fields = self.sql.tables.fields
        selection = (
            f"f.run FROM {fields} f JOIN {fields} g ON g.run = f.run AND g.kind = f.kind"
            f" WHERE f.path = {keys[0]} AND g.path = {keys[1]}"
            f" AND ((f.kind IN ({numbers}) AND f.number {symbol} g.number)"
            f" OR (f.kind = {TEXT} AND f.text {symbol} g.text))"
        )
        return self.sql.select_run(selection), True


_TRUTH = (
    f"(f.kind IN ({BOOL}, {NUMBER}) AND f.number <> 0) OR f.kind = {NAN}"
    f" OR (f.kind = {TEXT} AND f.text <> '') OR (f.kind IN ({LIST}, {OBJECT}) AND f.number > 0)"
)


def _get_operands(expression: Expression) -> tuple[Operand, ...]:
    match expression:
        case Compare(_, one, other) | Contains(one, other):
            return one, other
        case IsNone(field) | Truth(field) | TextTest(_, field, _):
            return (field,)
    return ()


def compare_value(sql: Sql, operator: Operator, value: Any) -> tuple[str, bool]:
    """Return a condition on a row of ``fields``, and whether it is exact."""
    if isinstance(value, bool):
        return (f"f.kind = {BOOL} AND f.number = {int(value)}" if operator == "==" else NEVER), True
    if isinstance(value, int | float):
        return _compare_number(sql, operator, value), True
    if isinstance(value, str):
        if is_storable(value):
            return f"f.kind = {TEXT} AND {sql.compare('f.text', operator, value)}", True
        return (NEVER, True) if operator == "==" else (f"f.kind = {TEXT}", False)
    if isinstance(value, list | dict) and operator == "==":
        return f"f.kind = {LIST if isinstance(value, list) else OBJECT}", False
    return NEVER, True


def choose_value(sql: Sql, values: Sequence[Any]) -> tuple[str, bool]:
    """Return the condition that a row has one of some values, and whether it is exact."""
    texts = [value for value in values if isinstance(value, str) and is_storable(value)]
    others = [value for value in values if not isinstance(value, str)]
    found = [compare_value(sql, "==", value) for value in others]
    conditions = [text for text, _ in found if text != NEVER]
    if texts:
        conditions.append(f"f.kind = {TEXT} AND f.text IN ({', '.join(map(sql.bind, texts))})")
    condition = join_conditions("OR", [f"({text})" for text in conditions])
    return condition, all(is_exact for _, is_exact in found)


def _compare_number(sql: Sql, operator: Operator, value: float) -> str:
    """Compare with the floats in the rows, by value: also an integer that no float is."""
    if value != value:  # noqa: PLR0124 - NaN
        return NEVER
    near = max(-LARGEST, min(value, LARGEST))
    if value not in {inf, -inf} and (near in {LARGEST, -LARGEST} or float(near) != value):
        if operator == "==":
            return NEVER
        operator, near = _round(operator, value)
    return f"f.kind = {NUMBER} AND {sql.compare('f.number', operator, float(near))}"


def _round(operator: Operator, value: float) -> tuple[Operator, float]:
    """Return a comparison with a float that is true for the same floats as that with a number that is none.

    In rows the largest float stands for infinity, so a number as large is taken for one that no float is.
    """
    is_less = operator in {"<", "<="}
    if value >= LARGEST:
        return "<" if is_less else ">=", LARGEST
    if value <= -LARGEST:
        return "<=" if is_less else ">", -LARGEST
    near = float(value)
    if is_less:
        return "<=", near if near < value else nextafter(near, -inf)
    return ">=", near if near > value else nextafter(near, inf)
