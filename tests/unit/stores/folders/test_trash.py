"""Deleting, restoring, collecting garbage: nothing that a run needs is lost, no run under way is touched."""

import os
import time
from datetime import UTC, datetime

import pytest

from sacred.errors import StoreError
from sacred.folder.files import store_file
from sacred.folder.lock import RunLock
from sacred.stores.folders import garbage as module

DAY = 24 * 3600


def now():
    return datetime.now(UTC).replace(tzinfo=None).isoformat()


@pytest.fixture
def is_later(monkeypatch):
    """Let two days pass: what changes a file's ctime can't be made old."""
    clock = time.time
    monkeypatch.setattr(module.time, "time", lambda: clock() + 2 * DAY)


def make_shared(runs, name, shared="_sources", content=b"x"):
    (runs.path / shared).mkdir(exist_ok=True)
    (runs.path / shared / name).write_bytes(content)
    return runs.path / shared / name


def name_source(name):
    return {"sources": [["train.py", f"_sources/{name}"]]}


def test_there_and_back(runs):
    runs.make("1", result=1)
    runs.make("2", files={"model.pt": b"m"})
    store = runs.open()
    store.delete(["2"])
    assert store.find_ids() == ["1"]
    assert store.load(["2"]) == {}
    assert store.list_trash() == ["2"]
    store.restore(["2"])
    assert store.find_ids() == ["1", "2"]
    assert (runs.path / "2" / "model.pt").read_bytes() == b"m"
    assert store.list_trash() == []


def test_an_id_that_is_deleted_twice(runs):
    store = runs.open()
    for result in (1, 2, 3):
        runs.make("5", result=result)
        store.delete(["5"])
    assert store.list_trash() == ["5", "5", "5"]
    store.restore(["5"])
    assert store.load(["5"])["5"]["result"] == 3
    with pytest.raises(StoreError, match="can't be restored"):
        store.restore(["5"])
    store.delete(["5"])
    assert store.list_trash() == ["5", "5", "5"]
    store.restore(["5"])
    assert store.load(["5"])["5"]["result"] == 3


def test_all_or_none(runs):
    runs.make("1")
    store = runs.open()
    with pytest.raises(StoreError, match="There is no run"):
        store.delete(["1", "2"])
    assert store.find_ids() == ["1"]
    with pytest.raises(StoreError, match="in the trash"):
        store.restore(["7"])


@pytest.mark.parametrize("how", ["lock", "heartbeat"])
def test_a_run_under_way_stays(runs, how):
    folder = runs.make(
        "1", status="RUNNING", heartbeat=now() if how == "heartbeat" else "2026-01-01T00:00:00"
    )
    lock = RunLock(str(folder))
    if how == "lock":
        lock.take(datetime.now(UTC))
    with pytest.raises(StoreError, match="Run 1 is under way"):
        runs.open().delete(["1"])
    lock.release()


def test_dead_and_damaged_runs_can_be_deleted(runs):
    runs.make("1", status="RUNNING", heartbeat="2026-01-01T00:00:00")
    runs.make("2", files={"run.json": b"{"})
    store = runs.open()
    store.delete(["1", "2"])
    assert store.list_trash() == ["1", "2"]


def test_a_trash_that_is_a_link(runs, tmp_path):
    runs.make("1")
    (tmp_path / "out").mkdir()
    (runs.path / ".trash").symlink_to(tmp_path / "out")
    with pytest.raises(StoreError, match="is a link"):
        runs.open().delete(["1"])
    assert list((tmp_path / "out").iterdir()) == []


# --- garbage -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("is_later")
def test_what_nobody_needs_goes(runs):
    needed, other = make_shared(runs, "train_a.py"), make_shared(runs, "old_b.py", content=b"12345")
    data, unread = make_shared(runs, "x.csv", "_resources"), make_shared(runs, "y.csv", "_resources")
    half = make_shared(runs, ".1234.tmp")
    runs.make(
        "1", experiment=name_source("train_a.py"), resources=[["/x.csv", f"{runs.path}/_resources/x.csv"]]
    )
    runs.make("2", files={"big": b"x" * 1000})
    (runs.path / "3").mkdir()
    store = runs.open()
    store.delete(["2"])
    size = sum(path.stat().st_size for path in (runs.path / ".trash" / "2").iterdir())
    expected = store.collect_garbage(dry_run=True)
    assert (expected.runs, expected.files, expected.size_bytes) == (
        1,
        4,
        size + 5 + 1 + 1 + (runs.path / "3").stat().st_size * 0,
    )
    assert other.exists()
    assert store.list_trash() == ["2"]
    assert store.collect_garbage() == expected
    assert store.list_trash() == []
    assert (needed.exists(), data.exists()) == (True, True)
    assert [path.exists() for path in (other, unread, half, runs.path / "3")] == [False] * 4
    assert store.problems == []
    assert store.collect_garbage().files == 0


