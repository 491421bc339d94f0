"""What user code may do with a run: metrics, resources, artifacts, its folder."""

import json
import logging
import os
from pathlib import Path

import pytest

from recording import Recorder, make_experiment, run_function
from sacred.config.config_summary import ConfigSummary
from sacred.errors import NotRunningError
from sacred.observers import FileStorageObserver
from sacred.run import Run


def test_a_run_has_0_8_s_attributes():
    run = make_experiment_run()
    assert run._id is None
    assert run.status is None
    assert (run.start_time, run.stop_time, run.heartbeat_time) == (None, None, None)
    assert (run.captured_out, run.result, run.fail_trace, run.capture_mode) == ("", None, None, None)
    assert (run.debug, run.pdb, run.force, run.queue_only, run.unobserved) == (False,) * 5
    assert run.beat_interval == 10.0
    assert run.info == {}
    assert run.config["seed"]
    assert isinstance(run.config_modifications, ConfigSummary)
    assert run.experiment_info["name"] == "test"
    assert run.host_info["hostname"]
    assert run.meta_info["command"] == "main"
    assert list(run.pre_run_hooks) == list(run.post_run_hooks) == []
    assert run.captured_out_filter is None
    assert run.run_logger.name == "test"
    assert run.root_logger is logging.getLogger()
    assert repr(run) == "<Run None not started>"


def make_experiment_run(*observers):
    ex = make_experiment(*observers)

    @ex.main
    def main():
        pass

    return ex._create_run()


def test_a_run_can_be_made_by_hand():
    """0.8's constructor, by position."""
    log = logging.getLogger("by-hand")
    recorder = Recorder()
    arguments = [{"seed": 1}, ConfigSummary(), lambda: 5, [recorder], log, log, {"name": "x"}, {}, [], []]
    run = Run(*arguments)
    assert run() == 5
    assert run.status == "COMPLETED"
    assert recorder.last("started_event")["command"] == "<lambda>"
    assert Run(*arguments, captured_out_filter=str.upper).captured_out_filter is str.upper


def test_resources(tmp_path, monkeypatch):
    recorder = Recorder()
    (tmp_path / "data.bin").write_bytes(b"\x00")
    monkeypatch.chdir(tmp_path)

    def main(_run):
        with _run.open_resource("data.bin", "rb") as file:
            assert file.read() == b"\x00"
        _run.add_resource(tmp_path / "data.bin")
        with _run.open_resource("data.bin", mode="r") as file:
            assert file.read() == "\x00"

    run_function(main, recorder)
    assert [facts["filename"] for facts in recorder.get("resource_event")] == [str(tmp_path / "data.bin")] * 3


def test_a_resource_that_is_missing_is_the_user_s_error(tmp_path):
    recorder = Recorder()

    def main(_run):
        with pytest.raises(FileNotFoundError):
            _run.open_resource(tmp_path / "nowhere")

    run_function(main, recorder)
    assert recorder.get("resource_event") == []


def test_artifacts(tmp_path, monkeypatch):
    recorder = Recorder()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "model.pt").write_text("")
    monkeypatch.chdir(tmp_path)

    def main(_run):
        _run.add_artifact("sub/model.pt")
        _run.add_artifact(tmp_path / "sub" / "model.pt", "named")
        _run.add_artifact("sub/", metadata={"a": 1})

    run_function(main, recorder)
    path = str(tmp_path / "sub" / "model.pt")
    nothing = {"metadata": None, "content_type": None}
    assert recorder.get("artifact_event") == [
        {"name": "model.pt", "filename": path, **nothing},
        {"name": "named", "filename": path, **nothing},
        {"name": "sub", "filename": str(tmp_path / "sub"), "metadata": {"a": 1}, "content_type": None},
    ]


def test_artifact_metadata_are_told_as_copies(tmp_path):
    recorder = Recorder()
    metadata = {"list": [1]}

    def main(_run):
        _run.add_artifact(tmp_path, metadata=metadata)
        metadata["list"].append(2)

    run_function(main, recorder)
    assert recorder.last("artifact_event")["metadata"] == {"list": [1]}


@pytest.mark.parametrize("method", ["add_resource", "add_artifact", "open_resource"])
def test_files_need_a_run_that_has_started(method, tmp_path):
    recorder = Recorder()
    (tmp_path / "x").write_text("")
    before = make_experiment_run(recorder)
    with pytest.raises(NotRunningError, match="can only be called during a run"):
        getattr(before, method)(tmp_path / "x")
    assert not {"resource_event", "artifact_event"} & set(recorder.names)


def test_files_may_be_added_after_the_end(tmp_path):
    recorder = Recorder()
    (tmp_path / "x").write_text("")
    run = run_function(lambda: None, recorder)
    run.add_artifact(tmp_path / "x")
    run.open_resource(tmp_path / "x").close()
    assert recorder.names[-3:] == ["join", "artifact_event", "resource_event"]


def test_an_observer_that_is_added_during_the_run_hears_of_what_comes_after():
    first, second = Recorder(), Recorder()
    run_function(lambda _run: _run.observers.append(second), first)
    assert second.names == ["log_metrics", "heartbeat_event", "completed_event", "join"]


def test_the_folder_is_the_file_storage_observer_s(tmp_path):
    seen = []
    run = run_function(
        lambda _run: seen.append(_run.dir), Recorder(priority=50), FileStorageObserver(tmp_path / "runs")
    )
    assert seen == [str(tmp_path / "runs" / "1")] == [run.dir]
    assert json.loads((tmp_path / "runs" / "1" / "run.json").read_text())["status"] == "COMPLETED"


def test_without_a_folder_there_is_none():
    assert run_function(lambda: None, Recorder()).dir is None
    assert run_function(lambda: None).dir is None


def test_what_the_repr_says():
    run = run_function(lambda: None, Recorder(run_id="7"))
    assert repr(run) == "<Run 7 COMPLETED>"


def test_names_of_artifacts_may_be_paths_and_bytes(tmp_path):
    recorder = Recorder()
    path = tmp_path / "data.csv"
    path.touch()

    def main(_run):
        _run.add_artifact(os.fsencode(path), name=Path("named.csv"))
        _run.add_resource(os.fsencode(path))

    run_function(main, recorder)
    assert recorder.last("artifact_event")["name"] == "named.csv"
    assert (
        recorder.last("artifact_event")["filename"]
        == recorder.last("resource_event")["filename"]
        == str(path)
    )
