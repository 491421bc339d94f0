"""Folders of real runs as a store: under way, killed, ended, on a network, of the real Sacred 0.8.7."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recording import run_program, write_program
from sacred.errors import StoreError
from sacred.model.serialize import flatten, load_json
from sacred.query.nodes import Compare, Constant, Field
from sacred.stores.folders.store import FolderStore

OF_087 = Path(__file__).parents[1] / "compat" / "databases" / "documents" / "folders"
PROGRAM = """
    import sys, time
    from pathlib import Path

    from sacred import Experiment
    from sacred.observers import FileStorageObserver

    ex = Experiment("reading", save_git_info=False)
    ex.observers.append(FileStorageObserver("runs"))

    @ex.config
    def configuration():
        lr = 0.1
        layers = [64, 32]
        wait = False

    @ex.main
    def main(_run, lr, wait):
        print("training")
        for step in range(100):
            _run.log_scalar("loss", 1 / (step + 1), step)
        _run.log_scalar("count", 3)
        _run.info["state"] = {"epoch": 1}
        Path("model.pt").write_text("weights")
        _run.add_artifact("model.pt")
        Path("data.csv").write_text("1,2")
        _run.open_resource("data.csv").close()
        sys.stdout.flush()
        Path("ready").touch()
        while wait and not Path("go").exists():
            time.sleep(0.02)
        return lr

    ex.run_commandline()
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def started(tmp_path, cache, request):
    """A run under way, that goes on when there is a file ``go``."""
    path = write_program(tmp_path, PROGRAM)
    variables = {**os.environ, **getattr(request, "param", {})}
    process = subprocess.Popen([sys.executable, str(path), "with", "wait=True"], cwd=tmp_path, env=variables)
    deadline = time.monotonic() + 30
    while not (tmp_path / "ready").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def store(tmp_path, started):
    opened = FolderStore(str(tmp_path / "runs"))
    yield opened
    opened.close()


def with_status(status):
    return Compare("==", Field(("status",)), Constant(status))


def check_points(store):
    loss, count = store.read_series("1", ["loss", "count"])
    assert list(loss.values) == [1 / (step + 1) for step in range(100)]
    assert list(loss.steps) == list(range(100))
    assert list(count.values) == [3]
    assert store.list_metrics("1")[:2] == ["loss", "count"]


@pytest.mark.parametrize("started", [{}, {"SACRED_NETWORK_FOLDERS": "all"}], indirect=True)
def test_a_run_is_followed_to_its_end(tmp_path, started, store):
    assert store.find_ids(with_status("RUNNING")) == ["1"]
    check_points(store)
    assert b"training" in store.read_output("1")
    assert store.load(["1"], with_metrics=True)["1"]["metrics"]["loss"]["count"] == 100
    with pytest.raises(StoreError, match="under way"):
        store.delete(["1"])
    (tmp_path / "go").touch()
    assert started.wait(30) == 0
    assert store.find_ids(with_status("COMPLETED")) == ["1"]
    document = store.load(["1"], with_metrics=True)["1"]
    assert (document["result"], document["info"]) == (0.1, {"state": {"epoch": 1}})
    assert document["metrics"]["count"]["last"] == 3
    check_points(store)
    assert b"training" in store.read_output("1", 0, document["recorder"]["output_bytes"])
    files = {file.name: file for file in store.list_files("1")}
    with store.open_file("1", files["model.pt"]) as opened:
        assert opened.read() == b"weights"
    assert {file.kind for file in files.values()} == {"artifact", "source", "resource", "record"}
    assert not store.problems


def test_a_killed_run_is_dead_at_once(started, store):
    assert store.find_ids(with_status("RUNNING")) == ["1"]
    started.send_signal(signal.SIGKILL)
    started.wait()
    assert store.find_ids(with_status("DEAD")) == ["1"]
    assert store.load(["1"])["1"]["status"] == "DEAD"
    check_points(store)
    assert b"training" in store.read_output("1")
    store.delete(["1"])
    assert store.find_ids() == []


def test_runs_that_start_while_the_store_is_open(tmp_path, cache):
    (tmp_path / "runs").mkdir()
    store = FolderStore(str(tmp_path / "runs"))
    for count in range(1, 4):
        run_program(tmp_path, PROGRAM, "with", f"lr={count / 10}")
        assert len(store.find_ids(with_status("COMPLETED"))) == count
    query = Compare(">", Field(("config", "lr")), Constant(0.15))
    assert store.find_ids(query) == ["2", "3"]
    assert len(store.list_fingerprints()) == 3
    store.close()


@pytest.mark.usefixtures("cache")
def test_folders_of_0_8_7_are_read_back_completely():
    store = FolderStore(str(OF_087))
    ids = store.find_ids()
    assert ids == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "named run"]
    documents = store.load(ids, with_metrics=True)
    for run_id in ids:
        entry = flatten(load_json((OF_087 / run_id / "run.json").read_bytes()))
        for key in (
            "command",
            "experiment",
            "host",
            "meta",
            "artifacts",
            "start_time",
            "stop_time",
            "fail_trace",
        ):
            assert documents[run_id].get(key) == entry.get(key)
        output = OF_087 / run_id / "cout.txt"
        assert store.read_output(run_id) == (output.read_bytes() if output.exists() else b"")
        points = OF_087 / run_id / "metrics.json"
        names = json.loads(points.read_bytes()) if points.exists() else {}
        assert sorted(store.list_metrics(run_id)) == sorted(names)
        for file in store.list_files(run_id):
            with store.open_file(run_id, file) as opened:
                assert len(opened.read()) == file.size_bytes
    first = documents["1"]
    assert first["config"]["big"] == 2**53 + 1
    assert first["info"]["matrix"] == [[0.0, 0.5], [1.0, 1.5]]
    assert first["info"]["moment"] == "2026-01-02T03:04:05.678901"
    assert first["metrics"]["loss"]["count"] == 3
    assert first["metrics"]["train.accuracy"]["last"] == 0.5
    assert first["result"] == {"accuracy": 0.75, "list": [1, 2.5, None]}
    assert store.problems == []
    store.close()
