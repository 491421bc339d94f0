"""A project made with Sacred 0.8.7, and the runs that it left: all goes on as before (docs/migrating.md)."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).with_name("old_project")
# how 0.8.7 was started for the runs 1 to 3, in this order
COMMANDS = {
    "1": ["with", "seed=1"],
    "2": ["with", "wide", "adam", "seed=2", "data.noise=0.25"],
    "3": ["with", "data.small", "seed=3", "-c", "a small one"],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project after each of its commands was given again."""
    folder = tmp_path_factory.mktemp("old") / "digits"
    shutil.copytree(PROJECT, folder)
    for words in COMMANDS.values():
        start(folder, "train.py", *words)
    return folder


def start(folder, *words):
    return subprocess.run(
        [sys.executable, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def read(project, number, name):
    return json.loads((project / "runs" / number / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("old", COMMANDS)
def test_the_same_command_gives_the_same_run(project, old):
    new = str(int(old) + len(COMMANDS))
    assert read(project, new, "config.json") == read(project, old, "config.json")
    assert read(project, new, "info.json") == read(project, old, "info.json")
    metrics = [read(project, number, "metrics.json")["loss"] for number in (old, new)]
    assert metrics[0]["values"] == metrics[1]["values"]
    assert metrics[0]["steps"] == metrics[1]["steps"]
    runs = [read(project, number, "run.json") for number in (old, new)]
    for key in ("result", "status", "artifacts", "resources", "command"):
        assert runs[0][key] == runs[1][key]
    assert runs[0]["experiment"]["sources"] == runs[1]["experiment"]["sources"]
    assert runs[0]["meta"].items() >= {"command": "main"}.items()
    for key in ("named_configs", "config_updates", "comment"):
        assert runs[0]["meta"].get(key) == runs[1]["meta"].get(key)


def test_the_program_that_reads_runs_reads_both(project):
    lines = start(project, "table.py").splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "4", "5", "6"]
    assert [line.split()[1:] for line in lines[:3]] == [line.split()[1:] for line in lines[3:]]


def test_the_observer_of_the_project_heard_the_same(project):
    lines = (project / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in lines[:6]] == ["1", "2", "3", "4", "5", "6"]
    assert [line.split()[1:] for line in lines[:3]] == [line.split()[1:] for line in lines[3:6]]


def test_the_runs_of_0_8_are_left_as_they_were(project):
    for number in COMMANDS:
        for path in (PROJECT / "runs" / number).iterdir():
            assert (project / "runs" / number / path.name).read_bytes() == path.read_bytes()


def test_a_command_of_the_project(project):
    done = subprocess.run(
        [sys.executable, "train.py", "check", "with", "adam"],
        cwd=project,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr.splitlines() == [
        "INFO - digits - Running command 'check'",
        "INFO - digits - Started",
        "INFO - check - rate 0.01",
        "INFO - digits - Result: [16, 8, 4]",
        "INFO - digits - Completed after 0:00:00",
    ]


def test_the_tests_of_the_project(project, tmp_path):
    folder = tmp_path / "digits"
    shutil.copytree(PROJECT, folder)
    told = start(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "test_train.py")
    assert "2 passed" in told
