"""The rows from which queries are answered; :mod:`sacred.stores.index` says what they mean."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import mysql, postgresql, sqlite

from sacred.stores.index import Rows, get_mark_key, get_path_key, index_document
from sacred.stores.sql import schema
from sacred.stores.sql.files import split

_ANNOTATED = ("tags", "notes")
_ANNOTATED_PATHS = [key((root,)) for root in _ANNOTATED for key in (get_path_key, get_mark_key)]


def insert_rows(connection: Connection, rows: Sequence[tuple[int, Rows]]) -> None:
    """Write the rows of runs that have none yet.

    Args:
        connection: in a transaction.
        rows: of each run, by its key.
    """
    names: dict[int, str | None] = {}
    for _, one in rows:
        names |= one.names
    _insert_names(connection, names)
    fields = {
        (path, run): (kind, number, text) for run, one in rows for path, kind, number, text in one.fields
    }
    _insert(connection, schema.fields, [(*key, *fields[key]) for key in sorted(fields)])
    items = {(path, item, run) for run, one in rows for path, item in one.items}
    _insert(connection, schema.items, sorted(items))


def _insert(connection: Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    names = [column.name for column in table.columns]
    if connection.dialect.name == "sqlite":  # as it is: SQLAlchemy would look at each value
        places = ", ".join("?" for _ in names)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", rows)  # noqa: S608 - ours
        return
    if connection.dialect.driver != "psycopg":
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        return
    # thousands of small rows as arrays: several times faster than one by one
    dialect = connection.dialect
    kinds = [
        column.type.dialect_impl(dialect).compile(dialect).split(" COLLATE")[0] for column in table.columns
    ]
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in zip(names, kinds, strict=True))
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM unnest({arrays})"  # noqa: S608 - ours
    columns = zip(*rows, strict=True)
    parameters = {name: list(column) for name, column in zip(names, columns, strict=True)}
    connection.execute(sa.text(statement), parameters)


def replace_annotations(connection: Connection, run: int, annotations: dict[str, Any]) -> None:
    """Write the rows of a run's tags and notes anew."""
    for table in (schema.fields, schema.items):
        rows = sa.delete(table).where(table.c.path.in_(_ANNOTATED_PATHS), table.c.run == run)
        connection.execute(rows)
    insert_rows(connection, [(run, index_document(annotations))])


def _insert_names(connection: Connection, names: dict[int, str | None]) -> None:
    columns = schema.field_names.c
    known: set[int] = set()
    for part in split(list(names)):
        known.update(connection.scalars(sa.select(columns.path).where(columns.path.in_(part))))
    new = [{"path": path, "name": names[path]} for path in sorted(names.keys() - known)]
    if new:
        connection.execute(_ignore_known(connection.dialect.name), new)


def _ignore_known(dialect: str) -> Any:
    """Return an insertion into the names of fields that leaves what others have just inserted."""
    if dialect in {"mysql", "mariadb"}:
        return mysql.insert(schema.field_names).prefix_with("IGNORE")
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(schema.field_names).on_conflict_do_nothing()
