import json
import math
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sacred.errors import StoreError
from sacred.folder import reader, silence
from sacred.folder.lock import LOCK, RunLock, find_boot_id
from sacred.folder.reader import read_config, read_info, read_metrics, read_output, read_run
from sacred.run.metrics_logger import MetricsLogger

GOLDEN = Path(__file__).parents[1] / "observers" / "golden" / "runs"  # written by Sacred 0.8.7


NOW = datetime(2026, 11, 24, 8, 14, 59, 123456, tzinfo=UTC)


def ago(seconds):
    return (NOW - timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()


@pytest.fixture
def make_run(tmp_path, monkeypatch):
    monkeypatch.setattr(silence, "now", lambda: NOW)

    def make(**entry):
        facts = {"status": "RUNNING", "start_time": ago(0), "heartbeat": None} | entry
        (tmp_path / "run.json").write_text(json.dumps(facts))
        return str(tmp_path)

    return make


def leave_lock(folder, boot_id=None):
    """The lock of a process that has ended."""
    Path(folder, LOCK).write_text(json.dumps({"boot_id": boot_id or find_boot_id()}))


@pytest.mark.parametrize(
    "status", ["QUEUED", "COMPLETED", "FAILED", "INTERRUPTED", "TIMED_OUT", "OWN", "DEAD"]
)
def test_an_end_is_as_it_says(make_run, status):
    folder = make_run(status=status, heartbeat=ago(9999))
    leave_lock(folder)
    assert read_run(folder)["status"] == status


def test_who_holds_the_lock_is_running_however_long_nothing_was_heard(make_run):
    folder = make_run(heartbeat=ago(99999))
    lock = RunLock(folder)
    lock.take(datetime.now(UTC))
    assert read_run(folder)["status"] == "RUNNING"
    lock.release()
    assert read_run(folder)["status"] == "DEAD"


def test_who_has_let_go_is_dead_at_once(make_run):
    folder = make_run(heartbeat=ago(0))
    assert read_run(folder)["status"] == "RUNNING"
    leave_lock(folder)
    assert read_run(folder)["status"] == "DEAD"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"heartbeat": ago(60)}, "RUNNING"),
        ({"heartbeat": ago(61)}, "DEAD"),
        ({"heartbeat": ago(-500)}, "RUNNING"),  # another clock
        ({"start_time": ago(60)}, "RUNNING"),
        ({"start_time": ago(61)}, "DEAD"),
        ({"start_time": ago(61), "heartbeat": ago(10)}, "RUNNING"),
        ({"heartbeat": ago(330), "recorder": {"beat_interval": 100}}, "RUNNING"),
        ({"heartbeat": ago(331), "recorder": {"beat_interval": 100}}, "DEAD"),
        ({"heartbeat": ago(32), "recorder": {"beat_interval": 0.5}}, "DEAD"),
        ({"heartbeat": ago(60), "recorder": {"beat_interval": "often"}}, "RUNNING"),
        ({"heartbeat": ago(61), "recorder": {"beat_interval": "often"}}, "DEAD"),
        ({"heartbeat": ago(61), "recorder": None}, "DEAD"),
        ({"heartbeat": ago(61) + "+00:00"}, "DEAD"),
        ({"heartbeat": "yesterday"}, "RUNNING"),
        ({"heartbeat": "yesterday", "start_time": ago(61)}, "DEAD"),
        ({"heartbeat": 5, "start_time": None}, "RUNNING"),  # nothing says that it is dead
    ],
)
@pytest.mark.parametrize("has_lock", [False, True])
def test_the_heartbeat_where_no_lock_tells(make_run, facts, status, has_lock):
    folder = make_run(**facts)
    if has_lock:
        leave_lock(folder, boot_id="another machine")
    assert read_run(folder)["status"] == status


def test_a_run_that_ends_while_it_is_looked_at(make_run, monkeypatch):
    folder = make_run()

    def find_holder(_):
        make_run(status="COMPLETED")
        return "dead"

    monkeypatch.setattr(reader, "find_holder", find_holder)
    assert read_run(folder)["status"] == "COMPLETED"


def test_reading_writes_nothing(make_run):
    folder = make_run()
    leave_lock(folder)
    for name, text in (("cout.txt", "x"), ("config.json", "{}"), ("metrics.json", "{}")):
        Path(folder, name).write_text(text)
    before = {entry.name: entry.stat().st_mtime_ns for entry in os.scandir(folder)}
    for read in (read_run, read_config, read_info, read_output, read_metrics):
        read(folder)
    assert {entry.name: entry.stat().st_mtime_ns for entry in os.scandir(folder)} == before


def test_points_come_from_the_journal(make_run):
    folder = make_run()
    Path(folder, "metrics.json").write_text(
        '{"old": {"steps": [1], "values": [1], "timestamps": ["2020-01-01"]}}'
    )
    metrics = MetricsLogger()
    metrics.settle(folder)
    for value in (1.5, 2, True, math.inf, "text", 2**70):
        metrics.log_scalar_metric("loss", value)
    (record,) = read_metrics(folder)
    assert record["name"] == "loss"
    assert record["steps"] == [0, 1, 2, 3, 4, 5]
    assert record["values"] == [1.5, 2, True, math.inf, "text", 2**70]
    assert record["run_id"] == os.path.basename(folder)
    assert all(moment.tzinfo is None for moment in record["timestamps"])
    metrics.close()


