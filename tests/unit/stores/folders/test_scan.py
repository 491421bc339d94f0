"""What the catalogue notices: runs that come, go, change and die; and what it does not look at again."""

import json
import multiprocessing
import os
import shutil
import sqlite3
import time

import pytest

from sacred.errors import StoreError
from sacred.query.nodes import Compare, Constant, Field, IsNone, SortKey
from sacred.stores.folders import scan as module
from sacred.stores.folders.catalogue import VERSION
from sacred.stores.folders.store import FolderStore

LR = Field(("config", "lr"))


def is_equal(path, value):
    return Compare("==", Field(tuple(path.split("."))), Constant(value))


def find_database(cache):
    (path,) = (cache / "catalogues").glob("*.db")
    return path


@pytest.fixture
def reads(monkeypatch):
    """The ids of the runs that were read."""
    found = []
    read_run = module.read_run

    def note(folder, run_id):
        found.append(run_id)
        return read_run(folder, run_id)

    monkeypatch.setattr(module, "read_run", note)
    return found


def test_settled_runs_are_read_once(runs, reads):
    for number in range(1, 4):
        runs.make(number)
    assert runs.open().find_ids() == ["1", "2", "3"]
    assert sorted(reads) == ["1", "2", "3"]
    assert runs.open().find_ids() == ["1", "2", "3"]
    assert len(reads) == 3


def test_fresh_runs_are_read_again(runs, reads):
    """A file that is changed within a tick of the clock looks as before."""
    runs.make(is_old=False)
    store = runs.open()
    store.find_ids()
    store.find_ids()
    assert reads == ["1", "1"]


def test_a_clock_that_is_ahead_does_no_harm(runs, reads, monkeypatch):
    """The server's files are from the future: they are settled when nothing has changed for a while."""
    runs.make()
    runs.age("1", seconds=-1000)
    store = runs.open()
    store.find_ids()
    store.find_ids()
    moment = time.time()
    monkeypatch.setattr(module.time, "time", lambda: moment + 10)
    store.find_ids()
    count = len(reads)
    store.find_ids()
    assert len(reads) == count


def test_what_is_damaged_is_said_when_a_run_is_loaded(runs):
    for name in ("1", "2"):
        runs.make(name, files={"config.json": b"{"})
    runs.open().find_ids()
    again = runs.open()
    assert list(again.load(["1"])) == ["1"]
    assert [problem.run_id for problem in again.problems] == ["1"]


def test_runs_come_and_go(runs):
    store = runs.open()
    assert store.find_ids() == []
    runs.make("2")
    runs.make("10")
    runs.make("a")
    assert store.find_ids() == ["2", "10", "a"]
    shutil.rmtree(runs.path / "2")
    runs.make("1")
    assert store.find_ids() == ["1", "10", "a"]
    assert store.count() == 3
    assert list(store.load(["2", "a", "1"])) == ["a", "1"]


def test_what_is_no_run_is_left_out(runs):
    runs.make("1")
    for name in ("_sources", "_resources", ".hidden", ".trash", "plots"):
        runs.make(f"{name}")
    (runs.path / "plots" / "run.json").unlink()
    (runs.path / "plots" / "config.json").unlink()
    (runs.path / "notes.txt").write_text("x")
    (runs.path / "link").symlink_to(runs.path / "1")
    store = runs.open()
    assert store.find_ids() == ["1"]
    assert store.load(["link", "_sources", "../runs", "plots", ""]) == {}
    assert store.problems == []


def test_a_change_of_a_settled_run_is_seen(runs):
    runs.make()
    store = runs.open()
    assert store.load(["1"])["1"]["tags"] == []
    runs.open().annotate("1", tags=["a"])
    assert store.find_ids(Compare("==", Field(("notes",)), Constant(""))) == ["1"]
    assert store.load(["1"])["1"]["tags"] == ["a"]


def test_a_foreign_change_is_seen_after_a_moment(runs, monkeypatch):
    runs.make()
    store = runs.open()
    assert store.find_ids(is_equal("notes", "n")) == []
    (runs.path / "1" / "annotations.json").write_text('{"notes": "n"}')
    runs.age()
    monkeypatch.setattr(module, "_QUIET_SECONDS", 0)
    assert store.find_ids(is_equal("notes", "n")) == ["1"]


def test_a_quiet_folder_is_not_listed_for_each_question(runs, monkeypatch):
    runs.make()
    store = runs.open()
    store.find_ids()
    monkeypatch.setattr(module, "list_folders", lambda _: pytest.fail("it is listed"))
    assert store.find_ids() == ["1"]


def test_a_running_run_is_looked_at_each_time(runs):
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    runs.make(status="RUNNING", heartbeat=now, result=None)
    store = runs.open()
    assert store.find_ids(is_equal("status", "RUNNING")) == ["1"]
    entry = runs.path / "1" / "run.json"
    entry.write_text(json.dumps({"status": "COMPLETED", "result": 3}))  # in place, as 0.8 does
    runs.age("1")
    assert store.find_ids(is_equal("status", "COMPLETED")) == ["1"]
    assert store.find_ids(is_equal("result", 3)) == ["1"]