def test_what_is_new_stays(runs):
    new, half = make_shared(runs, "new.py"), make_shared(runs, ".1234.tmp")
    runs.make("1")
    assert runs.open().collect_garbage().files == 0
    assert new.exists()
    assert half.exists()


def test_storing_a_file_again_makes_it_new(runs, tmp_path):
    (tmp_path / "train.py").write_text("code")
    stored = store_file(str(tmp_path / "train.py"), str(runs.path / "_sources"))
    os.utime(stored, (1, 1))
    assert store_file(str(tmp_path / "train.py"), str(runs.path / "_sources")) == stored
    assert time.time() - os.stat(stored).st_mtime < 60


@pytest.mark.usefixtures("is_later")
@pytest.mark.parametrize("kind", ["damaged", "0.8"])
def test_what_nobody_can_tell_stays(runs, kind):
    source = make_shared(runs, "train.py")
    if kind == "damaged":
        runs.make("1", files={"run.json": b"{"})
    else:
        runs.make("1", status="RUNNING", heartbeat=now())
    store = runs.open()
    assert store.collect_garbage().files == 0
    assert source.exists()
    assert "Stored files were left" in store.problems[0].message


def test_a_run_that_starts_keeps_all(runs, monkeypatch):
    """It has a folder, and has stored its source, but not yet named it."""
    source = make_shared(runs, "train.py")
    (runs.path / "1").mkdir()
    monkeypatch.setattr(module, "_is_old", lambda path: path == str(source))
    store = runs.open()
    assert store.collect_garbage().files == 0
    assert source.exists()


@pytest.mark.usefixtures("is_later")
def test_a_run_that_starts_meanwhile_keeps_its_source(runs, monkeypatch):
    """After the first look at the runs, and before the files go."""
    source = make_shared(runs, "train.py", content=b"code")
    unneeded = make_shared(runs, "other.py")
    find_references = module._find_references
    calls = []

    def find(root):
        calls.append(root)
        if len(calls) == 2:
            assert not source.exists()
            runs.make("1", experiment=name_source("train.py"))
        return find_references(root)

    monkeypatch.setattr(module, "_find_references", find)
    assert runs.open().collect_garbage().files == 1
    assert source.read_bytes() == b"code"
    assert not unneeded.exists()


@pytest.mark.usefixtures("is_later")
def test_killed_in_between_nothing_is_lost(runs, monkeypatch):
    source = make_shared(runs, "train.py", content=b"code")
    find_references = module._find_references
    calls = []

    def find(root):
        calls.append(root)
        if len(calls) == 2:
            os.fsync(os.open(root, os.O_RDONLY))
            raise KeyboardInterrupt
        return find_references(root)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_find_references", find)
        patch.setattr(module, "_put_back", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            runs.open().collect_garbage()
    assert not source.exists()
    runs.make("1", experiment=name_source("train.py"))
    assert runs.open().collect_garbage().files == 0
    assert source.read_bytes() == b"code"


@pytest.mark.usefixtures("is_later")
def test_stores_below_share_sources(runs):
    source = make_shared(runs, "train.py")
    runs.make("sub")
    (runs.path / "sub" / "run.json").rename(runs.path / "sub" / "x")
    inner = runs.path / "sub" / "1"
    inner.mkdir()
    (inner / "run.json").write_text(
        '{"status": "COMPLETED", "experiment": {"sources": [["a", "../_sources/train.py"]]}}'
    )
    assert runs.open().collect_garbage().files == 0
    assert source.exists()


def test_a_run_in_the_trash_that_lives(runs):
    runs.make("1")
    store = runs.open()
    store.delete(["1"])
    lock = RunLock(str(runs.path / ".trash" / "1"))
    lock.take(datetime.now(UTC))
    with pytest.raises(StoreError, match="under way"):
        store.collect_garbage()
    lock.release()
    assert store.collect_garbage().runs == 1
