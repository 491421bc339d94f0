"""A server that is not there, goes away, or has what is no run."""

import re
import time
from datetime import datetime, timedelta

import pytest
from bson import DatetimeMS, ObjectId
from bson.decimal128 import Decimal128

from sacred.errors import StoreError
from sacred.query.nodes import Compare, Constant, Field
from sacred.stores.mongo.document import to_plain
from sacred.stores.mongo.store import MongoStore
from sacred.support.clock import now, to_naive_utc
from sacred.testing.comparing import compare_files
from sacred.testing.samples import Sample, Samples, add_file_names, make_document, make_sample
from servers import run_mongo

RUN = {
    "format": "MongoObserver-0.7.0",
    "experiment": {"name": "digits", "sources": []},
    "status": "COMPLETED",
    "config": {"rate": 0.1},
    "info": {},
    "captured_out": "text",
}


def check_line(error, *parts):
    text = str(error.value)
    assert "\n" not in text
    assert len(text) < 400
    assert "Topology" not in text
    for part in parts:
        assert part in text


def test_no_server_is_one_line_within_seconds():
    store = MongoStore("mongodb://ada:secret@127.0.0.1:1/runs_of_ada?authSource=admin")
    begin = time.monotonic()
    with pytest.raises(StoreError) as caught:
        store.find_ids()
    assert 4 < time.monotonic() - begin < 8
    check_line(caught, "mongodb://127.0.0.1:1/runs_of_ada", "does not answer", "Connection refused")
    assert "secret" not in str(caught.value)
    assert "ada:" not in str(caught.value)
    assert store.location == "mongodb://127.0.0.1:1/runs_of_ada"
    store.close()


def test_the_url_says_how_long_to_wait():
    store = MongoStore("mongodb://127.0.0.1:1/db?serverSelectionTimeoutMS=200")
    begin = time.monotonic()
    for ask in (store.find_ids, store.list_trash, store.list_fingerprints, store.collect_garbage):
        with pytest.raises(StoreError):
            ask()
    with pytest.raises(StoreError):
        list(store.add_runs(Samples([make_sample("1")]).make_runs()))
    assert time.monotonic() - begin < 3
    store.close()


@pytest.mark.parametrize("url", ["mongodb://", "mongodb://host:port/db", "mongodb://h/d b"])
def test_a_url_that_is_none_is_one_line(url):
    with pytest.raises(StoreError) as caught:
        MongoStore(url)
    check_line(caught)


def test_a_server_that_goes_away_is_one_line(tmp_path):
    with run_mongo(tmp_path) as (url, process):
        store = MongoStore(f"{url}db?serverSelectionTimeoutMS=500")
        files = {("artifact", "large.bin"): bytes(1 << 20)}
        sample = Sample(add_file_names(make_document("1"), files), files=files)
        list(store.add_runs(Samples([sample]).make_runs()))
        (file,) = store.list_files("1")
        opened = store.open_file("1", file)
        process.kill()
        process.wait()
        for ask in (
            store.find_ids,
            lambda: store.read_output("1"),
            lambda: store.read_series("1"),
            opened.read,
        ):
            with pytest.raises(StoreError) as caught:
                ask()
            check_line(caught, store.location)
        opened.close()
        store.close()


def test_a_server_that_goes_away_while_a_run_comes_leaves_no_half(tmp_path):
    with run_mongo(tmp_path / "data") as (url, process):
        store = MongoStore(f"{url}db?serverSelectionTimeoutMS=500")
        list(store.add_runs(Samples([make_sample("1")]).make_runs()))
        samples = Samples([make_sample("2"), make_sample("3")])
        read_output = samples.read_output

        def read_and_kill(run_id, start=0, stop=None):
            if run_id == "3" and process.poll() is None:
                process.stdin.close()  # it goes in peace: what it keeps after SIGKILL is its own affair
                process.wait()
            return read_output(run_id, start, stop)

        samples.read_output = read_and_kill
        with pytest.raises(StoreError):
            list(store.add_runs(samples.make_runs()))
        store.close()
    with run_mongo(tmp_path / "data") as (url, _):
        store = MongoStore(f"{url}db")
        assert store.find_ids() == ["1"]
        samples.read_output = read_output
        assert [run_id for _, run_id in store.add_runs(samples.make_runs())] == ["2", "3"]
        assert compare_files(make_sample("3").files, store, "3") == []
        store.close()


def test_what_is_no_run_is_told_and_the_rest_is_there(store, database):
    database["runs"].insert_many(
        [
            {"_id": 1, **RUN},
            {"_id": "shopping list", "items": ["milk"]},
            {"_id": None, **RUN},
            {"_id": 1.5, **RUN},
            {"_id": {"a": 1}, **RUN},
            {"_id": 2, **RUN, "config": "text"},
            {"_id": 3, **RUN, "info": [1]},
            {"_id": 4, **RUN, "status": 5, "experiment": None},
            {"_id": 5, **RUN, "status": ["a"], "result": Decimal128("1.5"), "omniboard": 5, "sacred": "mine"},
            {"_id": 6, **RUN, "artifacts": [1, {"x": 1}], "resources": 5, "captured_out": 5},
        ]
    )
    assert set(store.find_ids()) >= {"1", "5", "6"}
    assert set(store.load(["1", "2", "3", "4", "5", "6", "shopping list"])) == {"1", "5", "6"}
    told = {problem.run_id for problem in store.problems}
    assert told == {None, "2", "3", "4", "shopping list"}
    assert all("\n" not in problem.message for problem in store.problems)
    count = len(store.problems)
    store.find_ids(Compare("<", Field(("config", "rate")), Constant(1)))
    assert len(store.problems) == count
    assert (store.list_files("6"), store.read_output("6")) == ([], b"")
    assert (store.list_files("5"), store.read_output("5"), store.read_series("5")) == ([], b"text", [])
    assert store.load(["5"])["5"]["result"]["py/type"] == "bson.decimal128.Decimal128"
    assert "1" in store.list_fingerprints().values()


