"""Databases for the tests of this folder: SQLite each time, a PostgreSQL server for all of them."""

import itertools

import pytest

from sacred.stores.sql.database import Database
from sacred.stores.sql.store import SqlStore
from servers import run_mariadb, run_postgresql

_numbers = itertools.count(1)


@pytest.fixture(scope="package")
def postgresql(tmp_path_factory):
    with run_postgresql(tmp_path_factory.mktemp("postgresql")) as make_database:
        yield make_database


@pytest.fixture(scope="package")
def mariadb(tmp_path_factory):
    with run_mariadb(tmp_path_factory.mktemp("mariadb")) as make_database:
        yield make_database


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def any_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'runs.db'}"
    return request.getfixturevalue(request.param)(f"unit{next(_numbers)}")


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'runs.db'}"


@pytest.fixture
def database(url):
    database = Database(url)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def store(url):
    store = SqlStore(url)
    yield store
    store.close()
