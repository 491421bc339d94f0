# ruff: noqa: DTZ001 - observers are told naive UTC; paths are text in this room

import json
import os
import pickle
import random
import signal
import subprocess
import sys
import textwrap
import time
from datetime import datetime

import pytest

from sacred.folder import writer as writer_module
from sacred.folder.entry import RunEntry
from sacred.folder.layout import RESERVED, choose_artifact_name
from sacred.folder.metrics import add_points
from sacred.folder.writer import FolderWriter

WRITE_FOR_EVER = """
    import sys
    from sacred.folder import writer
    writer.WAIT_AFTER_SECONDS = 1e9
    it = writer.FolderWriter(sys.argv[1])
    text = ""
    for count in range(10**9):
        it.write_json("metrics.json", {"m": {"values": list(range(count % 3000 + 1))}})
        text += f"line {count}\\n"
        it.write_output(text)
        if count == 2:
            print("ready", flush=True)
"""


@pytest.fixture
def writer(tmp_path):
    return FolderWriter(str(tmp_path))


def test_kill_9_in_the_middle_of_writing(tmp_path):
    """A reader finds whole JSON always, and output without a gap."""
    random.seed(3)
    for attempt in range(15):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        program = [sys.executable, "-c", textwrap.dedent(WRITE_FOR_EVER), str(folder)]
        with subprocess.Popen(program, stdout=subprocess.PIPE) as process:
            assert process.stdout.readline() == b"ready\n"
            for _ in range(5):
                time.sleep(random.random() / 200)
                values = json.loads((folder / "metrics.json").read_text())["m"]["values"]
                assert values == list(range(len(values)))
            process.send_signal(signal.SIGKILL)
        values = json.loads((folder / "metrics.json").read_text())["m"]["values"]
        assert values == list(range(len(values)))
        lines = (folder / "cout.txt").read_text().split("\n")[:-1]
        assert lines == [f"line {number}" for number in range(len(lines))]


@pytest.mark.parametrize("age", [0, 5])
def test_only_an_old_run_waits_for_the_disk(writer, monkeypatch, age):
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    now = time.monotonic()
    monkeypatch.setattr(writer_module.time, "monotonic", lambda: now + age)
    writer.write_json("run.json", {"a": 1})
    writer.write_json("run.json", {"a": 2})
    writer.write_output("x")
    assert len(synced) == (2 if age else 0)
    writer.sync()
    assert len(synced) == (3 if age else 0)
    writer.sync()
    assert len(synced) == (3 if age else 0)


def test_files_of_a_run_s_first_second_are_synced_at_its_end(writer, monkeypatch):
    writer.write_json("config.json", {})
    writer.write_output("x")
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    monkeypatch.setattr(writer_module, "WAIT_AFTER_SECONDS", 0)
    writer.sync()
    assert len(synced) == 2


def test_the_same_is_not_written_again(writer, tmp_path):
    writer.write_json("a.json", {"a": 1})
    (tmp_path / "a.json").write_text("mark")
    writer.write_json("a.json", {"a": 1})
    assert (tmp_path / "a.json").read_text() == "mark"
    writer.write_json("a.json", {"a": 2})
    assert json.loads((tmp_path / "a.json").read_text()) == {"a": 2}
    assert writer.has_written("a.json")
    assert not writer.has_written("b.json")


def test_output_after_a_failure_is_written_whole(writer, tmp_path):
    writer.write_output("one\n")
    os.replace(tmp_path / "cout.txt", tmp_path / "aside")
    (tmp_path / "cout.txt").mkdir()
    assert isinstance(writer.attempt(lambda: writer.write_output("one\ntwo\n")), IsADirectoryError)
    (tmp_path / "cout.txt").rmdir()
    (tmp_path / "cout.txt").write_text("a part of it")
    assert writer.attempt(lambda: writer.write_output("one\ntwo\n")) is None
    assert (tmp_path / "cout.txt").read_text() == "one\ntwo\n"


def test_output_that_utf_8_cannot_hold(writer, tmp_path):
    writer.write_output("a\udc80")
    writer.write_output("a\udc80b\ud800")
    assert (tmp_path / "cout.txt").read_text() == "a\\udc80b\\ud800"


def test_attempts_warn_once(writer, caplog):
    def fail():
        raise OSError(5, "Input/output error")

    for _ in range(3):
        assert writer.attempt(fail).errno == 5
    assert len(caplog.records) == 1


