"""Databases that the real Sacred 0.8.7 wrote read back completely: MongoDB's and TinyDB's.

The same runs were recorded in folders at the same time; what is there is compared with those.
"""

import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import pymongo
import pytest
from bson import json_util

from sacred.errors import StoreError
from sacred.model.serialize import flatten, load_json
from sacred.stores.differences import find_differences
from sacred.stores.mongo.store import MongoStore
from sacred.stores.tinydb.store import TinyDbStore
from servers import run_mongo

HERE = Path(__file__).parent / "documents"
MILLISECOND = 0.001
MOMENTS = ("start_time", "heartbeat", "stop_time")
IN_ALL = ["1", "2", "3", "4", "5", "6", "8", "named run"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with run_mongo(tmp_path_factory.mktemp("mongo")) as (url, _):
        client = pymongo.MongoClient(url)
        for line in (HERE / "mongo.jsonl").read_text("utf-8").splitlines():
            entry = json_util.loads(line)
            client["documents"][entry["collection"]].insert_one(entry["document"])
        client.close()
        yield url


@pytest.fixture
def mongo(server):
    store = MongoStore(f"{server}documents")
    yield store
    store.close()


@pytest.fixture
def tinydb(tmp_path):
    shutil.copytree(HERE / "tinydb", tmp_path / "tinydb")
    return TinyDbStore(str(tmp_path / "tinydb"))


def read_json(run_id, name):
    path = HERE / "folders" / run_id / name
    return flatten(load_json(path.read_bytes())) if path.exists() else None


def get_seconds(text):
    return datetime.fromisoformat(text).timestamp()


def check_document(document, run_id, slack):
    """Compare what both observers were told."""
    entry = read_json(run_id, "run.json")
    queued = [one["meta"].pop("queue_time") for one in (entry, document) if "queue_time" in one["meta"]]
    assert not queued or abs(get_seconds(queued[0]) - get_seconds(queued[1])) <= slack
    for key in ("command", "host", "meta", "result", "fail_trace"):
        assert find_differences(entry.get(key), document.get(key)) == [], key
    assert document["config"] == read_json(run_id, "config.json")
    info = dict(document.get("info") or {})
    recorded = read_json(run_id, "info.json") or {}
    for one in (info, recorded):
        one.pop("metrics", None)  # MongoObserver's list of its documents
    assert find_differences(recorded, info) == []
    assert list_names(document) == list_names(entry)
    for key in ("name", "base_dir", "mainfile", "dependencies", "repositories"):
        assert document["experiment"].get(key) == entry["experiment"].get(key), key
    for key in MOMENTS:
        if entry.get(key) is None:
            assert document.get(key) is None
        else:
            assert abs(get_seconds(document[key]) - get_seconds(entry[key])) <= slack, key


def list_names(document):
    files = [document["experiment"].get("sources"), document.get("resources"), document.get("artifacts")]
    return [[one if isinstance(one, str) else one[0] for one in part or []] for part in files]


def check_points(store, run_id, slack):
    recorded = read_json(run_id, "metrics.json") or {}
    assert sorted(store.list_metrics(run_id)) == sorted(recorded)
    for series in store.read_series(run_id):
        points = recorded[series.name]
        assert repr(list(series.steps.tolist())) == repr(points["steps"])
        values = series.values.tolist() if hasattr(series.values, "tolist") else series.values
        assert repr(values) == repr(points["values"])
        moments = [datetime.fromisoformat(f"{text}+00:00").timestamp() for text in points["timestamps"]]
        assert max(abs(series.times - moments)) <= slack


def check_output(store, run_id):
    path = HERE / "folders" / run_id / "cout.txt"
    expected = path.read_bytes() if path.exists() else b""
    assert store.read_output(run_id) == expected


def check_files(store, run_id):
    entry = read_json(run_id, "run.json")
    found = {(file.kind, file.name): file for file in store.list_files(run_id)}
    for name in entry.get("artifacts", []):
        content = (HERE / "folders" / run_id / name).read_bytes()
        assert read_file(store, run_id, found.pop(("artifact", name))) == content
    for name, place in entry["experiment"]["sources"]:
        folder = HERE / "folders"
        path = folder / place if (folder / place).exists() else folder / run_id / name
        assert read_file(store, run_id, found.pop(("source", name))) == path.read_bytes()
    return found


def read_file(store, run_id, file):
    with store.open_file(run_id, file) as opened:
        content = opened.read()
    assert file.size_bytes == len(content)
    return content


# --- MongoDB --------------------------------------------------------------------------------------------


def test_all_runs_of_mongo_are_there(mongo):
    assert mongo.find_ids() == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "named run"]
    assert mongo.problems == []
    statuses = {run_id: one["status"] for run_id, one in mongo.load(mongo.find_ids()).items()}
    assert list(statuses.values()) == [
        *("COMPLETED", "COMPLETED", "FAILED", "INTERRUPTED", "TIMEOUT", "REBUILT", "QUEUED", "DEAD"),
        *("COMPLETED", "COMPLETED"),
    ]


