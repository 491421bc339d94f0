"""Output of whole programs: nothing is lost, whoever writes it, wherever it goes, whatever kills it."""

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time

import pytest

from recording import run_program, write_program
from sacred.folder.output_reader import read_output

HEAD = """
import ctypes, logging, os, subprocess, sys, threading, time
from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.utils import apply_backspaces_and_linefeeds

ex = Experiment("output", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
"""


@pytest.fixture(autouse=True)
def usual_buffering(monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


# --- killed -------------------------------------------------------------------------------------------------

# each line is acknowledged, through a file of its own, after the system has it
WRITER = """
acknowledged = os.open("acknowledged", os.O_WRONLY | os.O_CREAT)

@ex.main
def main():
    child = subprocess.Popen([sys.executable, "-c", CHILD]) if MODE == "fd" else None
    for number in range(1_000_000):
        for stream, name in ((sys.stdout, "out"), (sys.stderr, "err")):
            print(f"{name} {number:07} \\u20ac", file=stream, flush=True)
        os.pwrite(acknowledged, b"%07d" % number, 0)
        time.sleep(0.0003)

CHILD = '''
import os, time
acknowledged = os.open("acknowledged by the child", os.O_WRONLY | os.O_CREAT)
for number in range(1_000_000):
    os.write(1, b"kid %07d\\\\n" % number)
    os.pwrite(acknowledged, b"%07d" % number, 0)
    time.sleep(0.001)
'''
ex.run(options={"--loglevel": "ERROR", "--capture": MODE})
"""


def wait_for_acknowledgement(folder):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if (folder / "acknowledged").exists() and (folder / "acknowledged").read_bytes():
            return
        time.sleep(0.01)
    raise AssertionError("nothing was written")


def read_acknowledged(folder, name):
    path = folder / name
    return int(path.read_bytes() or b"-1") if path.exists() else -1


def check_lines(output, name, least):
    """Each line of a stream is there once, whole, in order, and not only up to the last acknowledged one."""
    pattern = re.compile(rf"^{name} (\d{{7}})(?: \N{{EURO SIGN}})?$", re.MULTILINE)
    numbers = [int(number) for number in pattern.findall(output)]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > least


@pytest.mark.parametrize("targets", ["one", "two"])
@pytest.mark.parametrize("kind", ["fd", "fd filtered", "sys"])
def test_what_was_written_before_a_kill_is_there(tmp_path, kind, targets):
    mode, _, is_filtered = kind.partition(" ")
    filtering = "ex.captured_out_filter = apply_backspaces_and_linefeeds\n" if is_filtered else ""
    body = HEAD + filtering + f"MODE = {mode!r}\n" + WRITER
    path = write_program(tmp_path, body)
    with open(tmp_path / "out", "wb") as out, open(tmp_path / "err", "wb") as err:
        stderr = err if targets == "two" else subprocess.STDOUT
        process = subprocess.Popen(
            [sys.executable, str(path)], cwd=tmp_path, stdout=out, stderr=stderr, start_new_session=True
        )
        wait_for_acknowledgement(tmp_path)
        time.sleep(random.uniform(0.05, 0.7))
        process.kill()
        assert process.wait() == -signal.SIGKILL
        least, least_of_child = (
            read_acknowledged(tmp_path, name) for name in ("acknowledged", "acknowledged by the child")
        )
        folder = str(tmp_path / "runs" / "1")
        output = read_output(folder).decode()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the child, which goes on writing
    for name in ("out", "err"):
        check_lines(output, name, least)
    if mode == "fd":
        check_lines(output, "kid", least_of_child)
    subprocess.run([sys.executable, "-m", "sacred", "recover", folder], check=True, capture_output=True)
    recovered = read_output(folder).decode()
    for name in ("out", "err"):
        check_lines(recovered, name, least)
    assert not [name for name in os.listdir(folder) if name.endswith(".raw") or name.startswith("cout.m")]


# --- all that writes ----------------------------------------------------------------------------------------

EVERYBODY = """
@ex.automain
def main():
    print("printed")
    logging.getLogger("mine").warning("logged")
    sys.stdout.flush()
    os.write(1, b"no text: \\xff\\n")
    library = ctypes.CDLL(None)
    library.write(2, b"from C\\n", 7)
    library.printf(b"from C, buffered\\n")
    subprocess.run([sys.executable, "-c", "print('from a child')"])
"""


@pytest.mark.parametrize("targets", ["one", "two"])
def test_everybody_is_heard(tmp_path, targets):
    path = write_program(tmp_path, HEAD + EVERYBODY)
    stderr = subprocess.PIPE if targets == "two" else subprocess.STDOUT
    done = subprocess.run(
        [sys.executable, str(path), "-l", "WARNING"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=stderr,
        check=True,
    )
    output = (tmp_path / "runs" / "1" / "cout.txt").read_bytes()
    shown = done.stdout + (done.stderr or b"")
    expected = [b"printed", b"no text: \xff", b"from C", b"from C, buffered", b"from a child"]
    for text in (output, shown):
        lines = text.splitlines()
        assert sorted(line for line in lines if line in expected) == sorted(expected)
        assert any(line.endswith(b"logged") for line in lines)


@pytest.mark.parametrize("target", ["/dev/null", "closed", "file"])
def test_wherever_it_goes(tmp_path, target):
    body = HEAD + 'ex.main(lambda: print("text"))\nex.run(options={"--loglevel": "ERROR"})\n'
    path = write_program(tmp_path, body)
    command = f"{sys.executable} {path}"
    redirection = {"/dev/null": ">/dev/null 2>&1", "closed": ">&- 2>&-", "file": ">out 2>out"}[target]
    done = subprocess.run(f"{command} {redirection}", shell=True, cwd=tmp_path, check=False)  # noqa: S602
    assert done.returncode == 0
    expected = "" if target == "closed" else "text\n"  # Python has no standard output then
    assert (tmp_path / "runs" / "1" / "cout.txt").read_text() == expected


def test_many_threads_and_two_targets(tmp_path):
    body = (
        HEAD
        + """
def work(index):
    stream = (sys.stdout, sys.stderr)[index % 2]
    for number in range(300):
        stream.write(f"{index:02} {number:03}\\n")

@ex.main
def main():
    threads = [threading.Thread(target=work, args=(index,)) for index in range(32)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

ex.run(options={"--loglevel": "ERROR"})
"""
    )
    done = run_program(tmp_path, body)
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "runs" / "1" / "cout.txt").read_text().splitlines()
    assert sorted(lines) == [f"{index:02} {number:03}" for index in range(32) for number in range(300)]
    for index in range(32):
        mine = [line for line in lines if line.startswith(f"{index:02} ")]
        assert mine == sorted(mine)


@pytest.mark.parametrize("has_filter", [True, False])
def test_a_lot_in_constant_memory(tmp_path, has_filter):
    filtering = "ex.captured_out_filter = apply_backspaces_and_linefeeds\n" if has_filter else ""
    body = (
        HEAD
        + filtering
        + """
def read_anonymous():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon"))

@ex.main
def main():
    print("warm up", flush=True)
    time.sleep(0.2)
    before = read_anonymous()
    line = "x" * 98 + "\\r"
    most = 0
    for number in range(1_000_000):
        print(line)
        if number % 10_000 == 0:
            most = max(most, read_anonymous())
    time.sleep(0.3)
    return max(most, read_anonymous()) - before

run = ex.run(options={"--loglevel": "ERROR"})
print(run.result, file=open("grown", "w"))
"""
    )
    done = run_program(tmp_path, body)
    assert done.returncode == 0, done.stderr
    assert int((tmp_path / "grown").read_text()) < 16 << 10
    size = os.path.getsize(tmp_path / "runs" / "1" / "cout.txt")
    assert size == 8 + 1_000_000 * (99 if has_filter else 100)
