"""Runs under way, ended and killed, read by this package and by a program that knows only docs/record.md."""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from readers import READER, read_by_package, read_by_program
from recording import write_program

KILL_TEST = Path(__file__).parents[2] / "bench" / "kill_test.py"

RECORDS = """
    import os, sys, threading, time
    from sacred import Experiment
    from sacred.observers import FileStorageObserver
    from sacred.utils import apply_backspaces_and_linefeeds

    END = os.environ["END"]
    ex = Experiment("records", save_git_info=False)
    ex.observers.append(FileStorageObserver("runs"))
    if os.environ["FILTER"] == "builtin":
        ex.captured_out_filter = apply_backspaces_and_linefeeds

    @ex.config
    def configuration():
        rate = 0.1
        odd = {"text": "\\u20ac\\n", "nested": [1, None, {"a": float("inf")}]}

    def log(_run, name):
        for number in range(300):
            _run.log_scalar(name, number / 7)

    @ex.automain
    def main(_run):
        threads = [threading.Thread(target=log, args=[_run, f"thread \\u20ac {one}"]) for one in range(4)]
        for thread in threads:
            thread.start()
        for number in range(200):
            print("\\x1b[1mstep", number, "\\r\\bstep", f"{number:4}", "\\u20ac")
            print("warning", number, file=sys.stderr)
            values = [number, 2**62, True, -0.5, 2**80, float("nan"), "text"]
            _run.log_scalar("odd", values[number % 7], number * 2)
        _run.log_scalar("far", 1, 2**40)
        _run.log_scalar("between", 0.5, 0.25)
        for thread in threads:
            thread.join()
        child = os.fork()
        if not child:
            log(_run, "of a child")
            os._exit(0)
        os.waitpid(child, 0)
        os.write(1, b"bytes \\xff\\xfe\\n") if os.environ["MODE"] == "fd" else print("no bytes")
        print("no end of line", end="", flush=True)
        sys.stderr.flush()
        if END == "killed":
            os.kill(os.getpid(), 9)
        if END == "live":
            open("ready", "w").close()
            time.sleep(60)
        if END == "fails":
            raise ValueError("mine")
"""
STATES = {"completes": "COMPLETED", "fails": "FAILED", "killed": "DEAD", "live": "RUNNING"}


@contextmanager
def running(folder, text, stdout, **variables):
    """A program under way: its standard output and error are a file, one pipe or two pipes."""
    with (folder / "stdout").open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, str(write_program(folder, text)), f"--capture={variables['MODE']}"],
            cwd=folder,
            env=os.environ | variables,
            stdout=file if stdout == "file" else subprocess.PIPE,
            stderr=subprocess.PIPE if stdout == "two pipes" else subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_it_has_sixty_lines():
    code = READER.read_text().partition("# fmt: off\n")[2]
    assert len([line for line in code.splitlines() if line.strip()]) <= 60
    assert "sacred" not in code.replace("sacred-metrics", "")


@pytest.mark.parametrize("end", STATES)
@pytest.mark.parametrize(
    ("mode", "stdout", "kind"),
    [
        ("fd", "file", "none"),
        ("fd", "two pipes", "none"),
        ("fd", "two pipes", "builtin"),
        ("fd", "one pipe", "builtin"),
        ("sys", "two pipes", "none"),
        ("sys", "file", "builtin"),
    ],
)
def test_both_read_the_same(tmp_path, end, mode, stdout, kind):
    with running(tmp_path, RECORDS, stdout, END=end, MODE=mode, FILTER=kind) as process:
        if end == "live":
            while not (tmp_path / "ready").exists():
                assert process.poll() is None
                time.sleep(0.01)
            time.sleep(0.1)
        else:
            process.communicate(timeout=60)
        folder = tmp_path / "runs" / "1"
        found, other = read_by_package(folder), read_by_program(folder)
    assert repr(other["metrics"]) == repr(found["metrics"])  # NaN is not NaN
    assert {**other, "metrics": None} == {**found, "metrics": None}
    assert found["state"] == STATES[end]
    check_metrics(found["metrics"])
    check_output(found["output"], mode, kind)
    assert found["config"]["odd"] == {"text": "€\n", "nested": [1, None, {"a": float("inf")}]}


def check_metrics(metrics):
    sevenths = [number / 7 for number in range(300)]
    for name in [f"thread € {number}" for number in range(4)] + ["of a child"]:
        assert metrics[name]["values"] == sevenths
        assert metrics[name]["steps"] == list(range(300))
    values = [[number, 2**62, True, -0.5, 2**80, float("nan"), "text"][number % 7] for number in range(200)]
    assert repr(metrics["odd"]["values"]) == repr(values)
    assert metrics["odd"]["steps"] == [number * 2 for number in range(200)]
    assert (metrics["far"]["steps"], metrics["between"]["steps"]) == ([2**40], [0.25])


def check_output(output, mode, kind):
    steps = [f"step {number:4} €" for number in range(200)]
    assert re.findall(r"warning (\d+)\n", output) == [str(number) for number in range(200)]
    assert re.findall(r"step +\d+ €", output) == steps
    assert ("\r" in output) == (kind == "none")
    assert ("bytes \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}\n" in output) == (mode == "fd")
    assert "no end of line" in output


GOES_ON = """
    import os, sys, time
    from sacred import Experiment
    from sacred.observers import FileStorageObserver
    from sacred.utils import apply_backspaces_and_linefeeds

    ex = Experiment("goes on", save_git_info=False)
    ex.observers.append(FileStorageObserver("runs"))
    if os.environ["FILTER"] == "builtin":
        ex.captured_out_filter = apply_backspaces_and_linefeeds

    @ex.automain
    def main(_run):
        end = time.monotonic() + 2
        number = 0
        while time.monotonic() < end:
            _run.log_scalar("loss", number)
            print(f"out {number}", flush=True)
            print(f"err {number}", flush=True, file=sys.stderr)
            number += 1
            if number % 20 == 0:
                time.sleep(0.001)
        with open("count", "w") as file:
            file.write(str(number))
"""


