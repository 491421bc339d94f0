"""Following real runs of other processes: under way, ended, killed, on a network, with workers."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import sacred
from recording import write_program
from sacred.errors import StoreError
from sacred.reader import MetricEvent, OutputEvent, StatusEvent

STEPS = 30

PROGRAM = f"""
    import os, sys, time
    from sacred import Experiment
    from sacred.observers import FileStorageObserver
    from sacred.utils import apply_backspaces_and_linefeeds

    ex = Experiment("followed", save_git_info=False)
    ex.observers.append(FileStorageObserver("runs"))
    if os.environ.get("FILTER"):
        ex.captured_out_filter = apply_backspaces_and_linefeeds

    @ex.automain
    def main(_run):
        print("begin \\u20ac", flush=True)
        pid = os.fork() if os.environ.get("WORKER") else 1
        for step in range({STEPS}):
            _run.log_scalar("loss" if pid else "worker", step / 3)
            if os.environ.get("FILTER"):
                print(f"\\r{{step:3}} of {STEPS}", end="", flush=True)
            elif pid:
                print("step", step, flush=True)
            time.sleep(0.05)
        if not pid:
            os._exit(0)
        if os.environ.get("WORKER"):
            os.wait()
        print("end")
        if os.environ.get("HANG"):
            time.sleep(600)
        if os.environ.get("FAIL"):
            raise ValueError("no luck")
        return step
"""


class Program:
    """An experiment in a process of its own."""

    def __init__(self, folder, **variables):
        self.folder = folder
        path = write_program(folder, PROGRAM)
        environment = {**os.environ, "SACRED_CACHE": str(folder / "cache"), **variables}
        with open(folder / "terminal.txt", "wb") as terminal:
            self.process = subprocess.Popen(
                [sys.executable, str(path), "-l", "CRITICAL"],
                cwd=folder,
                env=environment,
                stdout=terminal,
                stderr=terminal,
            )

    def find_run(self):
        """Return the run as soon as there is one."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                return sacred.open_store(self.folder / "runs")[1]
            except StoreError:
                time.sleep(0.02)
        raise AssertionError((self.folder / "terminal.txt").read_text())

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def start(tmp_path, monkeypatch):
    programs = []
    monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "cache"))

    def start_program(**variables):
        programs.append(Program(tmp_path, **variables))
        return programs[-1]

    yield start_program
    for program in programs:
        program.stop()


def join_text(events):
    return "".join(event.text for event in events if isinstance(event, OutputEvent))


def join_points(events, name="loss"):
    points = []
    for event in events:
        if isinstance(event, MetricEvent) and event.name == name:
            points.extend(zip(event.steps.tolist(), event.values.tolist(), strict=True))
    return points


EXPECTED_POINTS = [(step, step / 3) for step in range(STEPS)]
EXPECTED_TEXT = "begin \u20ac\n" + "".join(f"step {step}\n" for step in range(STEPS)) + "end\n"


def test_a_run_that_ends(start):
    run = start().find_run()
    events = list(run.follow(interval=0.1))
    assert events[0] == StatusEvent("RUNNING", None)
    assert events[-1] == StatusEvent("COMPLETED", "RUNNING")
    assert join_text(events) == EXPECTED_TEXT == run.output
    assert join_points(events) == EXPECTED_POINTS
    assert len([event for event in events if isinstance(event, OutputEvent)]) > 3
    assert len([event for event in events if isinstance(event, MetricEvent)]) > 3
    assert run.status == "COMPLETED"
    assert run.result == STEPS - 1


def test_events_come_while_it_runs(start):
    program = start(HANG="1")
    text = ""
    for event in program.find_run().follow(interval=0.05):
        if isinstance(event, OutputEvent):
            text += event.text
        if text.endswith("end\n"):
            break
    assert text == EXPECTED_TEXT
    assert program.process.poll() is None


def test_a_run_that_fails(start):
    events = list(start(FAIL="1").find_run().follow(interval=0.1))
    assert events[-1] == StatusEvent("FAILED", "RUNNING")
    assert join_text(events).startswith(EXPECTED_TEXT)


@pytest.mark.parametrize("variables", [{}, {"SACRED_NETWORK_FOLDERS": "all"}], ids=["local", "network"])
def test_a_run_that_is_killed(start, variables):
    program = start(HANG="1", **variables)
    run = program.find_run()
    events = []
    for event in run.follow(interval=0.1):
        events.append(event)
        if join_text(events).endswith("end\n") and program.process.poll() is None:
            os.kill(program.process.pid, signal.SIGKILL)
            program.process.wait()
    assert events[-1] == StatusEvent("DEAD", "RUNNING")
    assert join_text(events) == EXPECTED_TEXT
    assert join_points(events) == EXPECTED_POINTS


def test_a_run_on_a_network_comes_over_at_its_end(start):
    """Its folder is a local one first, which is gone at the end."""
    run = start(SACRED_NETWORK_FOLDERS="all").find_run()
    events = list(run.follow(interval=0.05))
    assert events[-1] == StatusEvent("COMPLETED", "RUNNING")
    assert join_text(events) == EXPECTED_TEXT
    assert join_points(events) == EXPECTED_POINTS


def test_a_progress_bar_leaves_its_last_state(start):
    events = list(start(FILTER="1").find_run().follow(interval=0.05))
    assert join_text(events) == f"begin \u20ac\n{STEPS - 1:3} of {STEPS}end\n"


def test_points_of_a_worker_are_not_lost(start):
    events = list(start(WORKER="1").find_run().follow(interval=0.05))
    assert join_points(events) == EXPECTED_POINTS
    assert [value for _, value in join_points(events, "worker")] == [step / 3 for step in range(STEPS)]


def test_two_threads_follow_the_same_run(start):
    run = start().find_run()
    found = [[], []]
    threads = [
        threading.Thread(target=lambda events=events: events.extend(run.follow(interval=0.1)))
        for events in found
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for events in found:
        assert join_text(events) == EXPECTED_TEXT
        assert join_points(events) == EXPECTED_POINTS