def test_dead_and_queued_runs_are_read_again_when_their_files_change(runs, reads):
    runs.make("1", status="RUNNING", heartbeat="2026-01-01T00:00:00")
    runs.make("2", status="QUEUED")
    store = runs.open()
    assert store.find_ids(is_equal("status", "DEAD")) == ["1"]
    assert store.find_ids(is_equal("status", "QUEUED")) == ["2"]
    assert len(reads) == 2
    (runs.path / "2" / "run.json").write_text(json.dumps({"status": "COMPLETED"}))
    runs.age("1", "2", seconds=1800)
    assert store.find_ids(is_equal("status", "COMPLETED")) == ["2"]


def test_a_run_dies_without_a_change(runs, monkeypatch):
    runs.make(status="RUNNING", heartbeat=time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()))
    store = runs.open()
    assert store.find_ids(is_equal("status", "RUNNING")) == ["1"]
    monkeypatch.setattr("sacred.stores.folders.documents.is_silent", lambda _: True)
    assert store.find_ids(is_equal("status", "DEAD")) == ["1"]
    assert store.load(["1"])["1"]["status"] == "DEAD"


# --- what is damaged ---------------------------------------------------------------------------------------


def test_each_problem_is_told_once(runs):
    runs.make("1")
    runs.make("2", files={"run.json": b'{"status":'})
    runs.make("3", files={"config.json": b"{"})
    runs.make("4", recorder={"format": 9})
    (runs.path / "5").mkdir()
    runs.age("2", "3", "5")
    store = runs.open()
    assert store.find_ids() == ["1", "3", "4"]
    assert store.find_ids(is_equal("status", "COMPLETED")) == ["1", "3", "4"]
    assert [problem.run_id for problem in store.problems] == ["2", "3", "4", "5"]
    assert all("\n" not in problem.message for problem in store.problems)
    again = runs.open()
    again.find_ids()
    assert again.problems == store.problems


def test_a_run_that_starts_is_no_problem(runs):
    (runs.path / "1").mkdir()
    store = runs.open()
    assert store.find_ids() == []
    assert store.problems == []
    runs.make("1")
    assert store.find_ids() == ["1"]


def test_rights_that_come_later(runs):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    folder = runs.make()
    folder.chmod(0)
    store = runs.open()
    assert store.find_ids() == []
    folder.chmod(0o755)
    assert store.find_ids() == ["1"]


def test_names_that_are_no_utf_8(runs):
    runs.make("1")
    os.mkdir(os.fsencode(runs.path) + b"/\xff")
    store = runs.open()
    assert store.find_ids() == ["1"]
    assert store.find_ids() == ["1"]
    assert [problem.message for problem in store.problems] == [
        r"Run \udcff: its name is no UTF-8: rename the folder"
    ]


def test_a_store_that_is_not_there(tmp_path, cache):
    with pytest.raises(StoreError, match="does not exist"):
        FolderStore(str(tmp_path / "gone"))
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="is a file"):
        FolderStore(str(tmp_path / "file"))


def test_a_store_that_goes(runs):
    store = runs.open()
    shutil.rmtree(runs.path)
    with pytest.raises(StoreError, match="can't be read"):
        store.find_ids()


# --- the file of the catalogue -----------------------------------------------------------------------------


def test_it_is_the_users_own(runs, cache):
    runs.make()
    runs.open().find_ids()
    path = find_database(cache)
    assert path.stat().st_mode & 0o77 == 0
    assert path.parent.stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("damage", ["garbage", "cut", "version", "no table", "gone"])
def test_a_damaged_one_is_made_anew(runs, cache, damage):
    for number in range(50):
        runs.make(number, result=number)
    runs.open().find_ids(is_equal("result", 1))
    runs.close()
    path = find_database(cache)
    if damage == "garbage":
        path.write_bytes(b"x" * 100_000)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "gone":
        path.unlink()
    else:
        connection = sqlite3.connect(path)
        connection.execute(
            f"PRAGMA user_version = {VERSION + 1}" if damage == "version" else "DROP TABLE fields"
        )
        connection.commit()
        connection.close()
    store = runs.open()
    assert store.find_ids(is_equal("result", 7)) == ["7"]
    assert len(store.load(store.find_ids())) == 50


def test_one_that_is_damaged_while_it_is_open(runs, cache):
    for number in range(50):
        runs.make(number)
    store = runs.open()
    store.find_ids()
    with open(find_database(cache), "r+b") as file:
        file.write(b"x" * 100_000)
    for name in ("-wal", "-shm"):
        path = find_database(cache).with_name(find_database(cache).name + name)
        if path.exists():
            path.write_bytes(b"x" * 1000)
    assert len(store.find_ids(is_equal("config.lr", 0.1))) == 50


