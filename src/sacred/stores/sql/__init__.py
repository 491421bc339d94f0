"""Runs in a database: our own tables, and those of Sacred 0.8 beside them.

Nothing here loads SQLAlchemy before a database is opened.
"""

from sacred.stores.base import RunStore

__all__ = ["open_store", "upgrade"]

_DRIVERS = {"postgresql+psycopg": "psycopg", "mysql+pymysql": "pymysql", "mariadb+pymysql": "pymysql"}


def open_store(url: str) -> RunStore:
    """Open a database by its URL: ``sqlite:///path``, ``postgresql://…``, ``mysql://…``, ``mariadb://…``.

    Raises:
        MissingExtraError: SQLAlchemy or the driver is not installed.
        StoreError: this is no URL of a database.
    """
    _require(url)
    from sacred.stores.sql.store import SqlStore

    return SqlStore(url)


def upgrade(url: str) -> None:
    """Make our tables in a database, or bring them to the present version.

    Raises:
        MissingExtraError: a package is not installed.
        StoreError: it can't be done; a newer version of sacred may have made them.
    """
    _require(url)
    from sacred.stores.sql.database import Database

    database = Database(url)
    try:
        database.upgrade()
    finally:
        database.close()


def _require(url: str) -> None:
    from sacred.plugins.extras import require

    scheme = url.partition(":")[0]
    feature = f"A database by {scheme}://"
    require("sqlalchemy", feature)
    from sacred.stores.sql.urls import parse_url

    driver = _DRIVERS.get(parse_url(url).drivername)
    if driver is not None:
        require(driver, feature)