def test_output_that_is_no_text(make_run):
    folder = make_run(status="COMPLETED")
    Path(folder, "cout.txt").write_bytes(b"a\xffb\xe2\x82\xac\n")
    assert read_output(folder) == "a\N{REPLACEMENT CHARACTER}b\N{EURO SIGN}\n"


def test_a_made_up_record_shows_no_other_files(make_run, tmp_path):
    folder = make_run()
    Path(folder, "cout.txt").write_text("mine")
    (tmp_path / "other").mkdir()
    for name in ("cout.txt", "secret"):
        (tmp_path / "other" / name).write_text("of another one")
        (tmp_path / "cout.range").write_text(json.dumps({"of": str(tmp_path / "other" / name), "start": 0}))
        assert read_output(folder) == "mine"
    (tmp_path / "cout.range").write_text(json.dumps({"of": str(tmp_path / "cout.txt"), "start": 0}))
    assert read_output(folder) == "mine"


def test_what_came_after_the_end_is_not_the_run_s(make_run):
    folder = make_run(status="COMPLETED", recorder={"output_bytes": 4})
    Path(folder, "cout.txt").write_text("mine\nof a child that outlived it\n")
    assert read_output(folder) == "mine"


@pytest.mark.parametrize("run_id", ["1", "2", "given"])
def test_folders_of_0_8(run_id):
    def load(name):
        path = GOLDEN / run_id / name
        return json.loads(path.read_text()) if path.exists() else {}

    folder = str(GOLDEN / run_id)
    assert read_run(folder)["status"] == load("run.json")["status"]
    assert read_config(folder).keys() == load("config.json").keys()
    assert read_output(folder) == (GOLDEN / run_id / "cout.txt").read_text()
    metrics = {record["name"]: (record["steps"], record["values"]) for record in read_metrics(folder)}
    assert metrics == {name: (one["steps"], one["values"]) for name, one in load("metrics.json").items()}


def test_a_running_run_of_0_8_is_dead_when_its_heart_has_stopped(make_run):
    marked = {
        "py/object": "datetime.datetime",
        "__reduce__": [{"py/type": "datetime.datetime"}, ["B+QBAQAAAAAAAA=="]],
    }
    assert read_run(make_run(heartbeat=marked))["status"] == "DEAD"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is damaged: Expecting value"),
        (b'{"status": ', "is damaged: Expecting value"),
        (b"[]", "is damaged: it holds no JSON object"),
        (b"[" * 200_000, "is damaged: JSON that is nested too deeply"),
        (b"\xff\xfe\xfd", "is damaged: "),
    ],
)
@pytest.mark.parametrize("name", ["run.json", "config.json", "info.json", "metrics.json"])
def test_a_damaged_file_is_named(make_run, name, content, reason):
    folder = make_run()
    path = Path(folder, name)
    path.write_bytes(content)
    read = {"run.json": read_run, "config.json": read_config, "info.json": read_info}.get(name, read_metrics)
    with pytest.raises(StoreError, match="is damaged") as raised:
        read(folder)
    assert str(raised.value).startswith(f'"{path}" {reason}')


@pytest.mark.parametrize("content", ['{"loss": []}', '{"loss": {"steps": [1]}}', '{"loss": 5}'])
def test_metrics_in_another_form(make_run, content):
    folder = make_run()
    Path(folder, "metrics.json").write_text(content)
    with pytest.raises(StoreError, match=r'metrics\.json" is damaged'):
        read_metrics(folder)


def test_what_is_no_run_folder(tmp_path):
    (tmp_path / "file").write_text("")
    for name, reason in (("", "is no run folder"), ("file", "is no run folder"), ("gone", "does not exist")):
        path = str(tmp_path / name)
        with pytest.raises(StoreError, match=reason) as raised:
            read_run(path)
        assert path in str(raised.value)


def test_what_is_not_there_yet(make_run):
    folder = make_run()
    assert read_info(folder) == {}
    assert read_metrics(folder) == []
    assert read_output(folder) == ""
    with pytest.raises(StoreError, match=r"config\.json"):
        read_config(folder)


def test_a_folder_in_place_of_a_file(make_run):
    folder = make_run()
    Path(folder, "config.json").mkdir()
    with pytest.raises(StoreError, match=r"config\.json\" can't be read: Is a directory"):
        read_config(folder)


def test_nothing_in_a_record_is_executed(make_run, tmp_path):
    hostile = {"py/reduce": [{"py/function": "os.mkdir"}, {"py/tuple": [str(tmp_path / "made")]}]}
    folder = make_run(status="COMPLETED", result=hostile)
    read_run(folder)
    assert not (tmp_path / "made").exists()


def test_reading_is_light():
    program = "import sys; import sacred.folder.reader; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"numpy", "ctypes", "subprocess", "argparse"} & set(loaded.stdout.split())