@pytest.mark.parametrize("where", ["a file", "no place", "another one's"])
def test_without_a_place_it_is_in_memory(runs, tmp_path, monkeypatch, where):
    if where == "a file":
        (tmp_path / "cache").write_text("")
    else:
        monkeypatch.setenv("SACRED_CACHE", "/proc/nowhere" if where == "no place" else "/dev/null/x")
    runs.make()
    store = runs.open()
    assert store.find_ids(is_equal("config.lr", 0.1)) == ["1"]
    assert store.find_ids() == ["1"]


def test_on_a_network_it_is_in_memory(runs, cache, monkeypatch):
    monkeypatch.setattr("sacred.stores.folders.database.is_remote", lambda _: True)
    runs.make()
    assert runs.open().find_ids() == ["1"]
    assert not cache.exists()


def test_one_that_another_process_holds(runs, cache, monkeypatch):
    monkeypatch.setattr("sacred.stores.folders.database.BUSY_SECONDS", 0.1)
    runs.make()
    runs.open().find_ids()
    runs.make("2")
    other = sqlite3.connect(find_database(cache), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert runs.open().find_ids(is_equal("config.lr", 0.1)) == ["1", "2"]
    other.execute("ROLLBACK")
    other.close()


def _ask(path, count, results):
    store = FolderStore(path)
    for _ in range(10):
        found = store.find_ids(is_equal("config.lr", 0.1), [SortKey(Field(("result",)), descending=True)])
        results.put((len(found), found[:2]))
    assert len(store.load(found)) == count


def test_many_processes_at_once(runs):
    for number in range(200):
        runs.make(number, result=number)
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    processes = [context.Process(target=_ask, args=(str(runs.path), 200, results)) for _ in range(3)]
    for process in processes:
        process.start()
    found = [results.get(timeout=60) for _ in range(30)]
    for process in processes:
        process.join(30)
        assert process.exitcode == 0
    assert {(count, tuple(first)) for count, first in found} == {(200, ("199", "198"))}


def test_a_forked_child_opens_its_own(runs):
    runs.make()
    store = runs.open()
    store.find_ids()
    child = os.fork()
    if child == 0:
        os._exit(0 if store.find_ids() == ["1"] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.find_ids() == ["1"]


# --- large documents, and summaries ------------------------------------------------------------------------


def test_a_huge_info_is_read_where_it_is(runs, cache):
    info = {"rows": [[index, "x" * 20] for index in range(100_000)], "small": 7}
    runs.make(info=info, result=5)
    runs.make("2", info={"small": 7})
    store = runs.open()
    assert store.find_ids(is_equal("info.small", 7)) == ["1", "2"]
    assert store.find_ids(IsNone(Field(("info", "rows")))) == ["2"]
    assert find_database(cache).stat().st_size < 300_000
    assert store.load(["1"])["1"]["info"] == info
    assert len(store.list_fingerprints()) == 2


def test_summaries_are_worked_out_once(runs, monkeypatch):
    points = {"loss": {"steps": [0, 1], "values": [2.0, 1.0], "timestamps": ["2026-01-02T03:04:05"] * 2}}
    for number in (1, 2, 3):
        points["loss"]["values"][1] = number / 2
        runs.make(number, files={"metrics.json": json.dumps(points).encode()})
    runs.make(4)
    store = runs.open()
    query = Compare("<", Field(("metrics", "loss", "last")), Constant(1.2))
    assert store.find_ids(query) == ["1", "2"]
    monkeypatch.setattr("sacred.stores.folders.points.FolderPoints.read", None)
    again = runs.open()
    assert again.find_ids(query, [SortKey(Field(("metrics", "loss", "min")), descending=True)]) == ["2", "1"]
    found = again.load(["1", "4"], with_metrics=True)
    assert found["1"]["metrics"]["loss"]["last"] == 0.5
    assert "metrics" not in found["4"]


def test_summaries_of_a_running_run_are_worked_out_each_time(runs):
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    points = {"loss": {"steps": [0], "values": [2.0], "timestamps": ["2026-01-02T03:04:05"]}}
    runs.make(status="RUNNING", heartbeat=now, files={"metrics.json": json.dumps(points).encode()})
    store = runs.open()
    assert store.find_ids(is_equal("metrics.loss.last", 2.0)) == ["1"]
    points["loss"]["values"] = [3.0]
    (runs.path / "1" / "metrics.json").write_text(json.dumps(points))
    assert store.find_ids(is_equal("metrics.loss.last", 2.0)) == []
    assert store.find_ids(is_equal("metrics.loss.last", 3.0)) == ["1"]


def test_damaged_metrics_are_a_problem_of_that_run(runs):
    runs.make("1", files={"metrics.json": b'{"loss": {"steps": [1], "values": [], "timestamps": []}}'})
    runs.make("2")
    store = runs.open()
    assert store.find_ids(IsNone(Field(("metrics", "loss", "last")))) == ["1", "2"]
    assert [problem.run_id for problem in store.problems] == ["1"]
    assert "different lengths" in store.problems[0].message
