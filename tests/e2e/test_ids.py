"""Many programs that start at once, also with Sacred 0.8.7 among them: each run has an id of its own."""

import contextlib
import os
import subprocess
import sys

import pytest

from architecture.source import ROOT
from recording import write_program

PEER = ROOT / ".venv-compat" / "bin" / "python"

PROGRAM = """
import sys
from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("ids", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


@ex.main
def main():
    pass


sys.stdin.readline()
print(*[ex.run(options={"--loglevel": "ERROR"})._id for _ in range(int(sys.argv[1]))])
"""


def run_at_once(folder, pythons, runs):
    """Start a program with each interpreter, let all go when they are ready, and return their ids."""
    path = write_program(folder, PROGRAM)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with contextlib.ExitStack() as stack:
        programs = [
            stack.enter_context(subprocess.Popen([python, str(path), str(runs)], cwd=folder, **pipes))
            for python in pythons
        ]
        for program in programs:
            program.stdin.write("\n")
            program.stdin.flush()
        told = [program.communicate(timeout=100)[0] for program in programs]
    return [int(run_id) for text in told for run_id in text.split()]


def read_numbers(folder):
    return sorted(int(name) for name in os.listdir(folder / "runs") if name.isdigit())


@pytest.mark.parametrize("present", [0, 10_000])
def test_32_programs_at_once(tmp_path, present):
    for number in range(1, present + 1):
        (tmp_path / "runs" / str(number)).mkdir(parents=True)
    ids = run_at_once(tmp_path, [sys.executable] * 32, 2)
    assert sorted(ids) == list(range(present + 1, present + 65))
    assert read_numbers(tmp_path) == list(range(1, present + 65))


@pytest.mark.skipif(not PEER.exists(), reason="sacred 0.8.7 is not installed; make test-compat does it")
def test_programs_with_sacred_0_8_at_the_same_time(tmp_path):
    for number in range(1, 151):
        (tmp_path / "runs" / str(number)).mkdir(parents=True)
    ids = run_at_once(tmp_path, [sys.executable, str(PEER)] * 4, 20)
    assert sorted(ids) == list(range(151, 151 + 160))
    assert read_numbers(tmp_path) == list(range(1, 151 + 160))