@pytest.mark.parametrize("run_id", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "named run"])
def test_a_run_of_mongo_is_what_the_folder_says(mongo, run_id):
    check_document(mongo.load([run_id])[run_id], run_id, MILLISECOND)
    check_points(mongo, run_id, MILLISECOND)
    check_output(mongo, run_id)
    resources = check_files(mongo, run_id)
    entry = read_json(run_id, "run.json")
    assert {name for _, name in resources} == {name for name, _ in entry.get("resources", [])}
    for file in resources.values():  # 0.8 noted them, no more
        assert file.digests == {"md5": "e5ebd4c02cefbe7955977c67ada242b7"}
        with pytest.raises(StoreError, match=r"is noted, but not kept"):
            mongo.open_file(run_id, file)


def test_what_0_8_said_of_an_artifact_is_there(mongo):
    (file,) = [one for one in mongo.list_files("1") if one.name == "weights.txt"]
    assert file.notes == {"content_type": "text/plain", "metadata": {"epoch": 2}}


def test_metrics_of_mongo_are_summed_up_once(mongo, server):
    before = mongo.load(["1", "9"], with_metrics=True)
    assert before["9"]["metrics"] == {}
    assert list(before["1"]["metrics"]) == ["loss", "train.accuracy", "hits", "odd", "array"]
    assert before["1"]["metrics"]["hits"] == {
        "count": 3,
        "last": 14,
        "last_step": 20,
        "min": 0,
        "max": 14,
        "mean": 7.0,
    }
    client = pymongo.MongoClient(server)
    kept = client["documents"]["runs.summaries"].find_one({"_id": 1})
    assert '"last_step": 20' in kept["text"]
    # what is kept is used as long as the number of points is the same
    changed = kept["text"].replace('"last_step": 20', '"last_step": 21')
    client["documents"]["runs.summaries"].update_one({"_id": 1}, {"$set": {"text": changed}})
    assert mongo.load(["1"], with_metrics=True)["1"]["metrics"]["hits"]["last_step"] == 21
    push = {"steps": 30, "values": 21, "timestamps": datetime(2026, 11, 25)}  # noqa: DTZ001 - as 0.8 does
    client["documents"]["metrics"].update_one({"run_id": 1, "name": "hits"}, {"$push": push})
    assert mongo.load(["1"], with_metrics=True)["1"]["metrics"]["hits"]["last_step"] == 30
    pop = dict.fromkeys(push, 1)
    client["documents"]["metrics"].update_one({"run_id": 1, "name": "hits"}, {"$pop": pop})
    client.close()


def test_collections_of_other_names_are_other_stores(server):
    for name, run_id in (("other", "elsewhere"), ("team_runs", "1")):
        store = MongoStore(f"{server}documents.{name}")
        assert store.find_ids() == [run_id]
        assert store.list_metrics(run_id) == ["loss", "train.accuracy", "hits", "odd", "array"]
        assert store.read_series(run_id, ["hits"])[0].values.tolist() == [0, 7, 14]
        assert [file.kind for file in store.list_files(run_id)] == [*("artifact",) * 3, "source", "resource"]
        assert store.problems == []
        store.close()


# --- TinyDB ---------------------------------------------------------------------------------------------


def test_all_runs_of_tinydb_are_there(tinydb):
    assert tinydb.find_ids() == IN_ALL
    assert tinydb.load(["8"])["8"]["status"] == "DEAD"
    assert tinydb.problems == []


@pytest.mark.parametrize("run_id", IN_ALL)
def test_a_run_of_tinydb_is_what_the_folder_says(tinydb, run_id):
    check_document(tinydb.load([run_id])[run_id], run_id, 0)
    check_output(tinydb, run_id)
    for file in check_files(tinydb, run_id).values():
        assert (file.kind, read_file(tinydb, run_id, file)) == ("resource", b"a,b\n1,2\n")
    assert tinydb.read_series(run_id) == []


def test_a_run_that_only_tinydb_observed_has_its_own_id():
    store = TinyDbStore(str(HERE / "tinydb_own"))
    (run_id,) = store.find_ids()
    assert re.fullmatch("[0-9a-f]{32}", run_id)
    assert store.load([run_id])[run_id]["status"] == "COMPLETED"
    assert store.load([run_id])[run_id]["info"]["matrix"] == [[0.0, 0.5], [1.0, 1.5]]


def test_reading_a_folder_of_tinydb_writes_nothing(tinydb):
    before = {path: path.stat().st_mtime_ns for path in Path(tinydb.location).rglob("*")}
    tinydb.find_ids()
    tinydb.load(IN_ALL, with_metrics=True)
    tinydb.list_fingerprints()
    assert {path: path.stat().st_mtime_ns for path in Path(tinydb.location).rglob("*")} == before


def test_tags_can_be_given_to_runs_of_0_8(mongo, tinydb, server):
    for store in (mongo, tinydb):
        store.annotate("1", tags=["good"], notes="look")
        found = store.load(["1"])["1"]
        assert (found["tags"], found["notes"]) == (["good"], "look")
        check_document(found, "1", MILLISECOND)
    client = pymongo.MongoClient(server)
    raw = client["documents"]["runs"].find_one({"_id": 1})
    client.close()
    assert raw["omniboard"] == {"tags": ["good"], "notes": "look"}
    assert "sacred" not in raw
    tables = json.loads(Path(tinydb.location, "metadata.json").read_text("utf-8"))
    original = json.loads((HERE / "tinydb" / "metadata.json").read_text("utf-8"))
    assert repr(tables["runs"]) == repr(original["runs"])
    assert tables["sacred"]["1"]["labels"] == '{"tags": ["good"], "notes": "look"}'
