"""Whole runs as programs: whose output lands where, in all arrangements of runs, targets and filters."""

import json
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from recording import run_program, write_program
from sacred.folder.reader import read_metrics, read_output, read_run

HEAD = """
import os, subprocess, sys, threading, time
from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.utils import apply_backspaces_and_linefeeds
QUIET = {"--loglevel": "ERROR"}

def make(name, folder="runs"):
    ex = Experiment(name, save_git_info=False)
    ex.observers.append(FileStorageObserver(folder))
    return ex
"""


@pytest.fixture(autouse=True)
def usual_buffering(monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


def whole(body):
    return HEAD + textwrap.dedent(body)


def run(folder, body, **options):
    done = run_program(folder, whole(body), **options)
    assert done.returncode == 0, done.stderr
    return done


def read(folder, name):
    return (folder / "runs" / name).read_text(encoding="utf-8")


NESTED = """
outer, inner = make("outer"), make("inner")

@inner.main
def within():
    print("from inside", flush=True)
    os.system("echo a child inside")
    DIE

@outer.main
def main():
    print("before")
    inner.run(options=QUIET)
    print("after")

outer.run(options=QUIET)
"""


def test_a_run_in_a_run_has_its_range_of_the_output_with_that_of_children(tmp_path):
    done = run(tmp_path, NESTED.replace("DIE", "pass"))
    assert done.stdout == "before\nfrom inside\na child inside\nafter\n"
    assert read(tmp_path, "1/cout.txt") == done.stdout
    assert read(tmp_path, "2/cout.txt") == "from inside\na child inside\n"
    assert sorted(path.name for path in (tmp_path / "runs" / "2").iterdir()) == [
        "config.json",
        "cout.txt",
        "environment.json",
        "metrics.json",
        "run.json",
    ]


def test_both_runs_can_be_read_when_they_are_killed(tmp_path):
    body = NESTED.replace("DIE", "sys.stdout.flush(); os.kill(os.getpid(), 9)")
    done = run_program(tmp_path, whole(body))
    assert done.returncode == -signal.SIGKILL
    outer, inner = (str(tmp_path / "runs" / number) for number in "12")
    assert read_output(inner) == "from inside\na child inside\n"
    assert read_output(outer) == "before\nfrom inside\na child inside\n"
    assert [read_run(folder)["status"] for folder in (outer, inner)] == ["DEAD", "DEAD"]
    command = [sys.executable, "-m", "sacred", "recover", str(tmp_path / "runs")]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert read(tmp_path, "2/cout.txt") == "from inside\na child inside\n"
    assert read(tmp_path, "1/cout.txt") == "before\nfrom inside\na child inside\n"


def test_one_run_after_the_other_has_each_its_own(tmp_path):
    body = """
    ex = make("twice")

    @ex.main
    def main(_run):
        print("output of run", _run._id)
        for number in range(300_000 if _run._id == "1" else 3):
            _run.log_scalar("loss", number)

    ex.run(options=QUIET)
    ex.run(options=QUIET)
    """
    run(tmp_path, body)
    for number, count in (("1", 300_000), ("2", 3)):
        assert read(tmp_path, f"{number}/cout.txt") == f"output of run {number}\n"
        assert json.loads(read(tmp_path, f"{number}/metrics.json"))["loss"]["values"] == list(range(count))


def test_runs_side_by_side_have_each_their_own(tmp_path):
    body = """
    def work(name):
        ex = make(name)

        @ex.main
        def main(_run):
            for number in range(200):
                sys.stdout.write(f"{name} {number}\\n")  # print() writes in parts, which threads mix
                _run.log_scalar(name, number)
        ex.run(options=QUIET)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("left", "right")]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    """
    run(tmp_path, body)
    for number in "12":
        name = json.loads(read(tmp_path, f"{number}/run.json"))["experiment"]["name"]
        assert set(json.loads(read(tmp_path, f"{number}/metrics.json"))) == {name}
        mine = [line for line in read(tmp_path, f"{number}/cout.txt").splitlines() if line.startswith(name)]
        assert mine == [f"{name} {count}" for count in range(200)]


@pytest.mark.parametrize("mode", ["fd", "sys"])
@pytest.mark.parametrize("how", ["return", "raise", "exit"])
def test_the_last_line_is_kept_however_a_run_ends(tmp_path, mode, how):
    body = """
    ex = make("ending")

    @ex.automain
    def main():
        print("the last line")
        if HOW == "raise": raise ValueError
        if HOW == "exit": sys.exit(3)
    """
    run_program(
        tmp_path, HEAD + f"HOW = {how!r}\n" + body.replace("\n    ", "\n"), "-C", mode, "-l", "CRITICAL"
    )
    assert read(tmp_path, "1/cout.txt") == "the last line\n"


def test_a_child_that_outlives_the_run_writes_behind_its_end(tmp_path):
    body = """
    ex = make("parent")

    @ex.automain
    def main():
        print("mine", flush=True)
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1.5); print('too late')"],
                         stdin=subprocess.DEVNULL)
    """
    began = time.monotonic()
    path = write_program(tmp_path, whole(body))
    with (tmp_path / "terminal").open("w") as terminal:
        command = [sys.executable, str(path), "-l", "ERROR"]
        subprocess.run(
            command, cwd=tmp_path, stdout=terminal, stderr=subprocess.STDOUT, check=True, timeout=60
        )
    ended_after = time.monotonic() - began
    record = json.loads(read(tmp_path, "1/run.json"))
    assert record["recorder"]["output_bytes"] == len("mine\n")
    assert read_output(str(tmp_path / "runs" / "1")) == "mine\n"
    time.sleep(max(0, 4 - ended_after))
    assert read(tmp_path, "1/cout.txt") == "mine\ntoo late\n"
    assert read_output(str(tmp_path / "runs" / "1")) == "mine\n"


def test_progress_bars_under_the_built_in_filter(tmp_path):
    body = """
    ex = make("bar")
    ex.captured_out_filter = apply_backspaces_and_linefeeds

    @ex.automain
    def main(_run):
        for done in range(101):
            sys.stdout.write(f"\\r{done:3} %")
        sys.stdout.flush()
        assert _run.captured_out.splitlines()[-1] == "100 %", _run.captured_out
        print(flush=True)
        os.write(1, "é\\n".encode())
    """
    run(tmp_path, body, timeout=60)
    lines = read(tmp_path, "1/cout.txt").splitlines()
    assert "100 %" in lines
    assert "é" in lines
    assert not (tmp_path / "runs" / "1" / "cout.raw").exists()


def test_a_filter_of_the_users_own_leaves_nothing_unfiltered_behind(tmp_path):
    body = """
    ex = make("secret")
    ex.captured_out_filter = lambda text: text.replace("pass" + "word", "***")

    @ex.automain
    def main(_run):
        print("the pass" + "word", flush=True)
        time.sleep(0.3)
        for entry in os.scandir(_run.dir):
            with open(entry.path, "rb") as file:
                assert b"pass" + b"word" not in file.read(), entry.path
    """
    run(tmp_path, body)
    assert "the ***\n" in read(tmp_path, "1/cout.txt")


def test_a_forked_child_logs_and_prints_into_the_run(tmp_path):
    body = """
    import warnings
    warnings.filterwarnings("ignore", message=".*multi-threaded.*", category=DeprecationWarning)
    ex = make("forking")

    @ex.automain
    def main(_run):
        _run.log_scalar("loss", 0.5)
        if not (pid := os.fork()):
            time.sleep(0.5)
            _run.log_scalar("loss", 0.25)
            print("from the child", flush=True)
            os._exit(0)
        time.sleep(1.5)  # until a heartbeat has written what the parent logged
        os.waitpid(pid, 0)
    """
    run_program(tmp_path, whole(body), "-b", "0.1")
    record = {record["name"]: record for record in read_metrics(str(tmp_path / "runs" / "1"))}["loss"]
    assert list(zip(record["steps"], record["values"], strict=True)) == [(0, 0.5), (1, 0.25)]
    assert json.loads(read(tmp_path, "1/metrics.json"))["loss"]["values"] == record["values"]
    assert "from the child" in read(tmp_path, "1/cout.txt")


def test_a_command_that_uses_input_works_without_a_terminal(tmp_path):
    body = """
    ex = make("asking")
    ex.main(lambda: input("name? "))
    print(ex.run(options=QUIET).result)
    """
    path = write_program(tmp_path, whole(body))
    command = [sys.executable, str(path)]
    done = subprocess.run(command, cwd=tmp_path, input="Ada\n", capture_output=True, text=True, check=True)
    assert done.stdout == "name? Ada\n"
    assert read(tmp_path, "1/cout.txt") == "name? "
