"""A connection to a database: transactions, locks, what went wrong in one line, and our tables' version."""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from sacred.errors import StoreError
from sacred.stores.sql import schema
from sacred.stores.sql.migrating import be_alone, migrate, read_version
from sacred.stores.sql.urls import format_location, parse_url

_T = TypeVar("_T")
BUSY_SECONDS = 30
_CONNECT_SECONDS = 10
_MOST_TRIES = 5
_PATIENT = frozenset({"psycopg", "psycopg2", "pymysql"})
# what is read belongs together; who holds the lock sees what others wrote before
_ISOLATION: dict[tuple[str, bool], dict[str, str]] = {
    ("postgresql", True): {"isolation_level": "REPEATABLE READ"},
    ("mysql", False): {"isolation_level": "READ COMMITTED"},
    ("mariadb", False): {"isolation_level": "READ COMMITTED"},
}
# two transactions that wait for each other: PostgreSQL's and MariaDB's word for it, which ask for another try
_COLLISIONS = frozenset({"40001", "40P01", 1205, 1213, 1020})


class Database:
    """One database, connected to when it is first used.

    Args:
        url: with user and password.

    Raises:
        StoreError: it is no URL of a database.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.location = format_location(self.url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._path = os.path.abspath(str(self.url.database))
        self._may_create = False
        self._tables: set[str] = set()
        try:
            self._engine = self._make_engine()
        except (SQLAlchemyError, ImportError) as error:
            raise StoreError(f"{self.location}: {self._say(error)}") from None

    @property
    def dialect(self) -> str:
        """``sqlite``, ``postgresql``, ``mysql`` or ``mariadb``."""
        return self._engine.dialect.name

    def read(self, function: Callable[[Connection], _T]) -> _T:
        """Call a function with a connection that sees one state of the database; once more if it was lost.

        Raises:
            StoreError: the database can't be read.
        """
        with self._explained():
            try:
                return self._call(function, "read")
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            return self._call(function, "read")

    def write(self, function: Callable[[Connection], _T]) -> _T:
        """Call a function in a transaction that writes; again if it collided with another one.

        Our tables are made before, if they are not there.

        Raises:
            StoreError: the database can't be written.
        """
        self.upgrade()
        with self._explained():
            return self._try(function, _MOST_TRIES)

    def _try(self, function: Callable[[Connection], _T], tries: int) -> _T:
        try:
            return self._call(function, "write")
        except DBAPIError as error:
            if tries == 1 or not _is_collision(error):
                raise
        return self._try(function, tries - 1)

    def has_table(self, connection: Connection, name: str) -> bool:
        """Tell whether there is a table; ours of another version are an error.

        Raises:
            StoreError: a newer version of sacred has made our tables.
        """
        if name not in self._tables and sa.inspect(connection).has_table(name):
            if name.startswith("sacred_"):
                self._check_version(connection)
            self._tables.add(name)
        return name in self._tables

    def hold_lock(self, connection: Connection) -> None:
        """Keep others from adding runs or removing contents until the end of the transaction."""
        if not self.is_sqlite:  # there, who writes is alone
            row = sa.select(schema.locks).where(schema.locks.c.name == "runs")
            connection.execute(row.with_for_update())

    def upgrade(self) -> None:
        """Make our tables or bring them to the present version, if that has not been done.

        Raises:
            StoreError: it can't be done.
        """
        if schema.VERSION_TABLE in self._tables:
            return
        self._may_create = True
        with self._explained():
            if self.is_sqlite:
                self._prepare_file()
            with be_alone(self._engine):
                self._call(lambda connection: migrate(connection, self._check_version), "migrate")
        self._tables.add(schema.VERSION_TABLE)

    def give_space_back(self) -> None:
        """Let a file become as small as what is in it; servers do that by themselves."""
        if self.is_sqlite:
            with self._explained(), self._engine.connect() as connection:
                _execute_raw(connection, "PRAGMA incremental_vacuum")

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _call(self, function: Callable[[Connection], _T], purpose: str) -> _T:
        engine = self._engine
        if purpose == "read" and self.is_sqlite and not os.path.exists(self._path):
            engine = sa.create_engine("sqlite://")  # reading makes no file: it finds nothing
        options = {"sacred_purpose": purpose, **_ISOLATION.get((self.dialect, purpose == "read"), {})}
        with engine.execution_options(**options).begin() as connection:
            return function(connection)

    def _check_version(self, connection: Connection) -> None:
        version = read_version(connection)
        if version is not None and not (version.isdigit() and int(version) <= int(schema.VERSION)):
            raise StoreError(
                f"{self.location} was made by a newer version of sacred (tables of version {version}, "
                f"this one knows {schema.VERSION}): upgrade sacred to use it"
            )

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"{self.location}: {self._say(error)}") from None

    def _say(self, error: BaseException) -> str:
        original = getattr(error, "orig", None) or error
        arguments: tuple[Any, ...] = tuple(getattr(original, "args", ()))
        # PyMySQL's errors are a number and a text
        text = str(arguments[1] if len(arguments) > 1 and isinstance(arguments[0], int) else original)
        line = " ".join(text.split("\n", maxsplit=1)[0].split()) or type(original).__name__
        password = self.url.password
        return line.replace(str(password), "***") if password else line

    def _make_engine(self) -> Engine:
        if not self.is_sqlite:
            return self._make_server_engine()
        engine = sa.create_engine("sqlite://", creator=self._connect_file, poolclass=sa.QueuePool)

        @sa.event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            purpose = connection.get_execution_options().get("sacred_purpose")
            # a transaction that begins by reading and goes on to write fails where others write
            connection.exec_driver_sql("BEGIN" if purpose == "read" else "BEGIN IMMEDIATE")

        return engine

    def _make_server_engine(self) -> Engine:
        options: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 2}
        url = self.url
        if url.get_backend_name() in {"mysql", "mariadb"}:
            url = url.update_query_dict({"charset": "utf8mb4"})
        if url.get_driver_name() in _PATIENT and "connect_timeout" not in url.query:
            options["connect_args"] = {"connect_timeout": _CONNECT_SECONDS}
        return sa.create_engine(url, **options)

    def _connect_file(self) -> Any:
        import sqlite3
        from urllib.parse import quote

        path = self._path
        mode = "rwc" if self._may_create else "rw"
        if _is_sealed(path):
            mode = "ro&immutable=1"
        connection = sqlite3.connect(
            f"file:{quote(path)}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _prepare_file(self) -> None:
        """Let others read while one writes, where that can be: not on all networks."""
        with self._engine.connect() as connection:
            _execute_raw(connection, "PRAGMA auto_vacuum = INCREMENTAL")  # of a new file only
            _execute_raw(connection, "PRAGMA journal_mode = WAL")


def _execute_raw(connection: Connection, statement: str) -> None:
    """Execute what can't be in a transaction, to its end: ``execute`` would only begin it."""
    raw = connection.connection.driver_connection
    if raw is not None:
        raw.executescript(statement)


def _is_sealed(path: str) -> bool:
    """Tell whether SQLite could not even make its own files beside a database, which it needs for reading."""
    folder = os.path.dirname(path)
    return (
        os.path.exists(path)
        and not os.path.exists(path + "-wal")
        and not (os.access(path, os.W_OK) and os.access(folder, os.W_OK))
    )


def _is_collision(error: DBAPIError) -> bool:
    """Tell whether a transaction met another one; what both add at once is there when it tries again."""
    if isinstance(error, IntegrityError):
        return True
    original: Any = error.orig
    code = getattr(original, "sqlstate", None) or (original.args or [None])[0]
    return isinstance(code, str | int) and code in _COLLISIONS
