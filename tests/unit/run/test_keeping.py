"""Where a run is kept: the user's folder, the default store, the spool, or nowhere."""

import json
import logging
import os

import pytest

from recording import Recorder, make_experiment, run_function
from sacred import SETTINGS
from sacred.errors import StoreError
from sacred.folder.reader import read_run
from sacred.observers import FileStorageObserver


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("SACRED_CACHE", str(folder))
    return folder


@pytest.fixture
def store(tmp_path, monkeypatch, cache):
    """The default store of a user who has chosen none, in an empty folder."""
    monkeypatch.delenv("SACRED_STORE", raising=False)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project" / ".sacred"


def run_as_user(function, *observers, **arguments):
    """Run as outside pytest, which sets its variable anew for each phase of a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")
        return run_function(function, *observers, **arguments)


def main(_run):
    print("hello")
    _run.log_scalar("loss", 0.5)
    return 7


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


# --- the default store --------------------------------------------------------------------------------------


def test_a_run_without_observers_is_recorded_in_the_default_store(store, caplog):
    run = run_as_user(main)
    assert run._id == "1"
    assert run.observers == []
    assert os.path.abspath(run.dir) == str(store / "1")
    record = read(store / "1" / "run.json")
    assert (record["status"], record["result"]) == ("COMPLETED", 7)
    assert "hello" in (store / "1" / "cout.txt").read_text()
    assert read(store / "1" / "metrics.json")["loss"]["values"] == [0.5]
    assert (store / ".gitignore").read_text() == "*\n"
    assert f"Runs are recorded in {store}" in caplog.text
    assert "No observers" not in caplog.text
    assert 'Started run with ID "1"' in caplog.text


def test_only_the_first_run_tells_where_the_store_is(store, caplog):
    run_as_user(main)
    caplog.clear()
    assert run_as_user(main)._id == "2"
    assert "recorded in" not in caplog.text


def test_an_id_can_be_given_to_a_run_in_the_store(store):
    assert run_as_user(main, options={"--id": "first-try"})._id == "first-try"
    assert read(store / "first-try" / "run.json")["status"] == "COMPLETED"


def test_a_queued_run_waits_in_the_store(store):
    run = run_as_user(main, options={"--queue": True})
    assert run._id == "1"
    assert read(store / "1" / "run.json")["status"] == "QUEUED"


@pytest.mark.parametrize("how", ["variable", "setting", "option", "unobserved"])
def test_the_store_can_be_switched_off(store, how, monkeypatch, caplog):
    options = {}
    if how == "variable":
        monkeypatch.setenv("SACRED_STORE", "none")
    elif how == "setting":
        monkeypatch.setitem(SETTINGS, "DEFAULT_STORE", None)
    elif how == "option":
        options["--unobserved"] = True
    ex = make_experiment()
    ex.command(main, unobserved=how == "unobserved")
    with monkeypatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")
        run = ex.run("main", options=options)
    assert run._id is None
    assert run.dir is None
    assert run.result == 7
    assert not store.exists()
    assert ("No observers" in caplog.text) == (how in ("variable", "setting"))


def test_built_in_commands_are_not_recorded(store, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")
        make_experiment().run("print_config")
    assert not store.exists()


def test_tests_leave_no_store_behind(store):
    assert run_function(main)._id is None
    assert not store.exists()


def test_a_store_that_was_found_and_cannot_be_written_is_replaced_by_the_spool(store, cache, caplog):
    store.write_text("a file in its place")
    run = run_as_user(main)
    assert run.result == 7
    assert f"The run can't be recorded in {store}" in caplog.text
    (kept,) = (cache / "spool").iterdir()
    assert f"The record of this run is in {kept}" in caplog.text
    record = read(kept / "run.json")
    assert record["status"] == "COMPLETED"
    assert "hello" in run.captured_out


def test_a_store_that_the_user_named_and_that_cannot_be_written_keeps_the_run_from_starting(
    store, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SACRED_STORE", str(tmp_path / "file"))
    called = []
    with pytest.raises(StoreError, match="can't be written"):
        run_as_user(lambda: called.append(1))
    assert called == []


# --- the spool ----------------------------------------------------------------------------------------------


def test_while_it_lives_a_run_that_only_others_observe_is_in_the_spool(cache):
    found = {}

    def look(_run):
        main(_run)
        found["dir"] = _run.dir
        found["record"] = read(cache / "spool" / os.path.basename(_run.dir) / "run.json")

    recorder = Recorder(run_id=5)
    run = run_function(look, recorder, options={"--capture": "sys"})
    assert run._id == 5
    assert os.path.dirname(found["dir"]) == str(cache / "spool")
    assert found["record"]["status"] == "RUNNING"
    assert list((cache / "spool").iterdir()) == []
    assert run.dir is None
    assert "hello" in run.captured_out
    assert recorder.last("heartbeat_event")["captured_out"] == run.captured_out
    assert recorder.last("log_metrics")["metrics_by_name"]["loss"]["values"] == [0.5]


def test_the_spool_is_kept_when_an_observer_failed(cache, caplog):
    recorder = Recorder(fail={"heartbeat_event": OSError("the service is gone")})
    run_function(main, recorder)
    (kept,) = (cache / "spool").iterdir()
    assert f"The record of this run is in {kept}" in caplog.text
    assert read(kept / "run.json")["status"] == "COMPLETED"
    assert read(kept / "metrics.json")["loss"]["values"] == [0.5]
    sources = read(kept / "run.json")["experiment"]["sources"]
    assert all((cache / "spool" / stored).is_file() for _, stored in sources)


@pytest.mark.parametrize("event", ["completed_event", "join"])
def test_the_spool_is_kept_when_nobody_waited_for_an_observer(cache, caplog, event):
    with pytest.raises(KeyboardInterrupt):
        run_function(main, Recorder(fail={event: KeyboardInterrupt()}))
    (kept,) = (cache / "spool").iterdir()
    assert f"The record of this run is in {kept}" in caplog.text
    assert read(kept / "run.json")["status"] == "COMPLETED"


def test_a_record_whose_end_was_interrupted_is_that_of_a_dead_run(tmp_path):
    class Interrupted(FileStorageObserver):
        def completed_event(self, stop_time, result):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_function(main, Interrupted(tmp_path / "runs"))
    assert read(tmp_path / "runs" / "1" / "run.json")["status"] == "RUNNING"
    assert read_run(str(tmp_path / "runs" / "1"))["status"] == "DEAD"


def test_files_are_only_noted_in_the_spool(cache, tmp_path):
    (tmp_path / "data.csv").write_text("1,2\n")

    def with_files(_run):
        _run.add_resource(tmp_path / "data.csv")
        _run.add_artifact(tmp_path / "data.csv")

    run_function(with_files, Recorder(fail={"heartbeat_event": OSError("gone")}))
    (kept,) = (cache / "spool").iterdir()
    record = read(kept / "run.json")
    assert record["resources"] == [[str(tmp_path / "data.csv")] * 2]
    assert record["artifact_notes"]["data.csv"]["path"] == str(tmp_path / "data.csv")
    assert not (kept / "data.csv").exists()


def test_an_observer_that_fails_at_the_start_leaves_no_spool(cache):
    with pytest.raises(OSError, match="no service"):
        run_function(main, Recorder(fail={"started_event": OSError("no service")}))
    assert not (cache / "spool").exists() or list((cache / "spool").iterdir()) == []


def test_a_cache_that_cannot_be_written_does_not_hurt_the_run(cache, caplog):
    cache.write_text("a file in its place")
    recorder = Recorder()
    run = run_function(main, recorder)
    assert run.result == 7
    assert recorder.last("log_metrics")["metrics_by_name"]["loss"]["values"] == [0.5]
    assert "The run is not recorded" in caplog.text


# --- the user's folder --------------------------------------------------------------------------------------


def test_a_folder_observer_of_the_users_makes_spool_and_store_needless(store, cache, tmp_path):
    run_as_user(main, FileStorageObserver(tmp_path / "runs"), Recorder())
    assert not store.exists()
    assert not cache.exists()


def test_two_folders_are_complete_at_the_end(tmp_path):
    def long(_run):
        for number in range(30_000):
            _run.log_scalar("loss", number)
        print("done")

    run_function(long, FileStorageObserver(tmp_path / "a"), FileStorageObserver(tmp_path / "b"))
    for name in ("cout.txt", "metrics.json", "metrics.journal", "metrics.names"):
        assert (tmp_path / "a" / "1" / name).read_bytes() == (tmp_path / "b" / "1" / name).read_bytes()
    assert len(read(tmp_path / "b" / "1" / "metrics.json")["loss"]["values"]) == 30_000


def test_a_run_that_an_observer_refuses_does_not_touch_the_run_before(tmp_path, caplog):
    caplog.set_level(logging.ERROR)
    storage = FileStorageObserver(tmp_path)
    refusing = Recorder(priority=50)
    ex = make_experiment(storage, refusing)
    ex.main(main)
    ex.run()
    before = (tmp_path / "1" / "cout.txt").read_bytes()
    refusing.fail = {"started_event": OSError("no service")}
    with pytest.raises(OSError, match="no service"):
        ex.run()
    assert (tmp_path / "1" / "cout.txt").read_bytes() == before
    assert read(tmp_path / "1" / "run.json")["status"] == "COMPLETED"
    assert not (tmp_path / "2").exists()
