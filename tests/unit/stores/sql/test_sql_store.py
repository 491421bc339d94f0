"""What is particular to databases as stores; the rest is in the contract."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from sacred.errors import RunNotFoundError
from sacred.query.parse import parse, parse_sort
from sacred.stores.opening import open_run_store
from sacred.stores.sql import schema
from sacred.stores.sql.store import SqlStore
from sacred.testing.comparing import compare_documents
from sacred.testing.samples import Sample, Samples, make_document, make_sample


def add(store, *documents):
    return [run_id for _, run_id in store.add_runs(Samples(map(Sample, documents)).make_runs())]


def test_ids_of_any_characters(any_url):
    store = SqlStore(any_url)
    ids = ["\x00", "\x01", "a ", "a", "A", "\ud800", "\ue000", "\U0001f389", "x" * 10_000, "é" * 5000]
    assert add(store, *map(make_document, ids)) == ids
    assert store.find_ids() == sorted(ids)
    assert list(store.load(ids)) == ids
    for run_id in ids[:7]:
        assert store.find_ids(parse("config.rate == 0.1 and id >= 'A' or id < 'A'")) == sorted(ids)
        assert store.load([run_id])[run_id]["id"] == run_id
    store.delete(ids[:2])
    assert store.list_trash() == ids[:2]
    store.close()


def test_long_documents_are_in_parts(any_url):
    store = SqlStore(any_url)
    document = make_document("1", info={"text": "é" * 3_000_000})
    add(store, document)
    count = sa.select(sa.func.count()).select_from(schema.document_parts)
    assert store._database.read(lambda connection: connection.scalar(count)) > 2
    assert compare_documents(document, store.load(["1"])["1"]) == []
    assert store.find_ids(parse("info.text.contains('éé')")) == ["1"]
    store.delete(["1"])
    assert store.collect_garbage().size_bytes > 3_000_000
    assert store._database.read(lambda connection: connection.scalar(count)) == 0
    store.close()


def test_nothing_of_a_removed_run_is_left(any_url):
    store = SqlStore(any_url)
    list(store.add_runs(Samples([make_sample("1", tags=["a"])]).make_runs()))
    store.delete(["1"])
    store.collect_garbage()

    def count(connection):
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in schema.metadata.sorted_tables
        }

    left = {name for name, rows in store._database.read(count).items() if rows}
    assert left == {"sacred_field_names", "sacred_locks"}
    store.close()


def test_the_end_of_many_runs_is_asked_for_alone(store):
    add(store, *(make_document(str(number), result=number) for number in range(1, 120)))
    assert store.find_ids(limit=3, offset=110) == ["111", "112", "113"]
    assert store.find_ids(offset=117) == ["118", "119"]
    assert store.find_ids(parse("result > 117"), parse_sort("-result"), limit=1) == ["119"]


def test_a_run_in_the_trash_is_not_found(store):
    add(store, make_document("1"), make_document("2"))
    store.delete(["1"])
    for ask in (store.list_files, store.read_output, store.read_series, store.list_metrics):
        with pytest.raises(RunNotFoundError, match="no run '1'"):
            ask("1")
    with pytest.raises(RunNotFoundError):
        store.annotate("1", notes="x")
    assert store.find_ids(parse("id == 1")) == []
    assert store.count(parse("status == 'COMPLETED'")) == 1
    assert add(store, make_document("1", result=2)) == ["3"]


def test_annotations_are_indexed_anew(store):
    add(store, make_document("1", tags=["old", "kept"], notes="before"))
    store.annotate("1", tags=["kept", "new"])
    assert store.find_ids(parse('"old" in tags')) == []
    assert store.find_ids(parse('"new" in tags and "kept" in tags and notes == "before"')) == ["1"]
    store.annotate("1", notes="")
    assert store.find_ids(parse("notes")) == []
    assert store.load(["1"])["1"]["tags"] == ["kept", "new"]


def test_damaged_summaries_are_told(store):
    list(store.add_runs(Samples([make_sample("1"), make_sample("2")]).make_runs()))
    of_first = sa.select(schema.runs.c.key).where(schema.runs.c.id == "1").scalar_subquery()
    broken = sa.update(schema.metrics).where(schema.metrics.c.run == of_first).values(summary="{")
    store._database.write(lambda connection: connection.execute(broken))
    assert store.load(["1", "2"], with_metrics=True).keys() == {"2"}
    assert [problem.run_id for problem in store.problems] == ["1"]
    assert store.load(["1"]).keys() == {"1"}


def test_a_document_that_json_can_not_hold(store):
    from sacred.errors import StoreError
    from sacred.stores.sql.writing import make_run

    with pytest.raises(StoreError, match="can't be written"):
        make_run(make_document("1", config={"huge": 10**5000}), "1")


def test_opening_by_url_and_by_path(url, store, tmp_path):
    add(store, make_document("1"))
    for place in (url, str(tmp_path / "runs.db")):
        opened = open_run_store(place)
        assert isinstance(opened, SqlStore)
        assert opened.find_ids() == ["1"]
        assert opened.location == url
        opened.close()


def test_others_read_while_one_writes(url, store, tmp_path):
    add(store, make_document("1"))
    with closing(sqlite3.connect(tmp_path / "runs.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE sacred_runs SET status = 'changed'")
        assert store.find_ids(parse("status == 'COMPLETED'")) == ["1"]
        writer.execute("ROLLBACK")
