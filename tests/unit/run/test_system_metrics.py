"""The system metrics of a run: points in a journal of their own, whatever becomes of it."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise

import pytest

from docs.pages import ROOT
from recording import Recorder, make_experiment, run_program, write_program
from sacred.collect.usage.machine import Machine
from sacred.collect.usage.reading import Rate, Reading
from sacred.collect.usage.sampler import Sampler
from sacred.folder.journal_reader import read_points
from sacred.folder.reader import read_metrics, read_run
from sacred.folder.recovery import recover
from sacred.observers import FileStorageObserver
from sacred.run import recording, system_metrics
from sacred.run.system_metrics import SystemMetrics
from sacred.settings import SETTINGS

pytest.importorskip("psutil")
# of Python 3.12 and later, about any thread
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
NAMES = {
    *("system.cpu.tree", "system.cpu.machine", "system.processes", "system.memory.rss", "system.memory.pss"),
    *("system.memory.available", "system.swap.used", "system.disk.read", "system.disk.written"),
    *("system.disk.free", "system.network.received", "system.network.sent"),
}
PROGRAM = """
    import os, signal, subprocess, sys, time
    from sacred import SETTINGS, Experiment
    from sacred.folder.journal_reader import iter_rows
    from sacred.observers import FileStorageObserver
    from sacred.run import recording

    recording.SYSTEM_SECONDS = 0.0
    SETTINGS.SYSTEM_METRICS.INTERVAL = 0.1
    ex = Experiment("program", save_git_info=False)
    ex.observers.append(FileStorageObserver("runs"))

    def wait_for_samples(run, count):
        while sum(name == "system.processes" for name, *_ in iter_rows(run.dir, "system")) < count:
            time.sleep(0.01)
"""


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Runs have system metrics from the first tick on."""
    monkeypatch.setattr(recording, "SYSTEM_SECONDS", 0.0)
    for name, value in SETTINGS.SYSTEM_METRICS.items():
        monkeypatch.setitem(SETTINGS.SYSTEM_METRICS, name, value)
    SETTINGS.SYSTEM_METRICS.INTERVAL = 0.1


def read_system(folder):
    return {each["name"]: each for each in read_metrics(str(folder)) if each["name"].startswith("system.")}


def wait_for(condition):
    while not condition():
        time.sleep(0.01)


def count_samples(folder):
    return sum(point.name == "system.processes" for point in read_points(str(folder), "system"))


def make_main(count=3):
    def main(_run):
        wait_for(lambda: count_samples(_run.dir) >= count)

    return main


def run_main(store, main, *observers):
    ex = make_experiment(FileStorageObserver(str(store)), *observers)
    ex.main(main)
    return ex.run(options={"--beat-interval": 0.05})


def test_a_run_has_system_metrics(tmp_path):
    recorder = Recorder()
    run = run_main(tmp_path, make_main(), recorder)
    metrics = read_system(run.dir)
    assert set(metrics) >= NAMES
    for metric in metrics.values():
        assert metric["steps"] == list(range(len(metric["values"])))
        assert all(before < after for before, after in pairwise(metric["timestamps"]))
    assert len(metrics["system.processes"]["values"]) >= 4  # the last one at the end
    assert metrics["system.disk.written"]["values"][0] >= 0
    assert all(0 <= value <= 100 for value in metrics["system.cpu.machine"]["values"])
    assert "missing" not in read_run(run.dir)
    # they are in nothing that tools of 0.8 read
    assert "system" not in (tmp_path / "1" / "metrics.json").read_text("utf-8")
    assert all(not facts["metrics_by_name"] for facts in recorder.get("log_metrics"))
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("sacred-heart")]


def test_every_metric_is_documented():
    page = (ROOT / "docs/how-to/system-metrics.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(system\.[a-z._]+)`", page, re.MULTILINE))
    assert documented >= NAMES
    assert documented - NAMES == {"system.cpu.limit", "system.memory.container", "system.memory.limit"}


