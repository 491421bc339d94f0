"""Bringing our tables to the present version, by Alembic; no file of settings is needed for it."""

import contextlib
import logging
import os
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from sacred.plugins.extras import require
from sacred.stores.sql import schema

_LOCK_NAME = "sacred_upgrade"
_LOCK_NUMBER = 0x5AC2ED
_LOCK_SECONDS = 60


@contextlib.contextmanager
def be_alone(engine: Engine) -> Iterator[None]:
    """Keep others from making tables on MariaDB, where that commits each step: the lock is a session's."""
    if engine.dialect.name not in {"mysql", "mariadb"}:
        yield
        return
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.get_lock(_LOCK_NAME, _LOCK_SECONDS)))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.release_lock(_LOCK_NAME)))


def migrate(connection: Connection, check_version: Callable[[Connection], None]) -> None:
    """Make our tables, or bring them to the present version.

    Args:
        connection: in a transaction that writes.
        check_version: raises if they are newer than we are.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_NUMBER)))
    if read_version(connection) != schema.VERSION:
        check_version(connection)
        _run_alembic(connection)


def _run_alembic(connection: Connection) -> None:
    require("alembic", "Writing to a database")
    from alembic import command
    from alembic.config import Config

    logger = logging.getLogger("alembic")
    if logger.level == logging.NOTSET:  # experiments show what is logged as information
        logger.setLevel(logging.WARNING)
    config = Config()
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def read_version(connection: Connection) -> str | None:
    """Return the version of our tables; None if there are none."""
    if not sa.inspect(connection).has_table(schema.VERSION_TABLE):
        return None
    versions = sa.table(schema.VERSION_TABLE, sa.column("version_num", sa.String))
    found = connection.execute(sa.select(versions)).scalar()
    return None if found is None else str(found)
