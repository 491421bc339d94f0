"""Sort keys as SQL; see :mod:`sacred.stores.sql_text`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sacred.query.evaluate import RANKS
from sacred.query.fields import resolve_path
from sacred.query.nodes import SortKey
from sacred.stores.index import BOOL, NAN, NUMBER, TEXT
from sacred.stores.sql_columns import ROOTS, get_column
from sacred.stores.sql_dialects import NEVER, Dialect, Sql, Tables
from sacred.support.clock import now as get_now

_KINDS: Final = {NUMBER: "number", NAN: "nan", TEXT: "text", BOOL: "bool"}


@dataclass(frozen=True, slots=True)
class Order:
    """Sort keys as SQL.

    Attributes:
        sort: what it was made of.
        joins: to stand behind the table of runs.
        text: for ORDER BY; it ends with the order of the ids.
        unsure: a condition, for SELECT: whether the run may not be in its place.
        parameters: by name.
        is_exact: whether the order is right as long as no run is unsure.
    """

    sort: Sequence[SortKey]
    joins: str
    text: str
    unsure: str
    parameters: dict[str, Any]
    is_exact: bool


def compile_sort(
    sort: Sequence[SortKey],
    dialect: Dialect,
    tables: Tables | None = None,
    now: datetime | None = None,
) -> Order:
    """Translate sort keys; the arguments are those of :func:`sacred.stores.sql_text.compile_query`."""
    sql = Sql(dialect, tables or Tables(), now or get_now(), "s")
    joins: list[str] = []
    terms: list[str] = []
    is_exact = True
    for number, key in enumerate(sort):
        path = resolve_path(key.field.path)
        direction = "DESC" if key.descending else "ASC"
        if path[0] in ROOTS:
            terms += _order_by_column(sql, str(path[0]), direction)
        elif any(isinstance(part, int) for part in path):
            is_exact = False
        else:
            place = sql.bind(sql.watch(path))
            joins.append(
                f"LEFT JOIN {sql.tables.fields} s{number}"
                f" ON s{number}.path = {place} AND s{number}.run = {sql.column('key')}"
            )
            terms += _order_by_field(f"s{number}", direction)
    number_column = sql.column("id_number")
    terms += [f"CASE WHEN {number_column} IS NULL THEN 1 ELSE 0 END", number_column, sql.column("id")]
    unsure = sql.list_unsure() if sort else NEVER
    return Order(tuple(sort), " ".join(joins), ", ".join(terms), unsure, sql.parameters, is_exact)


def _order_by_column(sql: Sql, root: str, direction: str) -> list[str]:
    if root == "id":
        number = sql.column("id_number")
        is_text = f"CASE WHEN {number} IS NULL THEN 1 ELSE 0 END"
        text = f"CASE WHEN {number} IS NULL THEN {sql.column('id')} END"
        return [is_text, f"{number} {direction}", f"{text} {direction}"]
    sql.watch((root,))
    column = get_column(sql, root)
    return [f"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END", f"{column} {direction}"]


def _order_by_field(row: str, direction: str) -> list[str]:
    ranks = " ".join(f"WHEN {kind} THEN {RANKS[name]}" for kind, name in _KINDS.items())
    nothing, other = RANKS["nothing"], RANKS["other"]
    rank = f"CASE {row}.kind {ranks} ELSE CASE WHEN {row}.kind IS NULL THEN {nothing} ELSE {other} END END"
    number = f"CASE WHEN {row}.kind IN ({NUMBER}, {BOOL}) THEN {row}.number END"
    return [rank, f"{number} {direction}", f"{row}.text {direction}"]
