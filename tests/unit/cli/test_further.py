"""Corners: names with commas, long lists, long curves, copies that fail."""

import json

import pytest

from sacred.cli import copy, doctor
from sacred.cli.arguments import list_names
from sacred.cli.call import Call
from sacred.cli.main import main
from sacred.cli.plot import _thin_out
from sacred.model.record import StoredFile
from sacred.stores.base import Problem
from sacred.stores.transfer import CopyReport


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, []),
        (["a,b", "c"], ["a", "b", "c"]),
        ([" a , ,b,"], ["a", "b"]),
        (['config["x,y"],b'], ['config["x,y"]', "b"]),
        (["config['x\"],y'],b"], ["config['x\"],y']", "b"]),
        (["config.layers[0],b"], ["config.layers[0]", "b"]),
    ],
)
def test_names_with_commas(given, names):
    assert list_names(given) == names


def test_a_long_curve_keeps_its_peaks():
    points = [(float(x), 0.0) for x in range(1_000_000)]
    points[123_456] = (123_456.0, 9.0)
    points[777_777] = (777_777.0, -9.0)
    thin = _thin_out(points)
    assert len(thin) <= 20_000
    assert points[123_456] in thin
    assert points[777_777] in thin
    assert thin == sorted(thin)


def test_a_run_with_much_of_everything(sacred, memory):
    run = memory._runs["1"]
    run.document |= {
        "heartbeat": run.document["start_time"],
        "stop_time": None,
        "status": "DEAD",
        "missing": [{"kind": "artifact", "name": "big.bin", "reason": "no room"}, "nonsense"],
        "info": {"a": {"b": 1}},
    }
    commits = [
        {"url": "x", "commit": "0123456789abcdef", "dirty": True},
        {"url": "y", "commit": "f" * 40, "dirty": False},
    ]
    run.document["experiment"]["repositories"] = commits
    run.files += [(StoredFile("artifact", f"file{number:02}", 99), None) for number in range(30)]
    run.series["system.cpu"] = type(run.series["loss"])("system.cpu", [0], [1.0], [0.0])
    run.output = b"line\n" * 100_000
    out = sacred("show", "1").out
    for part in (
        "  last sign of life  ",
        "  commit             0123456789ab with uncommitted changes\n",
        "  commit             ffffffffffff all committed\n",
        "  it was killed; sacred recover finishes its record\n",
        "missing\n  big.bin  artifact: no room\n",
        "info\n  a.b  1\n",
        "  and 13 more\n",
        "  and 1 of the system: sacred metrics 1\n",
        "  the end of it; all: sacred logs 1\n",
    ):
        assert part in out
    assert out.count("  line\n") == 10


def test_comparing_with_another_store(sacred):
    assert "the same" in sacred("diff", "1", "1", "--other", "there").out
    assert "-print()" in json.loads(sacred("diff", "1", "3", "--json", "--sources").out)["texts"]["train.py"]


def test_copies_that_fail(monkeypatch, capsys):
    failed = [Problem(str(number), f"run {number}: no\x1b[31m") for number in range(25)]
    report = CopyReport(copied={"1": "1"}, skipped={"2": "2"}, running=["3"], failed=failed)
    monkeypatch.setattr(Call, "open_store", lambda *_: Store(report))
    assert main(["copy", "a", "b"]) == 1
    out, err = capsys.readouterr()
    assert (
        out
        == "copied 1 run, 1 were there already, 1 under way left out (copy again after the end), 25 failed\n"
    )
    assert err.startswith("Error: run 0: no\\x1b[31m\n")
    assert err.endswith("Error: and 5 more\n")
    assert main(["copy", "a", "b", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["failed"][0]["id"] == "0"


class Store:
    def __init__(self, report):
        self.copy_to = lambda *_, **__: report

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def test_the_progress_of_a_copy(monkeypatch, capsys):
    assert copy._make_progress() is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    show = copy._make_progress()
    show(1, 2)
    show(2, 2)
    assert capsys.readouterr().err == "\r1 of 2 runs \x1b[K\r2 of 2 runs \x1b[K\r\x1b[K"


def test_a_cache_that_can_not_be_written(monkeypatch):
    def fail():
        raise PermissionError(13, "no")

    monkeypatch.setattr(doctor, "find_cache_folder", fail)
    assert doctor._examine_cache() == ("none", "there is no cache folder: no")
    monkeypatch.setattr(doctor, "find_cache_folder", lambda: "/proc/1/none")
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    assert (
        doctor._examine_cache()[1] == 'the cache folder "/proc/1/none" can\'t be written, so lists are slower'
    )


def test_doctor_gives_advice(sacred, memory, monkeypatch):
    memory._runs["4"].document["status"] = "DEAD"
    sacred("rm", "1", "-y")
    monkeypatch.setattr(doctor, "_find_location", lambda _: ("here", "--store"))
    answer = sacred("doctor", "--store", "here")
    assert "1 run in the trash" in answer.out
    assert "1 run died: sacred recover finishes the records" in answer.out