def test_a_run_that_ends_in_its_first_second_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "SYSTEM_SECONDS", 3600.0)
    run = run_main(tmp_path, lambda: None)
    assert not read_system(run.dir)
    assert not [name for name in os.listdir(run.dir) if name.startswith("system")]


@pytest.mark.parametrize("reason", ["setting", "extra"])
def test_they_can_be_switched_off_and_are_not_there_without_the_extra(tmp_path, monkeypatch, reason):
    if reason == "setting":
        SETTINGS.SYSTEM_METRICS.ENABLED = False
    else:
        monkeypatch.setitem(sys.modules, "psutil", None)
    assert system_metrics.start_system_metrics(str(tmp_path)) is None
    assert not os.listdir(tmp_path)


def test_a_wrong_setting_is_one_warning(tmp_path, caplog):
    SETTINGS.SYSTEM_METRICS.INTERVAL = "often"

    def main():
        wait_for(lambda: "There are no system metrics: ValueError" in caplog.text)

    assert run_main(tmp_path, main).status == "COMPLETED"
    assert caplog.text.count("There are no system metrics") == 1


def test_runs_within_runs_have_a_journal_each(tmp_path):
    inner = []

    def main(_run):
        wait_for(lambda: count_samples(_run.dir) >= 2)
        inner.append(run_main(tmp_path, make_main(2)))
        wait_for(
            lambda: (
                count_samples(_run.dir) >= len(read_system(inner[0].dir)["system.processes"]["values"]) + 2
            )
        )

    outer = run_main(tmp_path, main)
    # on a loaded machine the proportional memory takes long to read, and some samples go without
    assert set(read_system(outer.dir)) >= NAMES - {"system.memory.pss"}
    assert set(read_system(inner[0].dir)) >= NAMES - {"system.memory.pss"}
    assert not [name for name in os.listdir(outer.dir) if re.fullmatch(r"system\.\d+\.journal", name)]


class LeavesJournal(FileStorageObserver):
    """As one whose folder another run had before."""

    def started_event(self, *args, **kwargs):
        found = super().started_event(*args, **kwargs)
        with open(os.path.join(self.dir, "system.journal"), "wb") as file:
            file.write(b"of another run")
        return found


def test_what_an_earlier_run_left_in_the_folder_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "SYSTEM_SECONDS", 3600.0)
    ex = make_experiment(LeavesJournal(str(tmp_path)))
    ex.main(lambda _run: os.path.exists(os.path.join(_run.dir, "system.journal")))
    assert ex.run().result is False


def test_a_metric_of_the_user_hides_one_of_the_same_name(tmp_path):
    def main(_run):
        _run.log_scalar("system.processes", 0.5)
        wait_for(lambda: count_samples(_run.dir) >= 1)

    metrics = [
        each for each in read_metrics(run_main(tmp_path, main).dir) if each["name"] == "system.processes"
    ]
    assert [each["values"] for each in metrics] == [[0.5]]


# --- what does not answer ----------------------------------------------------------------------------------


@pytest.fixture
def sampling(monkeypatch):
    """Stand-ins for the threads of this process, which other tests use as well."""

    def replace(machine=Machine, gpus=Machine):
        monkeypatch.setattr(system_metrics, "MACHINE", Sampler("system.machine", machine))
        monkeypatch.setattr(system_metrics, "GPUS", Sampler("system.gpu", gpus))

    return replace


class Hanging:
    """A driver that answers twice, and then no more."""

    def __init__(self):
        self.count = 0
        self.goes_on = threading.Event()

    def read(self):
        self.count += 1
        if self.count > 2:
            self.goes_on.wait(60)
        reading = Reading(float(self.count))
        reading.values["system.gpu.0.power"] = 70.5
        return reading

    def close(self):
        pass


