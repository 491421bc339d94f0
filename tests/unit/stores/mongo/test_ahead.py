"""Many runs with few questions; damage stays with the run whose it is."""

import pymongo.monitoring
import pytest

from sacred.stores.memory import MemoryStore
from sacred.stores.mongo import points
from sacred.stores.mongo.store import MongoStore
from sacred.stores.transfer import copy_runs
from sacred.testing.comparing import compare_files, compare_series
from sacred.testing.samples import Samples, make_sample

COUNT = 120


class Commands(pymongo.monitoring.CommandListener):
    def __init__(self):
        self.names = []

    def started(self, event):
        self.names.append(event.command_name)

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


@pytest.fixture
def samples():
    return [make_sample(str(number), result=number) for number in range(1, COUNT + 1)]


def add(store, samples):
    return list(store.add_runs(Samples(samples).make_runs()))


def test_a_copy_asks_few_questions(store, server, name, samples, monkeypatch):
    add(store, samples)
    commands = Commands()
    listeners = pymongo.monitoring._LISTENERS._replace(command_listeners=[commands])
    monkeypatch.setattr(pymongo.monitoring, "_LISTENERS", listeners)
    source, target = MongoStore(f"{server}{name}"), MemoryStore()
    assert len(copy_runs(source, target).copied) == COUNT
    source.close()
    assert 0 < len(commands.names) < COUNT
    for sample in samples:
        assert compare_series(sample.series, target.read_series(sample.id)) == []
        assert target.read_output(sample.id) == sample.output
        assert compare_files(sample.files, target, sample.id) == []


def test_damaged_points_are_left_to_who_asks_for_the_run(store, database, samples):
    add(store, samples[:3])
    metric = database["metrics"].find_one({"run_id": 2, "name": "loss"})
    database["runs.points"].update_one({"metric": metric["_id"]}, {"$set": {"data": b"damaged"}})
    found = store.read_parts(["1", "2", "3"])
    assert [found[one].series is None for one in ("1", "2", "3")] == [False, True, False]


def test_points_that_are_missing_are_left_to_who_asks_for_the_run(store, database, samples):
    add(store, samples[:2])
    metric = database["metrics"].find_one({"run_id": 2, "name": "loss"})
    database["runs.points"].delete_many({"metric": metric["_id"]})
    found = store.read_parts(["1", "2"])
    assert found["1"].series is not None
    assert found["2"].series is None


def test_points_are_not_read_beyond_a_number_of_bytes(store, samples, monkeypatch):
    add(store, samples[:20])
    monkeypatch.setattr(points, "_MOST_BYTES", 500)
    found = store.read_parts([sample.id for sample in samples[:20]])
    read = [sample.id for sample in samples[:20] if found[sample.id].series is not None]
    assert 0 < len(read) < 20
    for run_id in read:
        assert compare_series(samples[0].series, found[run_id].series) == []


@pytest.mark.parametrize("text", ["{damaged", "[1]", '[["source"]]', "null"])
def test_a_damaged_list_of_files_is_told_of_its_run(store, database, samples, text):
    add(store, samples[:3])
    key = database["runs"].find_one({"_id": 2})["sacred"]["key"]
    database["runs.parts"].update_one({"key": key, "kind": "files"}, {"$set": {"text": text}})
    target = MemoryStore()
    assert set(copy_runs(store, target).copied) == {"1", "2", "3"}
    assert [problem.run_id for problem in store.problems] == ["2"]
    assert compare_files(samples[2].files, target, "3") == []


@pytest.mark.parametrize("key", [{"$gt": ""}, [1], None, "x"])
def test_an_odd_key_does_no_harm(store, database, samples, key):
    add(store, samples[:2])
    database["runs"].update_one({"_id": 2}, {"$set": {"sacred.key": key}})
    target = MemoryStore()
    assert "1" in copy_runs(store, target).copied
    assert compare_files(samples[0].files, target, "1") == []
