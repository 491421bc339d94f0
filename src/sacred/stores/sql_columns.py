"""Conditions on what is in columns of a run itself: id, status, moments, duration."""

from datetime import datetime
from math import ceil, floor
from typing import Any, Final

from sacred.query.fields import MOMENTS
from sacred.query.nodes import (
    Compare,
    Constant,
    Contains,
    Expression,
    IsNone,
    Operator,
    TextMethod,
    TextTest,
    Truth,
)
from sacred.stores.index import LARGEST, is_storable, to_microseconds
from sacred.stores.sql_dialects import ALWAYS, NEVER, Sql, join_conditions

_COLUMNS: Final = {
    "id": "id",
    "status": "status",
    "start_time": "start_us",
    "stop_time": "stop_us",
    "heartbeat": "heartbeat_us",
}
ROOTS: Final = ("id", "status", *MOMENTS, "duration")


def test_column(sql: Sql, root: str, expression: Expression) -> str | None:
    """Return the condition that a test of a field in columns is; None if SQL can't say it."""
    sql.watch((root,))
    match expression:
        case IsNone():
            return NEVER if root == "id" else f"{get_column(sql, root)} IS NULL"
        case Truth():
            return _test_truth(sql, root)
        case TextTest(method, _, wanted):
            return _test_text(sql, root, method, wanted)
        case Compare(operator, _, Constant(value)):
            return compare_column(sql, root, operator, value)
        case Contains(_, Constant(list(values))):
            found = [compare_column(sql, root, "==", value) for value in values]
            return f"({join_conditions('OR', found)})"
    return None


def _test_text(sql: Sql, root: str, method: TextMethod, wanted: str) -> str | None:
    if root not in {"id", "status"}:
        return NEVER
    column = get_column(sql, root)
    return None if method == "matches" else _and(column, sql.test_text(column, method, wanted))


def get_column(sql: Sql, root: str) -> str:
    """Return the column of a field, or what stands for it."""
    return sql.duration_us() if root == "duration" else sql.column(_COLUMNS[root])


def _and(column: str, condition: str) -> str:
    return f"({column} IS NOT NULL AND {condition})"


def _test_truth(sql: Sql, root: str) -> str:
    if root == "id":
        return ALWAYS
    column = get_column(sql, root)
    if root in MOMENTS:
        return f"{column} IS NOT NULL"
    return _and(column, f"{column} <> {0 if root == 'duration' else sql.bind('')}")


def compare_column(sql: Sql, root: str, operator: Operator, value: Any) -> str:
    """Return the condition that a column is equal to a value, less than it, and so on."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if root == "duration":
        return _compare_duration(sql, operator, value) if is_number else NEVER
    column = get_column(sql, root)
    if root in MOMENTS and isinstance(value, datetime):
        return _and(column, sql.compare(column, operator, to_microseconds(value)))
    if root == "id" and is_number:
        return _compare_whole(sql, sql.column("id_number"), operator, value)
    if root in {"id", "status"} and isinstance(value, str) and is_storable(value):
        condition = _and(column, sql.compare(column, operator, value))
        return f"({sql.column('id_number')} IS NULL AND {condition})" if root == "id" else condition
    return NEVER


def _compare_duration(sql: Sql, operator: Operator, seconds: float) -> str:
    if seconds != seconds:  # noqa: PLR0124 - NaN
        return NEVER
    number = float(max(-LARGEST, min(seconds, LARGEST)))
    duration = sql.duration_us()
    real = sql.dialect.real.format(text=duration)
    return _and(duration, sql.compare(f"{real} / 1000000.0", operator, number))


def _compare_whole(sql: Sql, column: str, operator: Operator, value: float) -> str:
    """Compare a column of whole numbers; the value is brought to one, too, and into the range of int64."""
    if value != value:  # noqa: PLR0124 - NaN
        return NEVER
    limit = 2**62
    near = max(-limit, min(value, limit))
    if operator == "==" and (near != value or near != floor(near)):
        return NEVER
    bound = ceil(near) if operator in {"<", ">="} else floor(near)
    return _and(column, sql.compare(column, operator, bound))
