"""Connections, versions of the tables, and what goes wrong with either."""

import os
import socket
import sqlite3
import threading
from contextlib import closing

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import sacred.stores.sql
from sacred.errors import StoreError
from sacred.plugins.extras import MissingExtraError
from sacred.stores.sql import database as module
from sacred.stores.sql import schema
from sacred.stores.sql.database import Database
from sacred.stores.sql.migrating import read_version
from sacred.stores.sql.store import SqlStore
from sacred.testing.samples import Samples, make_sample


def add(store, *ids):
    return [run_id for _, run_id in store.add_runs(Samples(map(make_sample, ids)).make_runs())]


def find_changes(connection):
    options = {"version_table": schema.VERSION_TABLE, "compare_type": False}
    return compare_metadata(MigrationContext.configure(connection, opts=options), schema.metadata)


def test_migrations_make_the_tables_that_the_code_uses(any_url):
    sacred.stores.sql.upgrade(any_url)
    database = Database(any_url)
    assert database.read(find_changes) == []
    assert database.read(read_version) == schema.VERSION
    sacred.stores.sql.upgrade(any_url)  # again: nothing is left to do
    database.close()


def test_an_interrupted_first_migration_goes_on(any_url):
    engine = sa.create_engine(Database(any_url).url)
    schema.metadata.create_all(engine, tables=[schema.runs, schema.fields])
    engine.dispose()
    store = SqlStore(any_url)
    assert store.find_ids() == []
    assert add(store, "1") == ["1"]
    assert store._database.read(find_changes) == []
    store.close()


def test_many_make_the_tables_at_once(any_url):
    failures = []

    def work():
        try:
            sacred.stores.sql.upgrade(any_url)
        except Exception as error:  # noqa: BLE001 - of a thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    store = SqlStore(any_url)
    assert add(store, "1", "2") == ["1", "2"]
    store.close()


@pytest.mark.parametrize("version", ["2", "77", "abc"])
def test_newer_tables_are_refused(url, version):
    sacred.stores.sql.upgrade(url)
    with closing(sqlite3.connect(Database(url).url.database)) as connection:
        connection.execute("UPDATE sacred_version SET version_num = ?", (version,))
        connection.commit()
    store = SqlStore(url)
    for ask in (store.find_ids, store.list_trash, lambda: add(store, "1"), lambda: store.load(["1"])):
        with pytest.raises(StoreError, match=f"newer version of sacred.*version {version}.*upgrade sacred"):
            ask()
    with pytest.raises(StoreError, match="newer version"):
        sacred.stores.sql.upgrade(url)


def test_reading_makes_no_file(url, store, tmp_path):
    assert store.find_ids() == []
    assert store.list_trash() == []
    assert store.collect_garbage().runs == 0
    assert os.listdir(tmp_path) == []
    assert add(store, "1") == ["1"]
    assert store.find_ids() == ["1"]


def test_a_file_that_others_make_is_seen(url, store):
    assert store.find_ids() == []
    other = SqlStore(url)
    add(other, "1")
    assert store.find_ids() == ["1"]
    other.close()


def test_a_file_in_a_folder_that_is_sealed_is_read(url, store, tmp_path, monkeypatch):
    """SQLite makes files of its own beside one that is in use, even for reading."""
    add(store, "1")
    store.close()
    assert sorted(os.listdir(tmp_path)) == ["runs.db"]
    monkeypatch.setattr(module.os, "access", lambda path, mode: False)
    sealed = SqlStore(url)
    assert sealed.find_ids() == ["1"]
    assert sealed.read_series("1")
    with pytest.raises(StoreError, match="readonly"):
        add(sealed, "2")
    sealed.close()
    assert sorted(os.listdir(tmp_path)) == ["runs.db"]


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database(url, store, tmp_path, content):
    (tmp_path / "runs.db").write_bytes(content)
    for ask in (store.find_ids, lambda: add(store, "1")):
        with pytest.raises(StoreError) as caught:
            ask()
        assert "\n" not in str(caught.value)
        assert "runs.db" in str(caught.value)