def test_ids_of_all_kinds_are_found(store, database):
    raw = ObjectId()
    database["runs"].insert_many([{"_id": one, **RUN} for one in (raw, 2**40, "7", "name", 7)])
    assert store.find_ids() == ["7", str(2**40), str(raw), "name"] or store.find_ids()[:2] == [
        "7",
        str(2**40),
    ]
    assert str(raw) in store.load([str(raw)])
    assert [problem.run_id for problem in store.problems] == ["7"]
    assert "same id" in store.problems[0].message
    store.annotate("7", tags=["number"])
    assert database["runs"].find_one({"_id": 7})["omniboard"] == {"tags": ["number"]}
    assert "omniboard" not in database["runs"].find_one({"_id": "7"})


def test_a_running_run_is_dead_when_it_has_been_silent(store, database):
    moment = to_naive_utc(now())
    running = {**RUN, "status": "RUNNING", "start_time": moment - timedelta(hours=1)}
    database["runs"].insert_many(
        [
            {"_id": 1, **running, "heartbeat": moment},
            {"_id": 2, **running, "heartbeat": moment - timedelta(seconds=100)},
            {"_id": 3, **running, "heartbeat": None},
            {
                "_id": 4,
                **running,
                "heartbeat": moment - timedelta(seconds=100),
                "recorder": {"beat_interval": 60},
            },
        ]
    )
    found = store.load(["1", "2", "3", "4"])
    assert [one["status"] for one in found.values()] == ["RUNNING", "DEAD", "DEAD", "RUNNING"]
    for status, ids in (("DEAD", ["2", "3"]), ("RUNNING", ["1", "4"])):
        assert store.find_ids(Compare("==", Field(("status",)), Constant(status))) == ids
    with pytest.raises(StoreError, match=r"run 1 is still running"):
        store.delete(["1"])
    store.delete(["2"])
    assert store.find_ids() == ["1", "3", "4"]


def test_moments_beyond_python_are_no_obstacle(store, database):
    database["runs"].insert_one({"_id": 1, **RUN, "stop_time": datetime.max})  # noqa: DTZ901 - as BSON has it
    assert store.load(["1"])["1"]["stop_time"].startswith("9999-12-31T23:59:59.999")
    assert "py/type" in to_plain(DatetimeMS(300_000_000_000_000))  # the server here can't hold one


def test_metrics_that_are_damaged_are_told(store, database):
    ids = [ObjectId() for _ in range(3)]
    info = {"metrics": [{"name": name, "id": str(one)} for name, one in zip("abc", ids, strict=True)]}
    database["runs"].insert_one({"_id": 1, **RUN, "info": info})
    moment = datetime(2026, 1, 1)  # noqa: DTZ001 - as 0.8 writes it
    database["metrics"].insert_many(
        [
            {
                "_id": ids[0],
                "name": "a",
                "run_id": 1,
                "steps": [1, 2],
                "values": [1.0],
                "timestamps": [moment] * 2,
            },
            {"_id": ids[1], "name": "b", "run_id": 1, "steps": 5, "values": None},
            {"_id": ids[2], "name": "c", "run_id": 1, "steps": [1], "values": [2], "timestamps": ["x"]},
        ]
    )
    series = store.read_series("1")
    assert [(one.name, len(one)) for one in series] == [("a", 1), ("b", 0), ("c", 1)]
    assert [re.sub(".*metric", "", problem.message) for problem in store.problems] == [
        " 'a' is damaged: only 1 of its points are whole",
        " 'b' is damaged: it has no points",
    ]
    assert set(store.load(["1"], with_metrics=True)["1"]["metrics"]) == {"a", "b", "c"}


def test_0_8_mixes_up_metrics_of_two_collections_and_deleting_one_takes_none_of_the_other(
    server, database, name
):
    moment = datetime(2026, 1, 1)  # noqa: DTZ001 - as 0.8 writes it
    metric = ObjectId()
    info = {"metrics": [{"name": "loss", "id": str(metric)}]}
    database["metrics"].insert_one(
        {"_id": metric, "name": "loss", "run_id": 1, "steps": [0], "values": [1.0], "timestamps": [moment]}
    )
    database["runs"].insert_one({"_id": 1, **RUN, "info": info})
    database["other"].insert_one({"_id": 1, **RUN})
    other = MongoStore(f"{server}{name}.other")
    assert other.list_metrics("1") == ["loss"]
    other.delete(["1"])
    other.collect_garbage()
    other.close()
    runs = MongoStore(f"{server}{name}")
    assert runs.list_metrics("1") == ["loss"]
    runs.close()


def test_who_may_only_read_reads_all(store, database, monkeypatch):
    from pymongo.collection import Collection
    from pymongo.errors import OperationFailure

    moment = datetime(2026, 1, 1)  # noqa: DTZ001 - as 0.8 writes it
    database["runs"].insert_one({"_id": 1, **RUN})
    database["metrics"].insert_one(
        {"name": "loss", "run_id": 1, "steps": [0], "values": [1.0], "timestamps": [moment]}
    )

    def refuse(*args, **kwargs):
        raise OperationFailure("not authorized on db to execute command")

    for method in ("bulk_write", "insert_one", "insert_many", "update_one", "update_many", "create_index"):
        monkeypatch.setattr(Collection, method, refuse)
    assert store.load(["1"], with_metrics=True)["1"]["metrics"]["loss"]["last"] == 1.0
    with pytest.raises(StoreError, match=r"refuses: not authorized"):
        store.annotate("1", notes="x")