def test_a_driver_that_hangs_keeps_nobody(tmp_path, sampling, monkeypatch, caplog):
    monkeypatch.setattr(system_metrics, "END_SECONDS", 0.5)
    driver = Hanging()
    sampling(gpus=lambda: driver)

    def main(_run):
        wait_for(lambda: driver.count > 2)
        wait_for(lambda: count_samples(_run.dir) >= 2)
        return 7

    run = run_main(tmp_path, main)
    driver.goes_on.set()
    assert run.result == 7
    assert read_system(run.dir)["system.gpu.0.power"]["values"] == [70.5]
    assert len(read_system(run.dir)["system.processes"]["values"]) >= 2  # the other thread went on
    told = [text for text in caplog.messages if "system metrics" in text]
    assert told == ["The last system metrics are missing: the machine or its driver did not answer"]
    assert [each["kind"] for each in read_run(run.dir)["missing"]] == ["system metrics"]


def test_a_driver_that_is_broken_is_noted(tmp_path, sampling, caplog):
    def open_driver():
        raise RuntimeError("Driver/library version mismatch")

    sampling(gpus=open_driver)
    run = run_main(tmp_path, make_main(1))
    (note,) = read_run(run.dir)["missing"]
    assert note == {
        "kind": "system metrics",
        "name": "system.gpu",
        "reason": "RuntimeError: Driver/library version mismatch",
    }
    assert "system metrics" not in caplog.text


def test_a_journal_that_can_not_be_written_is_noted(tmp_path):
    metrics = SystemMetrics(str(tmp_path / "nowhere"), 1.0)
    reading = Reading(1.0)
    reading.values["system.processes"] = 1
    metrics.take(reading)
    assert metrics.stop(None) == [("system metrics", "system.journal", "No such file or directory")]


def test_nothing_is_written_after_the_end(tmp_path):
    metrics = SystemMetrics(str(tmp_path), 1.0)
    reading = Reading(1.0)
    reading.values["system.processes"] = 1
    metrics.take(reading)
    assert metrics.stop(None) == []
    size = (tmp_path / "system.journal").stat().st_size
    metrics.take(reading)
    assert (tmp_path / "system.journal").stat().st_size == size == 64


def test_percentages_and_counters_begin_with_the_first_reading(tmp_path):
    metrics = SystemMetrics(str(tmp_path), 1.0)
    for moment, (part, whole, count) in enumerate([(5.0, 10.0, 100), (6.5, 11.0, 130), (6.5, 13.0, 130)]):
        reading = Reading(moment + 1.0)
        reading.rates["system.cpu.tree"] = Rate(part, whole)
        reading.counters["system.network.sent"] = count
        (metrics.take if moment else metrics.begin)(reading)
    metrics.stop(None)
    found = read_system(tmp_path)
    assert found["system.cpu.tree"]["values"] == [150.0, 0.0]
    assert found["system.network.sent"]["values"] == [30, 30]


# --- processes of their own --------------------------------------------------------------------------------


def test_a_forked_child_takes_no_samples(tmp_path):
    done = run_program(
        tmp_path,
        f"""{PROGRAM}
    @ex.automain
    def main(_run):
        import threading
        wait_for_samples(_run, 2)
        pid = os.fork()
        if pid == 0:
            os._exit(threading.active_count())
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
        wait_for_samples(_run, 4)
    """,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(name for name in os.listdir(tmp_path / "runs/1") if name.startswith("system")) == [
        "system.journal",
        "system.names",
    ]
    assert os.path.getsize(tmp_path / "runs/1/system.journal") % 32 == 0
    assert len(read_system(tmp_path / "runs/1")["system.processes"]["values"]) >= 5


def test_what_a_killed_run_saw_is_there_and_is_a_sign_of_life(tmp_path):
    program = write_program(
        tmp_path,
        f"""{PROGRAM}
    @ex.automain
    def main(_run):
        wait_for_samples(_run, 3)
        os.kill(os.getpid(), signal.SIGKILL)
    """,
    )
    done = subprocess.run([sys.executable, str(program)], cwd=tmp_path, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    folder = str(tmp_path / "runs/1")
    before = read_system(folder)["system.processes"]
    assert len(before["values"]) >= 3
    recover(folder)
    assert read_system(folder)["system.processes"] == before
    assert os.path.getsize(f"{folder}/system.journal") < 1 << 16
    assert (
        json.loads((tmp_path / "runs/1/run.json").read_bytes())["stop_time"]
        >= before["timestamps"][-1].isoformat()
    )
