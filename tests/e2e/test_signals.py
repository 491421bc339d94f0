"""Signals from outside: SIGTERM, Ctrl-C, a second one; and ends that no code of ours sees."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from recording import write_program

PROGRAM = """
import sys, time, threading
from sacred import Experiment
from sacred.observers import FileStorageObserver, RunObserver

class Slow(RunObserver):
    priority = 30

    def interrupted_event(self, interrupt_time, status):
        print("slow observer", file=sys.__stderr__, flush=True)
        time.sleep(60)

ex = Experiment("signalled", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
if "slow" in sys.argv:
    sys.argv.remove("slow")
    ex.observers.append(Slow())

@ex.automain
def main(_run):
    _run.log_scalar("loss", 0.5)
    print("ready", flush=True)
    try:
        time.sleep(60)
    finally:
        print("cleaned up", flush=True)
"""


def start(folder, *words):
    path = write_program(folder, PROGRAM)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, str(path), *words], cwd=folder, **pipes)
    assert process.stdout.readline() == "ready\n"
    return process


def end(process):
    try:
        return process.communicate(timeout=30)
    finally:
        process.kill()


def read_record(folder):
    return json.loads((folder / "runs" / "1" / "run.json").read_text())


def test_sigterm_ends_a_run_as_ctrl_c_does_and_the_process_with_143(tmp_path):
    process = start(tmp_path)
    process.send_signal(signal.SIGTERM)
    out, err = end(process)
    assert process.returncode == 143
    assert out == "cleaned up\n"
    assert "Aborted after" in err
    assert "SystemExit" not in err
    assert "Traceback" not in err
    record = read_record(tmp_path)
    assert record["status"] == "INTERRUPTED"
    assert record["stop_time"]
    assert "cleaned up" in (tmp_path / "runs" / "1" / "cout.txt").read_text()
    assert json.loads((tmp_path / "runs" / "1" / "metrics.json").read_text())["loss"]["values"] == [0.5]
    assert not (tmp_path / "runs" / "1" / "run.lock").exists()


def test_ctrl_c(tmp_path):
    process = start(tmp_path)
    process.send_signal(signal.SIGINT)
    end(process)
    assert process.returncode in (-signal.SIGINT, 130, 1)
    assert read_record(tmp_path)["status"] == "INTERRUPTED"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_is_obeyed_at_once_and_the_folder_says_how_the_run_ended(tmp_path, number):
    process = start(tmp_path, "slow")
    process.send_signal(number)
    assert any("slow observer" in line for line in process.stderr)
    began = time.monotonic()
    process.send_signal(number)
    end(process)
    assert process.returncode != 0
    assert time.monotonic() - began < 20
    if number == signal.SIGINT:
        assert read_record(tmp_path)["status"] == "INTERRUPTED"


def test_a_handler_of_the_users_own_is_left_alone(tmp_path):
    program = """
    import os, signal
    from sacred import Experiment
    ex = Experiment("own", save_git_info=False)
    seen = []
    signal.signal(signal.SIGTERM, lambda *_: seen.append(1))

    @ex.main
    def main():
        os.kill(os.getpid(), signal.SIGTERM)
        return len(seen)

    assert ex.run().result == 1
    """
    path = write_program(tmp_path, program)
    assert subprocess.run([sys.executable, str(path)], cwd=tmp_path, check=False).returncode == 0


def test_the_default_handler_is_back_after_the_run(tmp_path):
    program = """
    import signal, threading
    from sacred import Experiment
    ex = Experiment("back", save_git_info=False)
    ex.main(lambda: signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
    assert ex.run().result is False
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    results = []
    thread = threading.Thread(target=lambda: results.append(ex.run().result))
    thread.start(); thread.join()
    assert results == [True], "outside the main thread nothing is changed"
    """
    path = write_program(tmp_path, program)
    done = subprocess.run(
        [sys.executable, str(path)], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def run_to_its_death(folder, how):
    program = f"""
    import ctypes, faulthandler, os, sys
    from sacred import Experiment
    from sacred.observers import FileStorageObserver
    ex = Experiment("dying", save_git_info=False)
    ex.observers.append(FileStorageObserver("runs"))

    @ex.automain
    def main(_run):
        _run.log_scalar("loss", 0.5)
        print("before", flush=True)
        {how}
    """
    path = write_program(folder, program)
    return subprocess.run(
        [sys.executable, str(path)], cwd=folder, check=False, capture_output=True, text=True, timeout=60
    )


def test_a_crash_in_c_code_leaves_a_trace_in_the_record(tmp_path):
    done = run_to_its_death(tmp_path, "ctypes.string_at(0)")
    assert done.returncode == -signal.SIGSEGV
    from sacred.folder.reader import read_output, read_run

    text = read_output(str(tmp_path / "runs" / "1"))
    assert "before" in text
    assert "Segmentation fault" in text
    assert "in main" in text
    assert read_run(str(tmp_path / "runs" / "1"))["status"] == "DEAD"


def test_os_exit_leaves_what_was_flushed(tmp_path):
    done = run_to_its_death(tmp_path, "os._exit(3)")
    assert done.returncode == 3
    from sacred.folder.reader import read_metrics, read_output, read_run

    folder = str(tmp_path / "runs" / "1")
    assert "before" in read_output(folder)
    assert read_metrics(folder)[0]["values"] == [0.5]
    assert read_run(folder)["status"] == "DEAD"
    assert os.path.exists(os.path.join(folder, "run.lock"))
