"""The tables of `sacred.stores.index` in a database, filled with documents, and asked."""

import sqlite3

from sacred.stores.index import SQLITE_TABLES, index_document, index_metrics, index_run
from sacred.stores.sql_text import compile_query, compile_sort

RUNS = (
    "CREATE TABLE runs ({key} INTEGER PRIMARY KEY, id {text} UNIQUE, id_number BIGINT, status {text},"
    " start_us BIGINT, stop_us BIGINT, heartbeat_us BIGINT)"
)
_FIELDS = "path BIGINT, run INTEGER, kind INTEGER, number {real}, text {long}, PRIMARY KEY (path, run)"
TABLES = (
    f"CREATE TABLE fields ({_FIELDS})",
    "CREATE TABLE items (path BIGINT, item {text}, run INTEGER, PRIMARY KEY (path, item, run))",
)
TYPES = {
    "postgresql": {
        "key": "key",
        "real": "DOUBLE PRECISION",
        "text": 'TEXT COLLATE "C"',
        "long": 'TEXT COLLATE "C"',
    },
    "mysql": {
        "key": "`key`",
        "real": "DOUBLE",
        "text": "VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
        "long": "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
    },
}
INSERTS = {
    "runs": "INSERT INTO runs VALUES (:key, :a, :b, :c, :d, :e, :f)",
    "fields": "INSERT INTO fields VALUES (:a, :key, :b, :c, :d)",
    "items": "INSERT INTO items VALUES (:a, :b, :key)",
}


def make_rows(documents):
    """Return the rows of all documents, by table."""
    rows = {"runs": [], "fields": [], "items": []}
    for key, document in enumerate(documents):
        document.setdefault("metrics", {})  # stores always give some
        rows["runs"].append(name_columns(key, index_run(document)))
        for made in (index_document(document), index_metrics(document["metrics"])):
            rows["fields"] += [name_columns(key, row) for row in made.fields]
            rows["items"] += [name_columns(key, row) for row in made.items]
    return rows


def name_columns(key, row):
    return {"key": key, **dict(zip("abcdef", row, strict=False))}


def make_sqlite(documents):
    """Return a database in memory."""
    database = sqlite3.connect(":memory:")
    for statement in (RUNS.format(key="key", text="TEXT"), *SQLITE_TABLES):
        database.execute(statement)
    for table, rows in make_rows(documents).items():
        database.executemany(INSERTS[table], rows)
    return database


def fill(connection, documents):
    """Make the tables anew by SQLAlchemy, and fill them."""
    from sqlalchemy import text

    types = TYPES[connection.dialect.name]
    for table in INSERTS:
        connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
    for statement in (RUNS, *TABLES):
        connection.execute(text(statement.format(**types)))
    for table, rows in make_rows(documents).items():
        if rows:
            connection.execute(text(INSERTS[table]), rows)


def write_statement(query, sort, dialect, now):
    """Return a statement that finds runs, its parameters, and what it was made of."""
    condition, order = compile_query(query, dialect, now=now), compile_sort(sort, dialect, now=now)
    columns = f"runs.id, {condition.unsure}, {order.unsure}"
    source = f"FROM runs {order.joins} WHERE {condition.text} ORDER BY {order.text}"
    return f"SELECT {columns} {source}", condition.parameters | order.parameters, condition, order
