"""A SQLite database that the real Sacred 0.8.7 wrote (``record_sql.py``) reads back completely.

The same runs were recorded in folders at the same time; what is there is compared with those.
"""

import hashlib
import json
import shutil
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sacred.errors import RunNotFoundError
from sacred.model.serialize import flatten, load_json
from sacred.query.parse import parse
from sacred.stores.differences import find_differences
from sacred.stores.memory import MemoryStore
from sacred.stores.sql.store import SqlStore
from sacred.testing.samples import Samples, make_sample

HERE = Path(__file__).parent / "sql"
IDS = ["0", "00", "2", "3", "4", "5", "6", "9", "10", "named run"]
STATUSES = {
    "COMPLETED": ["0", "00", "2", "named run"],
    "FAILED": ["3"],
    "INTERRUPTED": ["4"],
    "TIMEOUT": ["5"],
    "QUEUED": ["6"],
    "DEAD": ["9"],
    "REBUILT": ["10"],
}
MOMENTS = ("start_time", "heartbeat", "stop_time")


@pytest.fixture
def path(tmp_path):
    return Path(shutil.copy(HERE / "runs.db", tmp_path / "runs.db"))


@pytest.fixture
def store(path):
    store = SqlStore(f"sqlite:///{path}")
    yield store
    store.close()


def read_json(run_id, name):
    place = HERE / "folders" / run_id / name
    return flatten(load_json(place.read_bytes())) if place.exists() else {}


def read_file(store, run_id, file):
    with store.open_file(run_id, file) as opened:
        return opened.read()


def test_all_runs_are_there(store):
    assert store.find_ids() == IDS
    assert store.count() == len(IDS)
    assert list(store.load(IDS)) == IDS
    assert sorted(store.list_fingerprints().values()) == sorted(IDS)
    assert store.problems == []


@pytest.mark.parametrize("status", STATUSES)
def test_how_runs_ended(store, status):
    query = parse(f'status == "{status}"')
    assert store.find_ids(query) == STATUSES[status]
    assert store.count(query) == len(STATUSES[status])
    assert {document["status"] for document in store.load(STATUSES[status]).values()} == {status}


@pytest.mark.parametrize("run_id", IDS)
def test_documents(store, run_id):
    document, entry = store.load([run_id])[run_id], read_json(run_id, "run.json")
    assert document["config"] == read_json(run_id, "config.json")
    for key in ("command", "result", "fail_trace"):
        assert find_differences(entry.get(key), document.get(key)) == [], key
    assert document["meta"].get("comment") == (entry["meta"].get("comment") or None)
    host = {key: value for key, value in entry["host"].items() if key in document["host"]}
    assert document["host"] == {**host, "os": list(host["os"])}
    assert set(document["host"]) == {"hostname", "cpu", "python_version", "os"}
    if run_id not in {"6", "9"}:  # those never had a heartbeat here
        assert find_differences(read_json(run_id, "info.json"), document["info"]) == []


@pytest.mark.parametrize("run_id", IDS)
def test_experiments(store, run_id):
    found = store.load([run_id])[run_id]["experiment"]
    recorded = read_json(run_id, "run.json")["experiment"]
    for key in ("name", "base_dir", "dependencies", "repositories"):
        assert found[key] == recorded[key], key
    assert [name for name, _ in found["sources"]] == [name for name, _ in recorded["sources"]]


@pytest.mark.parametrize("run_id", sorted(set(IDS) - {"6"}))
def test_moments(store, run_id):
    document, entry = store.load([run_id])[run_id], read_json(run_id, "run.json")
    for key in MOMENTS:
        if run_id == "9" and key != "start_time":
            assert document.get(key) is None
        elif entry.get(key) is not None:
            apart = datetime.fromisoformat(document[key]) - datetime.fromisoformat(entry[key])
            assert abs(apart) < timedelta(seconds=1)  # each observer asks the clock


@pytest.mark.parametrize("run_id", sorted(set(IDS) - {"9"}))
def test_output(store, run_id):
    place = HERE / "folders" / run_id / "cout.txt"
    expected = place.read_bytes() if place.exists() else b""
    assert store.read_output(run_id) == expected
    assert store.read_output(run_id, 3, 9) == expected[3:9]


def test_files(store):
    for run_id in ("0", "2"):
        found = {(file.kind, file.name): file for file in store.list_files(run_id)}
        source = ("source", "experiment_of_087.py")
        table = next(key for key in found if key[0] == "resource")
        artifacts = [("artifact", name) for name in ("weights.txt", "model.txt", "table copy")]
        assert list(found) == [*artifacts, source, table]
        assert table[1].endswith("/table.csv")
        for _, name in artifacts:
            content = (HERE / "folders" / run_id / name).read_bytes()
            assert read_file(store, run_id, found["artifact", name]) == content
        text = read_file(store, run_id, found[source])
        assert hashlib.md5(text, usedforsecurity=False).hexdigest() == found[source].digests["md5"]
        assert read_file(store, run_id, found[table]) == b"a,b\n1,2\n"
    assert [file.kind for file in store.list_files("3")] == ["source"]