def test_a_folder_that_is_not_there(tmp_path):
    store = SqlStore(f"sqlite:///{tmp_path / 'nowhere' / 'runs.db'}")
    with pytest.raises(StoreError, match="unable to open"):
        add(store, "1")


def test_another_programs_tables_are_left_alone(url, store):
    with closing(sqlite3.connect(Database(url).url.database)) as connection:
        connection.execute("CREATE TABLE run (id INTEGER, distance REAL)")
        connection.execute("INSERT INTO run VALUES (1, 42.2)")
        connection.commit()
    assert store.find_ids() == []
    assert add(store, "1") == ["1"]
    assert store.count() == 1


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_no_server(scheme):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        store = SqlStore(f"{scheme}://ada:s3cret@127.0.0.1:{taken.getsockname()[1]}/lab")
        with pytest.raises(StoreError) as caught:
            store.find_ids()
    assert "s3cret" not in str(caught.value) + store.location
    assert "\n" not in str(caught.value)
    assert "efused" in str(caught.value)


def test_a_wrong_password(mariadb):
    url = mariadb("passwords")
    host = url.partition("@")[2].partition("/")[0]
    store = SqlStore(f"mysql://root:s3cret@{host}/passwords")
    with pytest.raises(StoreError, match="Access denied") as caught:
        store.find_ids()
    assert "s3cret" not in str(caught.value)


def test_no_such_database(postgresql):
    url = postgresql("there")
    store = SqlStore(url.replace("/there", "/nowhere"))
    with pytest.raises(StoreError, match=r"nowhere.*does not exist"):
        store.find_ids()


def test_a_lost_connection_is_opened_again(postgresql):
    url = postgresql("lost")
    store = SqlStore(url)
    add(store, "1")

    def cut(connection):
        """Cut all connections, this one too; only the first time."""
        if not cuts:
            cuts.append(1)
            with psycopg.connect(url, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = 'lost' AND pid <> pg_backend_pid()"
                )
        return connection.scalar(sa.select(sa.func.count()).select_from(schema.runs))

    cuts = []
    assert store._database.read(cut) == 1  # in the middle of a question
    cuts.clear()
    with pytest.raises(StoreError):
        store._database.write(cut)  # what had been written is not known
    assert add(store, "2") == ["2"]  # between two of them
    assert store.find_ids() == ["1", "2"]
    store.close()


def test_transactions_that_collide_are_tried_again(any_url):
    """Two that wait for each other: one of them is told to begin anew."""
    store = SqlStore(any_url)
    add(store, "1", "2")
    store.close()
    barrier, tries = threading.Barrier(2), []

    def work(first, second):
        own = Database(any_url)
        is_met = own.is_sqlite  # who writes there is alone

        def write(connection):
            nonlocal is_met
            tries.append(first)
            for number, name in enumerate((first, second)):
                where = schema.runs.c.id == name
                connection.execute(sa.update(schema.runs).where(where).values(status=f"by {first}"))
                if number == 0 and not is_met:
                    is_met = True
                    barrier.wait(20)

        own.write(write)
        own.close()

    threads = [threading.Thread(target=work, args=names) for names in (("1", "2"), ("2", "1"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = {document["status"] for document in store.load(["1", "2"]).values()}
    assert statuses == {"COMPLETED"}  # that of the document; the column is for queries
    store.close()
    is_alone = any_url.startswith("sqlite")
    assert len(tries) == 2 if is_alone else len(tries) > 2


@pytest.mark.parametrize(
    ("url", "package", "extra"),
    [
        ("sqlite:///runs.db", "sqlalchemy", "sql"),
        ("postgresql://host/lab", "psycopg", "postgresql"),
        ("mysql://host/lab", "pymysql", "mysql"),
    ],
)
def test_a_missing_package_names_its_extra(monkeypatch, url, package, extra):
    import importlib

    real = importlib.import_module

    def import_module(name, *rest):
        if name == package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", import_module)
    with pytest.raises(MissingExtraError, match=rf"sacred\[{extra}\]"):
        sacred.stores.sql.open_store(url)
