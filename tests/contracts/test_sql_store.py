"""Databases as stores pass the contract: SQLite, PostgreSQL, and MariaDB where it is installed."""

import itertools

import pytest
import sqlalchemy as sa

from sacred.stores.sql import schema
from sacred.stores.sql.store import SqlStore
from sacred.testing.stores import StoreContract
from servers import run_mariadb, run_postgresql

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory):
    with run_postgresql(tmp_path_factory.mktemp("postgresql")) as make_database:
        yield make_database


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory):
    with run_mariadb(tmp_path_factory.mktemp("mariadb")) as make_database:
        yield make_database


class SqlStoreContract(StoreContract):
    @pytest.fixture
    def opener(self, url):
        return lambda: SqlStore(url)

    def damage(self, store, run_id):
        broken = sa.update(schema.runs).where(schema.runs.c.id == run_id).values(document='{"config": ')
        store._database.write(lambda connection: connection.execute(broken))


class TestSqliteStore(SqlStoreContract):
    @pytest.fixture
    def url(self, tmp_path):
        return f"sqlite:///{tmp_path / 'runs.db'}"

    @pytest.fixture
    def opener(self, url):
        SqlStore(url)._database.upgrade()  # a file that is not there is no empty store
        return lambda: SqlStore(url)


class TestPostgresqlStore(SqlStoreContract):
    @pytest.fixture
    def url(self, postgresql):
        return postgresql(f"contract{next(_numbers)}")


class TestMariadbStore(SqlStoreContract):
    @pytest.fixture
    def url(self, mariadb):
        return mariadb(f"contract{next(_numbers)}")
