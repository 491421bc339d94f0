"""Which runs fit a query: the database narrows down, sorts, and says which runs have to be looked at."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from sacred.query.nodes import Expression, SortKey
from sacred.stores.narrowing import Load, finish
from sacred.stores.sql import schema
from sacred.stores.sql.moments import now_us
from sacred.stores.sql.types import ANY_TEXT
from sacred.stores.sql_text import (
    MARIADB,
    POSTGRESQL,
    SQLITE,
    Condition,
    Order,
    Tables,
    compile_query,
    compile_sort,
)

_DIALECTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "mysql": MARIADB, "mariadb": MARIADB}
_TABLES = Tables(runs="alive", fields=schema.fields.name, items=schema.items.name)
# the status of a run that has fallen silent changes without anybody writing it
_ALIVE = (
    "WITH alive AS (SELECT sacred_runs.key, id, id_number, start_us, stop_us, heartbeat_us,"
    " CASE WHEN status = 'RUNNING' AND silent_us < :present THEN 'DEAD' ELSE status END AS status"
    " FROM sacred_runs WHERE trashed_us IS NULL) "
)


class Finding:
    """A translated question.

    Args:
        connection: for reading.
        query: what must fit.
        sort: how runs are sorted.
    """

    def __init__(
        self, connection: Connection, query: Expression | None, sort: Sequence[SortKey] = ()
    ) -> None:
        self._connection = connection
        dialect = _DIALECTS.get(connection.dialect.name, SQLITE)
        self.condition: Condition = compile_query(query, dialect, _TABLES)
        self.order: Order = compile_sort(sort, dialect, _TABLES)

    def find(self, load: Load, limit: int | None, offset: int) -> list[str]:
        """Return the ids that were asked for.

        Args:
            load: gives the documents of runs that have to be looked at.
            limit: so many.
            offset: from this one on.
        """
        columns = f"alive.id, {self._flag(self.condition.unsure)}, {self._flag(self.order.unsure)}"
        place = f"FROM alive {self.order.joins} WHERE {self.condition.text} ORDER BY {self.order.text}"
        text = f"SELECT {columns} {place}"
        parameters = {**self.condition.parameters, **self.order.parameters}
        if not (self.condition.query or self.order.sort):  # nothing has to be looked at again
            ids = self._execute(self._limit(text, limit, offset), parameters)
            return [run_id for run_id, _, _ in ids]
        rows = self._execute(text, parameters)
        return finish(rows, self.condition, self.order, load, limit=limit, offset=offset)

    def count(self) -> int | None:
        """Return how many runs fit; None if some have to be looked at."""
        if not self.condition.is_exact:
            return None
        unsure = self._flag(self.condition.unsure)
        columns = f"COUNT(*), COALESCE(SUM({unsure}), 0)"
        statement = sa.text(f"{_ALIVE} SELECT {columns} FROM alive WHERE {self.condition.text}")  # noqa: S608 - as above
        parameters = {**self.condition.parameters, "present": now_us()}
        count, doubtful = self._connection.execute(statement, parameters).one()
        return None if doubtful else int(count)

    def _execute(self, text: str, parameters: dict[str, Any]) -> list[tuple[str, Any, Any]]:
        statement = sa.text(_ALIVE + text).columns(
            sa.column("id", ANY_TEXT), sa.column("unsure"), sa.column("unsorted")
        )
        rows = self._connection.execute(statement, {**parameters, "present": now_us()})
        return [(run_id, unsure, unsorted) for run_id, unsure, unsorted in rows]

    def _limit(self, text: str, limit: int | None, offset: int) -> str:
        if limit is None and not offset:
            return text
        return f"{text} LIMIT {2**62 if limit is None else int(limit)} OFFSET {int(offset)}"

    def _flag(self, condition: str) -> str:
        return f"CASE WHEN {condition} THEN 1 ELSE 0 END"