def test_points_were_never_kept(store):
    assert store.list_metrics("0") == []
    assert store.read_series("0") == []
    assert store.load(["0"], with_metrics=True)["0"]["metrics"] == {}


def test_queries_and_order(store):
    assert store.find_ids(parse("config.rate == 0.5")) == ["2"]
    assert store.find_ids(parse("result > 0.6 and config.data.name == 'digits'")) == ["0"]
    assert store.find_ids(parse("'table copy' in artifacts")) == ["0", "2"]
    assert store.find_ids(limit=2, offset=1) == IDS[1:3]


def test_reading_adds_nothing(path, store):
    before = path.read_bytes()
    store.find_ids(parse("config.rate > 0"))
    store.load(IDS, with_metrics=True)
    store.list_trash()
    store.collect_garbage()
    with pytest.raises(RunNotFoundError):
        store.annotate("nobody", tags=["x"])
    with pytest.raises(RunNotFoundError):
        store.delete(["nobody"])
    assert path.read_bytes() == before


def read_old_tables(path):
    listing = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sacred_%' AND type = 'table'"
    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute(listing)]
        return {name: list(connection.execute(f'SELECT * FROM "{name}"')) for name in names}  # noqa: S608 - ours


def test_what_people_add_is_beside(path, store):
    before = read_old_tables(path)
    store.annotate("2", tags=["kept"])
    store.annotate("2", notes="a note")
    document = store.load(["2"])["2"]
    assert (document["tags"], document["notes"]) == (["kept"], "a note")
    assert store.find_ids(parse('"kept" in tags')) == ["2"]
    store.delete(["2", "3"])
    assert store.list_trash() == ["2", "3"]
    assert store.find_ids() == [run_id for run_id in IDS if run_id not in {"2", "3"}]
    store.restore(["2"])
    assert store.load(["2"])["2"]["notes"] == "a note"
    assert read_old_tables(path) == before


def test_a_removed_run_is_gone_from_the_old_tables(path, store):
    store.delete(["0"])
    assert store.collect_garbage(dry_run=True).runs == 1
    assert store.collect_garbage().runs == 1
    assert store.list_trash() == []
    tables = read_old_tables(path)
    assert "0" not in {row[1] for row in tables["run"]}
    assert "0" not in {row[3] for row in tables["artifact"]}
    assert read_file(store, "2", store.list_files("2")[0]) == b"weights: 1 2 3\n"


def test_new_runs_stand_beside_old_ones(path, store):
    before = read_old_tables(path)
    runs = Samples([make_sample("2", result=5), make_sample("20")]).make_runs()
    assert [run_id for _, run_id in store.add_runs(runs)] == ["21", "20"]
    assert store.find_ids() == ["0", "00", "2", "3", "4", "5", "6", "9", "10", "20", "21", "named run"]
    assert store.find_ids(parse("result > 0.6")) == ["0", "2", "20", "21"]
    assert store.find_ids(parse("metrics.loss.last > 0")) == ["20", "21"]
    assert store.count() == 12
    assert read_old_tables(path) == before


def test_old_runs_are_copied_whole(store):
    from sacred.stores.transfer import copy_runs

    target = MemoryStore()
    report = copy_runs(store, target)
    assert report.failed == []
    assert sorted(report.copied) == sorted(IDS)
    assert target.read_output("0") == store.read_output("0")
    assert len(target.list_files("0")) == len(store.list_files("0"))
    assert copy_runs(store, target).copied == {}


def test_a_run_under_way_is_followed(path, store):
    """A heartbeat is seen by a store that has read the run before."""
    assert store.load(["9"])["9"]["info"] == {}
    with sqlite3.connect(path) as connection:
        row = (json.dumps({"epoch": 1}), "2026-12-01 00:00:00.5")
        connection.execute("UPDATE run SET info = ?, heartbeat = ? WHERE run_id = '9'", row)
    document = store.load(["9"])["9"]
    assert (document["info"], document["heartbeat"]) == ({"epoch": 1}, "2026-12-01T00:00:00.5")


@pytest.mark.parametrize("text", ["{", "[1]", "[" * 100_000])
def test_a_damaged_run_is_told(path, store, text):
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE run SET config = ? WHERE run_id = '2'", (text,))
    assert store.find_ids() == [run_id for run_id in IDS if run_id != "2"]
    store.find_ids()
    assert [problem.run_id for problem in store.problems] == ["2"]
    assert store.load(["2"]) == {}
    assert store.read_output("2").startswith(b"INFO")