def test_points_are_added():
    metrics = {}
    new = {"m": {"steps": [0], "values": [(1,)], "timestamps": [datetime(2020, 1, 1)], "name": "m"}}
    for _ in range(2):
        add_points(
            metrics,
            new,
            lambda values, entry: [list(value) if isinstance(value, tuple) else value for value in values],
        )
    assert metrics == {
        "m": {"steps": [0, 0], "timestamps": ["2020-01-01T00:00:00"] * 2, "values": [[1], [1]]},
    }


def test_an_entry_pickles(writer):
    entry = RunEntry(writer, meta={"t": (1, 2)}, artifact_notes={"a": {"metadata": {"x": 1}}})
    twin = pickle.loads(pickle.dumps(entry))
    twin.add("artifacts", "a")
    twin.add("artifacts", "a")
    assert twin == {
        "meta": {"t": [1, 2]},
        "artifact_notes": {"a": {"metadata": {"x": 1}}},
        "artifacts": ["a"],
    }
    assert "artifacts" not in entry


def test_reserved_names_are_lower_case():
    """They are compared with names in lower case."""
    assert {name.casefold() for name in RESERVED} == RESERVED


def test_chosen_names_are_stable():
    taken = {}
    for given in ("a/x.tar", "../a/x.tar", "a/../a/x.tar", "a/x.tar"):
        taken[choose_artifact_name(given, taken)] = given
    assert taken == {"a/x.tar": "a/x.tar", "a/x_2.tar": "../a/x.tar", "a/a/x.tar": "a/../a/x.tar"}


def test_what_can_not_be_serialised_is_one_warning_and_keeps_nothing_else(writer, tmp_path, caplog):
    def fail():
        raise TypeError("no such value")

    for _ in range(2):
        assert isinstance(writer.attempt(fail), TypeError)
    assert writer.attempt(lambda: writer.write_json("run.json", {"a": 1})) is None
    assert (tmp_path / "run.json").exists()
    assert [record.getMessage().endswith("TypeError: no such value") for record in caplog.records] == [True]


def test_a_full_disk_is_told_also_after_another_trouble(writer, caplog):
    def fail(error):
        raise error

    for error in (TypeError("a"), OSError(28, "No space left"), OSError(5, "Input/output error")):
        writer.attempt(lambda error=error: fail(error))
    assert [record.getMessage().rsplit(": ", 1)[1] for record in caplog.records] == ["a", "No space left"]


@pytest.mark.parametrize("batches", [1, 3])
def test_a_metric_that_json_can_not_hold_is_named(writer, caplog, batches):
    for _ in range(batches):
        new = {"loss": {"steps": [0, 1], "values": [object(), object()], "timestamps": []}}
        add_points({}, new, lambda obj, entry: writer.flatten("metrics.json", obj, entry))
    (record,) = caplog.records
    assert record.getMessage() == (
        'metrics.json: "loss" is of type object, which JSON can\'t hold: only its type and repr are kept'
    )


def test_names_of_metrics_become_text():
    metrics = {}
    new = {3: {"steps": [0], "values": [1], "timestamps": []}}
    add_points(metrics, new, lambda obj, entry: obj)
    assert list(metrics) == ["3"]


def in_child(function):
    child = os.fork()
    if not child:
        try:
            function()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_leaves_the_documents_alone(writer, tmp_path):
    writer.write_json("run.json", {"a": 1})
    writer.write_output("x")

    def write():
        writer.write_json("run.json", {"a": 2})
        writer.write_output("xy")
        writer.sync()
        writer.write_json("of_the_child.json", 1)

    in_child(write)
    assert json.loads((tmp_path / "run.json").read_text()) == {"a": 1}
    assert (tmp_path / "cout.txt").read_text() == "x"
    assert (tmp_path / "of_the_child.json").exists()
    writer.write_json("run.json", {"a": 3})
    assert json.loads((tmp_path / "run.json").read_text()) == {"a": 3}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_writer_that_was_sent_to_another_process_writes(writer, tmp_path):
    sent = pickle.dumps(writer)
    in_child(lambda: pickle.loads(sent).write_json("run.json", {"a": 2}))
    assert json.loads((tmp_path / "run.json").read_text()) == {"a": 2}