def count_lines(output, word):
    """How many lines a stream has, all in their order. The other may follow where one is half written."""
    numbers = [int(number) for number in re.findall(rf"{word} (\d+)", output)]
    assert numbers[:-1] == list(range(len(numbers) - 1))  # the last one may lack a figure
    return len(numbers)


@pytest.mark.parametrize("kind", ["none", "builtin"])
@pytest.mark.parametrize("read", [read_by_package, read_by_program])
def test_a_run_that_is_read_all_the_time(tmp_path, read, kind):
    """What was there at one moment is there at every later one, and nothing else."""
    folder, looks, count, lines = tmp_path / "runs" / "1", 0, 0, (0, 0)
    with running(tmp_path, GOES_ON, "two pipes", MODE="fd", FILTER=kind) as process:
        drains = drain(process)
        while not (folder / "run.json").exists():
            time.sleep(0.01)
        is_over = False
        while not is_over:
            is_over = process.poll() is not None
            found = read(folder)
            values = found["metrics"].get("loss", {"values": []})["values"]
            assert values[:count] == list(range(count))
            assert values == sorted(set(values))  # the newest may have gaps, as they are written meanwhile
            count = max(values, default=-1) + 1
            before, lines = lines, (count_lines(found["output"], "out"), count_lines(found["output"], "err"))
            assert (lines[0] >= before[0], lines[1] >= before[1]) == (True, True)
            looks += 1
        for thread in drains:
            thread.join()
    assert looks > 1  # how many is a matter of the machine's load
    total = int((tmp_path / "count").read_text())
    assert (values, *lines) == (list(range(total)), total, total)


def drain(process):
    import threading

    threads = [threading.Thread(target=pipe.read) for pipe in (process.stdout, process.stderr)]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.parametrize("statement", ["os._exit(0)", "os.kill(os.getpid(), signal.SIGSEGV)", "os.abort()"])
def test_a_process_that_ends_by_itself(tmp_path, statement):
    program = f"""
        import os, signal
        from sacred import Experiment
        from sacred.observers import FileStorageObserver
        ex = Experiment("ends", save_git_info=False)
        ex.observers.append(FileStorageObserver("runs"))

        @ex.automain
        def main(_run):
            _run.log_scalar("loss", 1)
            print("the last", flush=True)
            {statement}
    """
    with running(tmp_path, program, "file", MODE="fd") as process:
        process.communicate(timeout=60)
    found = read_by_package(tmp_path / "runs" / "1")
    assert read_by_program(tmp_path / "runs" / "1") == found
    assert found["state"] == "DEAD"
    assert found["metrics"]["loss"]["values"] == [1]
    assert "the last\n" in found["output"]
    has_trace = "exit" not in statement
    assert ("Fatal Python error" in found["output"]) == has_trace
    assert ("in main" in found["output"]) == has_trace


@pytest.mark.parametrize("kind", ["none", "builtin"])
def test_a_run_within_a_run_that_is_killed(tmp_path, kind):
    program = """
        import os, signal, sys
        from sacred import Experiment
        from sacred.observers import FileStorageObserver
        from sacred.utils import apply_backspaces_and_linefeeds

        inner = Experiment("inner", save_git_info=False)
        outer = Experiment("outer", save_git_info=False)
        for ex in (outer, inner):
            ex.observers.append(FileStorageObserver("runs"))
            if os.environ["FILTER"] == "builtin":
                ex.captured_out_filter = apply_backspaces_and_linefeeds

        @inner.main
        def of_the_inner(_run):
            _run.log_scalar("inner", 1)
            print("gone\\rinside", flush=True)
            print("inside, as an error", flush=True, file=sys.stderr)
            os.kill(os.getpid(), signal.SIGKILL)

        @outer.automain
        def main(_run):
            print("before", flush=True)
            inner.run()
    """
    with running(tmp_path, program, "two pipes", MODE="fd", FILTER=kind) as process:
        process.communicate(timeout=60)
    folders = [tmp_path / "runs" / run_id for run_id in "12"]
    outer, inner = found = [read_by_package(folder) for folder in folders]
    assert [read_by_program(folder) for folder in folders] == found
    assert (outer["state"], inner["state"]) == ("DEAD", "DEAD")
    assert inner["metrics"]["inner"]["values"] == [1]
    for line in ("before", "inside", "inside, as an error"):
        assert f"{line}\n" in outer["output"]
        assert (f"{line}\n" in inner["output"]) == (line != "before")
    assert ("gone" in inner["output"]) == (kind == "none")
    done = recover(folders[0])
    assert (done.returncode, done.stderr) == (0, "")
    assert [read_by_package(folder) for folder in folders] == found
    recover(folders[1])
    assert [read_by_package(folder) for folder in folders] == found
    assert [read_by_program(folder) for folder in folders] == found


def recover(folder):
    command = [sys.executable, "-m", "sacred", "recover", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_nothing_is_lost_by_kill_9(tmp_path):
    command = [sys.executable, str(KILL_TEST), "--kills", "10", "--longest", "1.2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = dict(re.findall(r"^(\S.{25}) +(\S.*)$", done.stdout, re.MULTILINE))
    counts = {name.strip(): value for name, value in rows.items()}
    for kind in ("points", "lines", "artifacts", "child points"):
        assert counts[f"{kind} lost"] == "0"
        assert counts[f"{kind} acknowledged"] != "0"
