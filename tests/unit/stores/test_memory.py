"""The store in memory; what it has in common with all stores is in tests/contracts."""

import pytest

from sacred.errors import StoreError
from sacred.model.record import StoredFile, compute_fingerprint
from sacred.model.series import Series
from sacred.query.parse import parse, parse_sort
from sacred.stores.base import Garbage, StoredRun
from sacred.stores.memory import KeptRun, MemoryStore, take_in
from sacred.stores.narrowing import PAGE, choose, cut, finish
from sacred.stores.sql_text import SQLITE, compile_query, compile_sort


@pytest.fixture
def store():
    store = MemoryStore()
    store.put({"id": "2", "config": {"lr": 0.1}, "status": "COMPLETED"}, output=b"hello")
    store.put({"id": 10, "config": {"lr": 0.2}, "status": "RUNNING", "heartbeat": "2020-01-01T00:00:00"})
    store.put({"id": "a"}, [Series("system.cpu", [0], [1.0], [0.0]), Series("loss", [0], [0.5], [1.0])])
    return store


def test_runs_are_found(store):
    assert store.find_ids() == ["2", "10", "a"]
    assert store.find_ids(parse("config.lr >= 0.2")) == ["10"]
    assert store.find_ids(sort=parse_sort("-config.lr"), limit=1, offset=1) == ["2"]
    assert store.find_ids(parse("metrics.loss.min < 1")) == ["a"]
    assert store.count(parse('status == "DEAD"')) == 1


def test_documents_are_copies(store):
    store.load(["2"])["2"]["config"]["lr"] = 5
    assert store.load(["2", "nowhere"]) == {"2": {"id": "2", "config": {"lr": 0.1}, "status": "COMPLETED"}}


def test_metrics_of_the_system_come_last(store):
    assert store.list_metrics("a") == ["loss", "system.cpu"]
    assert list(store.load(["a"], with_metrics=True)["a"]["metrics"]) == ["loss", "system.cpu"]
    assert [series.name for series in store.read_series("a", ["nothing", "system.cpu"])] == ["system.cpu"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.list_metrics("no"),
        lambda store: store.read_output("no"),
        lambda store: store.annotate("no", tags=[]),
        lambda store: store.delete(["no"]),
        lambda store: store.restore(["no"]),
        lambda store: store.open_file("2", StoredFile("artifact", "x", 0)),
        lambda store: store.open_file("2", StoredFile("artifact", "x", "odd")),
    ],
)
def test_what_is_not_there_is_one_line(store, ask):
    with pytest.raises(StoreError) as caught:
        ask(store)
    assert "\n" not in str(caught.value)


def test_trash(store):
    store.delete(["2"])
    store.put({"id": "2"})
    with pytest.raises(StoreError, match="by now"):
        store.restore(["2"])
    assert store.collect_garbage(dry_run=True) == Garbage(runs=1, size_bytes=5)
    assert store.list_trash() == ["2"]
    assert store.collect_garbage().runs == 1
    assert store.list_trash() == []


def test_a_copy_says_where_it_comes_from(store):
    other = MemoryStore("other")
    run = StoredRun(store, store.load(["a"])["a"])
    assert [run_id for _, run_id in other.add_runs([run, run])] == ["a", "1"]
    origin = other.load(["1"])["1"]["origin"]
    assert origin == {"store": "memory", "id": "a", "fingerprint": compute_fingerprint({"id": "a"})}
    third = MemoryStore("third")
    list(third.add_runs([StoredRun(other, other.load(["1"])["1"])]))
    assert third.load(["1"])["1"]["origin"] == origin
    assert third.list_fingerprints() == {origin["fingerprint"]: "1"}
    assert isinstance(take_in(run), KeptRun)


def answer(rows, query, sort, **slices):
    documents = {row[0]: {"id": row[0], "result": int(row[0])} for row in rows if row[0] != "gone"}
    loads = []

    def load(ids):
        loads.append(list(ids))
        return {run_id: documents[run_id] for run_id in ids if run_id in documents}

    condition, order = compile_query(query, SQLITE), compile_sort(parse_sort(sort), SQLITE)
    return finish(rows, condition, order, load, **slices), loads


def test_what_is_sure_is_not_looked_at():
    rows = [(str(number), 0, 0) for number in range(5)]
    assert answer(rows, parse("result > 100"), "result") == (["0", "1", "2", "3", "4"], [])


def test_what_is_unsure_is_looked_at():
    rows = [("1", 1, 0), ("7", 0, 0), ("3", 1, 0), ("gone", 1, 0)]
    assert answer(rows, parse("result > 2"), "result") == (["7", "3"], [["1", "3", "gone"]])


def test_what_is_not_exact_is_looked_at_only_as_far_as_needed():
    rows = [(str(number), 0, 0) for number in range(3 * PAGE)]
    found, loads = answer(rows, parse("result in [1] or id.matches('5$')"), "id", limit=3, offset=1)
    assert found == ["5", "15", "25"]
    assert len(loads) == 1


def test_what_is_in_no_sure_order_is_sorted_again():
    rows = [(run_id, 0, run_id == "3") for run_id in ("5", "3", "9")]
    found, loads = answer(rows, None, "-result", limit=2)
    assert found == ["9", "5"]
    assert loads == [["5", "3", "9"]]


def test_choosing_and_cutting():
    documents = [{"id": run_id, "result": 1} for run_id in ("b", "10", "9")]
    assert choose(documents, None) == choose(documents, parse("result == 1"), parse_sort("-result"))
    assert choose(documents, None) == ["9", "10", "b"]
    assert cut("abcd", 2, 1) == ["b", "c"]
    assert cut("abcd", None, 3) == ["d"]
    assert cut("abcd", 0, 0) == []
