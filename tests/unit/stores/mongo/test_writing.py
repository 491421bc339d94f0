"""What is written is 0.8's layout, readable for its tools, and exact for ours, whatever the size."""

import json
from datetime import UTC, datetime, timedelta

import bson
import gridfs
import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from sacred.errors import StoreError
from sacred.model.packing import pack_series
from sacred.stores.base import StoredRun
from sacred.stores.differences import find_differences
from sacred.stores.mongo.document import read_document
from sacred.stores.mongo.encoding import MOST_BYTES, RunParts, encode_run, encode_value
from sacred.stores.mongo.store import MongoStore
from sacred.testing.comparing import compare_documents, compare_files, compare_series
from sacred.testing.samples import Sample, Samples, compute_digests, make_document, make_sample, make_series

MEBIBYTE = 1 << 20
KEYS = st.text(max_size=3) | st.sampled_from(
    ["$ref", "$id", "$oid", "a.b", "", "\x00", "\udcff", "_id", "id"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(), max_size=4)
    | st.sampled_from(["\x00", "\ud800", "2026-01-02T03:04:05.678901"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def add(store, *samples, **options):
    return [run_id for _, run_id in store.add_runs(Samples(samples, **options).make_runs())]


def old_id(days=2):
    return ObjectId.from_datetime(datetime.now(UTC) - timedelta(days=days))


@given(st.dictionaries(KEYS, VALUES, max_size=4), VALUES, st.dictionaries(KEYS, VALUES, max_size=2))
def test_any_document_comes_back_exactly(config, result, own):
    document = {**own, **make_document("7", config=config, result=result)}
    document.pop("tags")
    document.pop("notes")
    raw, is_whole = encode_run(document, RunParts(ObjectId()))
    assert is_whole
    found = read_document(bson.decode(bson.encode({"_id": 7, **raw})), None)
    assert find_differences(document, found) == []


def test_0_8_finds_what_it_wrote_itself(store, database):
    sample = make_sample("3", tags=["a"], notes="b", result=0.5)
    add(store, sample)
    raw = database["runs"].find_one({"_id": 3})
    assert raw["format"] == "MongoObserver-0.7.0"
    assert raw["start_time"] == datetime(2026, 1, 2, 3, 4, 5, 678000)  # noqa: DTZ001 - as 0.8 reads it
    assert (raw["captured_out"], raw["result"], raw["config"]) == (
        "epoch 1\nepoch 2\n",
        0.5,
        sample.document["config"],
    )
    assert raw["omniboard"] == {"tags": ["a"], "notes": "b"}
    grid = gridfs.GridFS(database)
    names = [entry["name"] for entry in raw["artifacts"]]
    assert names == ["model.bin", "plots/loss.svg"]
    stored = grid.get(raw["artifacts"][0]["file_id"])
    assert (stored.filename, stored.read()) == ("artifact://runs/3/model.bin", bytes(range(256)) * 8)
    ((name, source_id),) = raw["experiment"]["sources"]
    assert (name, grid.get(source_id).read()) == ("train.py", b"print('train')\n")
    assert raw["resources"] == [["/data/digits.csv", compute_digests(b"0,1,2\n")["md5"]]]
    listed = raw["info"]["metrics"]
    assert [entry["name"] for entry in listed] == ["loss", "system.cpu"]
    metric = database["metrics"].find_one({"_id": ObjectId(listed[0]["id"])})
    assert (metric["run_id"], metric["steps"], metric["values"]) == (3, [0, 1, 2], [0.5, 0.25, 0.125])
    assert metric["timestamps"][0] == datetime(2026, 1, 2, 3, 4, 5, 678000)  # noqa: DTZ001 - as 0.8 reads it
    assert database["metrics"].find_one({"run_id": 3, "name": "loss"})["_id"] == metric["_id"]


def test_a_large_document_is_whole_for_us_and_there_for_others(store, database):
    info = {f"key{index}": "x" * MEBIBYTE for index in range(20)}
    sample = Sample(make_document("1", info=info), [make_series("loss", [1.0])], b"y" * (20 * MEBIBYTE))
    add(store, sample)
    raw = database["runs"].find_one({"_id": 1})
    assert len(bson.encode(raw)) < MOST_BYTES + MEBIBYTE
    assert (raw["config"], raw["status"]) == (sample.document["config"], "COMPLETED")
    assert raw["captured_out"] == "y" * (4 * MEBIBYTE)
    assert compare_documents(sample.document, store.load(["1"])["1"]) == []
    assert store.read_output("1", 19 * MEBIBYTE) == b"y" * MEBIBYTE
    store.annotate("1", tags=["large"])
    assert store.load(["1"])["1"]["tags"] == ["large"]
    store.delete(["1"])
    store.collect_garbage()
    assert [database[f"runs.{name}"].count_documents({}) for name in ("parts", "points", "trash")] == [
        0,
        0,
        0,
    ]


def test_a_long_metric_is_in_part_where_0_8_looks(store, database):
    series = make_series("loss", [index / 7 for index in range(300_000)])
    add(store, Sample(make_document("1"), [series]))
    metric = database["metrics"].find_one({"run_id": 1})
    assert len(metric["values"]) == 200_000
    assert compare_series([series], store.read_series("1")) == []
    assert store.load(["1"], with_metrics=True)["1"]["metrics"]["loss"]["count"] == 300_000


def test_points_that_were_put_together_are_there_once(store, database):
    """A writer that is stopped after it has put chunks together, and before the small ones are gone."""
    add(store, Sample(make_document("1"), [make_series("loss", [1, 2, 3, 4])]))
    chunk = database["runs.points"].find_one()
    for start, stop in ((0, 2), (2, 4)):
        part = make_series("loss", [1, 2, 3, 4]).part(start, stop)
        row = {"key": chunk["key"], "metric": chunk["metric"], "start": start, "count": stop - start}
        database["runs.points"].insert_one({**row, "data": pack_series(part)})
    assert list(store.read_series("1")[0].values) == [1, 2, 3, 4]
    database["runs.points"].delete_many({"start": 0})
    assert list(store.read_series("1")[0].values) == [3, 4]
    assert store.problems[0].message == "run 1: metric 'loss': points are missing from 0 on"


def test_sources_are_stored_once_and_stay_as_long_as_a_run_needs_them(store, database):
    add(store, make_sample("1"), make_sample("2"), make_sample("3"))
    kinds = {"train.py": 1, "environment.json": 1, "/data/digits.csv": 1, "artifact://runs/1/model.bin": 1}
    for name, count in kinds.items():
        assert database["fs.files"].count_documents({"filename": name}) == count
    store.delete(["1"])
    assert store.collect_garbage().files == 2  # its artifacts
    for run_id in ("2", "3"):
        assert compare_files(make_sample(run_id).files, store, run_id) == []
    store.delete(["2", "3"])
    assert store.collect_garbage(dry_run=True).runs == 2
    assert store.collect_garbage().files == 2 + 2 + 3
    assert database["fs.files"].count_documents({}) == database["fs.chunks"].count_documents({}) == 0


def test_garbage_of_one_collection_is_not_what_another_one_has(server, name, database, monkeypatch):
    stores = [MongoStore(f"{server}{name}.{one}") for one in ("runs", "my.runs", "my.others", "team_runs")]
    for store in stores:
        add(store, make_sample("1"))
    monkeypatch.setattr("sacred.stores.mongo.trash.is_young", lambda file_id: False)
    for store in stores:
        garbage = store.collect_garbage()
        assert (garbage.runs, garbage.files) == (0, 0)
    for store in stores:
        assert compare_files(make_sample("1").files, store, "1") == []
        assert compare_series(make_sample("1").series, store.read_series("1")) == []
        store.close()


def test_leftovers_of_a_copy_that_was_killed_are_garbage_after_a_day(store, database):
    add(store, make_sample("1"))
    source = database["fs.files"].find_one({"filename": "train.py"})["_id"]
    for key in (old_id(), ObjectId()):
        database["runs.points"].insert_one({"key": key, "metric": 1, "start": 0})
        database["runs.parts"].insert_one({"key": key, "kind": "output"})
        database["metrics"].insert_one({"name": "loss", "run_id": None, "sacred": {"key": key}})
        database["fs.files"].insert_one({"_id": key, "filename": "x", "length": 5, "sacred": {"key": key}})
        database["fs.chunks"].insert_one({"files_id": key, "n": 0, "data": b"12345"})
        database["fs.claims"].insert_one({"file": source, "key": key})
    database["fs.files"].insert_one({"filename": "mine", "length": 5})
    assert store.collect_garbage(dry_run=True).size_bytes == 5
    garbage = store.collect_garbage()
    assert (garbage.runs, garbage.files, garbage.size_bytes) == (0, 1, 5)
    for name in ("runs.points", "runs.parts", "metrics"):
        path = "sacred.key" if name == "metrics" else "key"
        assert len(database[name].distinct(path)) == 2
    assert database["fs.files"].count_documents({"filename": "mine"}) == 1
    assert database["fs.chunks"].count_documents({"data": b"12345"}) == 1
    assert len(database["fs.claims"].distinct("key")) == 2
    assert compare_files(make_sample("1").files, store, "1") == []


def test_files_of_0_8_are_removed_when_no_collection_needs_them(server, name, database):
    shared, own, foreign = ObjectId(), ObjectId(), ObjectId()
    for file_id in (shared, own, foreign):
        database["fs.files"].insert_one({"_id": file_id, "filename": "f", "length": 3, "chunkSize": 255})
        database["fs.chunks"].insert_one({"files_id": file_id, "n": 0, "data": b"abc"})
    run = {"format": "MongoObserver-0.7.0", "status": "COMPLETED", "config": {}, "info": {}}
    experiment = {"name": "e", "sources": [["a.py", shared]]}
    artifacts = [{"name": "a", "file_id": own}]
    database["runs"].insert_one({"_id": 1, **run, "experiment": experiment, "artifacts": artifacts})
    database["other"].insert_one({"_id": 1, **run, "experiment": experiment})
    store = MongoStore(f"{server}{name}")
    store.delete(["1"])
    assert store.collect_garbage(dry_run=True).files == 1
    assert store.collect_garbage().files == 1
    assert {found["_id"] for found in database["fs.files"].find()} == {shared, foreign}
    store.close()


def test_an_interrupted_deletion_can_be_finished(store, database):
    add(store, make_sample("1"), make_sample("2"))
    raw = database["runs"].find_one({"_id": 1})
    store.delete(["1"])
    database["runs"].insert_one(raw)  # as if it had been killed before the last step
    assert (store.find_ids(), store.list_trash()) == (["1", "2"], ["1"])
    assert compare_series(make_sample("1").series, store.read_series("1")) == []
    store.delete(["1"])
    assert (store.find_ids(), store.list_trash()) == (["2"], ["1"])
    store.restore(["1"])
    assert database["metrics"].count_documents({"run_id": 1}) == 2
    assert store.find_ids() == ["1", "2"]


def test_a_new_run_of_0_8_does_not_meet_metrics_of_a_deleted_one(store, database):
    add(store, make_sample("1"))
    store.delete(["1"])
    assert database["metrics"].count_documents({"run_id": 1}) == 0


def test_omniboard_can_change_what_we_wrote(store, database):
    add(store, make_sample("1", tags=["\udcff", "b"], notes="\udcff"))
    assert store.load(["1"])["1"]["tags"] == ["\udcff", "b"]
    database["runs"].update_one({"_id": 1}, {"$push": {"omniboard.tags": "c"}})
    found = store.load(["1"])["1"]
    assert (found["tags"], found["notes"]) == (["?", "b", "c"], "\udcff")


def test_a_store_that_fails_while_a_run_comes_is_no_lost_file(store):
    sample = make_sample("1")

    class Gone(Samples):
        def load(self, ids, *, with_metrics=False):
            raise StoreError("the server is gone")

        def open_file(self, run_id, file):
            raise StoreError("the server is gone")

    source = Gone([sample])
    with pytest.raises(StoreError, match="the server is gone"):
        list(store.add_runs([StoredRun(source, sample.document)]))
    assert store.find_ids() == []


def test_what_bson_cannot_hold_becomes_the_nearest():
    assert encode_value(2**63) == float(2**63)
    assert encode_value(10**400) == hex(10**400)
    assert encode_value({"\x00": 1, "␀": 2}) == {"␀": 1, "␀_": 2}
    assert encode_value(["\ud800"]) == ["?"]
    deep = []
    for _ in range(150):
        deep = [deep]
    assert len(bson.encode({"deep": encode_value(deep)})) < 2000
    assert json.dumps(encode_value({"$ref": 1})) == '{"": null, "$ref": 1}'


def test_a_shared_file_that_is_just_being_removed_is_not_relied_on(store, database):
    """Between the first run and the second of one copy somebody collects garbage."""
    add(store, make_sample("1"))
    adding = store.add_runs(Samples([make_sample("2"), make_sample("3")]).make_runs())
    check = store._writer._uploads.check
    doomed = []

    def doom_and_check():
        if not doomed:
            doomed.append(database["fs.files"].find_one({"filename": "train.py"})["_id"])
            database["fs.files"].update_one({"_id": doomed[0]}, {"$set": {"sacred.doomed": old_id()}})
        return check()

    store._writer._uploads.check = doom_and_check
    assert [run_id for _, run_id in adding] == ["2", "3"]
    for run_id in ("1", "2", "3"):
        assert compare_files(make_sample(run_id).files, store, run_id) == []
    sources = {raw["_id"]: raw["experiment"]["sources"][0][1] for raw in database["runs"].find()}
    assert sources[1] == doomed[0] != sources[2] == sources[3]
    store.collect_garbage()
    assert "doomed" not in database["fs.files"].find_one({"_id": doomed[0]})["sacred"]
    assert database["fs.claims"].count_documents({}) == 9


def test_ids_that_are_taken_meanwhile_become_the_next_ones(store, database):
    """Another process, between the look for free ids and the insertion."""
    adding = store.add_runs(Samples([make_sample("1"), make_sample("2"), make_sample("name")]).make_runs())
    check = store._writer._uploads.check

    def take_and_check():
        database["runs"].insert_many([{"_id": one, "status": "COMPLETED"} for one in (1, "name")])
        return check()

    store._writer._uploads.check = take_and_check
    assert [run_id for _, run_id in adding] == ["3", "2", "4"]
    assert sorted(database["metrics"].distinct("run_id")) == [2, 3, 4]
    for run_id in ("2", "3", "4"):
        assert compare_series(make_sample(run_id).series, store.read_series(run_id)) == []
