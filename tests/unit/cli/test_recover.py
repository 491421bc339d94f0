import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sacred.cli import recover as command
from sacred.cli.main import main
from sacred.folder.lock import LOCK, RunLock, find_boot_id

PAST = "2026-11-24T08:14:59.123456"


@pytest.fixture
def make_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(name, status="RUNNING", is_killed=False, **facts):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        entry = {"status": status, "start_time": PAST, "heartbeat": None} | facts
        (folder / "run.json").write_text(json.dumps(entry))
        (folder / "cout.txt").write_text("one\ntwo\n")
        os.utime(folder / "cout.txt", (0, 0))
        if is_killed:
            (folder / LOCK).write_text(json.dumps({"boot_id": find_boot_id(), "host": "x", "pid": 4711}))
        return str(folder)

    return make


def test_one_run(make_run, capsys):
    make_run("7", is_killed=True)
    assert main(["recover", "runs/7"]) == 0
    assert main(["recover", "runs/7"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "runs/7: DEAD since 2026-11-24 08:14 UTC, 0 points and 2 lines recovered",
        "runs/7: DEAD since 2026-11-24 08:14 UTC, nothing to do",
    ]
    assert err == ""
    assert json.loads(Path("runs/7/run.json").read_text())["status"] == "DEAD"


def test_a_folder_of_runs(make_run, capsys):
    make_run("10", is_killed=True)
    make_run("9", is_killed=True)
    for name in ("1", "2"):
        make_run(name, status="COMPLETED")
    lock = RunLock(make_run("3"))
    lock.take(datetime.now(UTC))
    make_run("named")
    (Path("runs") / "_sources").mkdir()
    assert main(["recover", "runs/"]) == 0
    lock.release()
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"runs/3: RUNNING on {os.uname().nodename} (process {os.getpid()}), left alone",
        "runs/9: DEAD since 2026-11-24 08:14 UTC, 0 points and 2 lines recovered",
        "runs/10: DEAD since 2026-11-24 08:14 UTC, 0 points and 2 lines recovered",
        "runs/named: DEAD as its heartbeat tells, but no lock proves it: left alone",
        "runs: nothing to recover in 2 of 6 runs",
    ]
    assert err == ""


def test_what_fails_keeps_nothing_else_from_it(make_run, capsys):
    Path(make_run("1", is_killed=True), "run.json").write_text("{")
    make_run("2", is_killed=True)
    assert main(["recover", "runs", "rnus", "runs/3"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == ["runs/2: DEAD since 2026-11-24 08:14 UTC, 0 points and 2 lines recovered"]
    first, *others = err.splitlines()
    assert first.startswith('Error: "runs/1/run.json" is damaged: ')
    assert others == [
        'Error: "rnus" does not exist; did you mean "runs"?',
        'Error: "runs/3" does not exist',
    ]


def test_a_folder_that_can_not_be_written(make_run, capsys, monkeypatch):
    def fail(folder):
        raise PermissionError(13, "Permission denied", f"{folder}/recover.lock")

    make_run("1", is_killed=True)
    monkeypatch.setattr(command, "recover", fail)
    assert main(["recover", "runs/1"]) == 1
    assert capsys.readouterr().err == 'Error: "runs/1/recover.lock" can\'t be written: Permission denied\n'


@pytest.mark.parametrize("path", ["empty", "file"])
def test_what_is_no_folder_of_runs(tmp_path, monkeypatch, capsys, path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    assert main(["recover", path]) == 1
    assert capsys.readouterr().err == f'Error: "{path}" is not the folder of a run, and there is none in it\n'


def test_a_folder_of_the_working_folder_itself(make_run, monkeypatch, capsys):
    monkeypatch.chdir(make_run("7", is_killed=True))
    assert main(["recover", "."]) == 0
    assert capsys.readouterr().out.startswith(".: DEAD since ")


def test_a_folder_that_can_not_be_read(tmp_path, monkeypatch, capsys):
    def fail(folder):
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "listdir", fail)
    assert main(["recover", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f'Error: "{tmp_path}" can\'t be read: Permission denied\n'


def test_without_a_folder_it_is_the_store(make_run, capsys, monkeypatch, tmp_path):
    make_run("7", is_killed=True)
    monkeypatch.setenv("SACRED_STORE", str(tmp_path / "runs"))
    assert main(["recover"]) == 0
    assert main(["recover", "--store", "runs"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "runs/7: DEAD since 2026-11-24 08:14 UTC, 0 points and 2 lines recovered",
        "runs: nothing to recover in 1 of 1 runs",
    ]
    assert main(["recover", "--store", "sqlite:///x.db"]) == 1
    assert capsys.readouterr().err == "Error: Only folders of runs can be recovered\n"
    monkeypatch.setenv("SACRED_STORE", "none")
    assert main(["recover"]) == 1
    assert capsys.readouterr().err == "Error: There is no default store here: name a folder\n"


def test_as_json(make_run, capsys):
    make_run("1", is_killed=True)
    make_run("2", status="COMPLETED")
    assert main(["recover", "runs", "gone", "--json"]) == 1
    out, err = capsys.readouterr()
    assert [(one["folder"], one["action"]) for one in json.loads(out)] == [
        ("runs/1", "recovered"),
        ("runs/2", "nothing"),
        ("gone", "failed"),
    ]
    assert err == 'Error: "gone" does not exist\n'
