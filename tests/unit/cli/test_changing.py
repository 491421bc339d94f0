"""The commands that change something, and those that take something out of a store."""

import csv
import io
import json
import os
import stat
from pathlib import Path

import pytest

from sacred.cli.main import main
from sacred.stores.base import Problem

# --- tag and note


def test_tags(sacred):
    assert sacred("tag", "1") == (0, "", "run 1 has no tags\n")
    assert sacred("tag", "1", "good", "best").out == "good\nbest\n"
    assert sacred("tag", "1", "-r", "good", "new").out == "best\nnew\n"
    assert sacred("tag", "1", "--remove", "gone") == (1, "best\nnew\n", "Error: Run 1 has no tag gone\n")
    assert json.loads(sacred("tag", "1", "--json").out) == ["best", "new"]
    assert [row.split()[0] for row in sacred("ls", '"new" in tags').out.splitlines()[1:]] == ["1"]


@pytest.mark.parametrize("tag", ["", " "])
def test_a_tag_that_nobody_could_see(sacred, tag):
    message = "Error: A tag needs at least one character that can be seen\n"
    assert sacred("tag", "1", "good", tag) == (2, "", message)
    assert sacred("tag", "1").out == ""


def test_notes(sacred, monkeypatch):
    assert sacred("note", "1") == (0, "", "run 1 has no notes\n")
    assert sacred("note", "1", "first").out == "first\n"
    assert sacred("note", "1", "-a", "second").out == "first\nsecond\n"
    assert json.loads(sacred("note", "1", "--json").out) == {"id": "1", "notes": "first\nsecond"}
    monkeypatch.setattr("sys.stdin", io.StringIO("from\nthe input\n"))
    assert sacred("note", "1", "-").out == "from\nthe input\n"
    assert sacred("note", "1", "") == (0, "", "run 1 has no notes any more\n")


@pytest.mark.parametrize("words", [["-a"], ["x", "--edit"]])
def test_notes_that_make_no_sense(sacred, words):
    assert sacred("note", "1", *words).code == 2


def make_editor(tmp_path, monkeypatch, script):
    editor = tmp_path / "an editor"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{editor}' -w")


def test_notes_in_an_editor(sacred, tmp_path, monkeypatch):
    make_editor(tmp_path, monkeypatch, 'echo "and more" >> "$2"')
    sacred("note", "1", "some\n")
    assert sacred("note", "1", "--edit").out == "some\nand more\n"
    make_editor(tmp_path, monkeypatch, "exit 3")
    assert sacred("note", "1", "--edit").code == 1
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    answer = sacred("note", "1", "--edit")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.endswith("set EDITOR\n")
    assert sacred("note", "1").out == "some\nand more\n"


# --- rm, restore, gc


def answer_with(monkeypatch, text):
    terminal = io.StringIO(text)
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)


def test_removing_runs_asks(sacred, monkeypatch):
    answer_with(monkeypatch, "n\n")
    question = "Move 2 runs (1, 2) of here into the trash? [y/N] "
    assert sacred("rm", "1", "2", "1") == (1, "", f"{question}nothing was removed\n")
    answer_with(monkeypatch, "y\n")
    assert sacred("rm", "2").err.startswith("Move run 2 of here into the trash? [y/N] 1 run moved")
    assert sacred("restore") == (0, "2\n", "")


def test_removing_runs_where_nobody_can_be_asked(sacred, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert sacred("rm", "1") == (2, "", "Error: Nobody can be asked here: --yes does it\n")


def test_removing_runs_by_a_query(sacred):
    assert sacred("rm", "status == 'COMPLETED'", "--yes").code == 0
    assert sacred("restore").out == "1\n2\n"
    assert sacred("rm", "status == 'COMPLETED'", "--yes").err == "no run fits, nothing was removed\n"
    assert json.loads(sacred("rm", "id == 3", "-y", "--json").out) == {"removed": ["3"]}


@pytest.mark.parametrize(
    ("words", "code"),
    [([""], 2), (["  "], 2), (["99"], 1), (["1", "99"], 1), (["config.rate <"], 2), ([], 2)],
)
def test_nothing_is_removed_by_mistake(sacred, words, code):
    assert sacred("rm", *words, "--yes").code == code
    assert sacred("restore").err == "the trash of here is empty\n"


def test_restoring(sacred):
    sacred("rm", "1", "2", "-y")
    assert sacred("restore", "2").err == "1 run brought back\n"
    assert json.loads(sacred("restore", "--json").out) == {"restored": [], "trash": ["1"]}
    assert sacred("restore", "7").code == 1


def test_garbage(sacred, monkeypatch):
    assert sacred("gc") == (0, "", "nothing to remove\n")
    sacred("rm", "1", "-y")
    assert sacred("gc", "--dry-run").out.startswith("would remove 1 run (")
    answer_with(monkeypatch, "\n")
    assert sacred("gc").code == 1
    answer_with(monkeypatch, "yes\n")
    answer = sacred("gc")
    assert answer.err.startswith("Remove 1 run (")
    assert answer.out.startswith("removed 1 run (")
    assert json.loads(sacred("gc", "--json", "-y").out) == {"runs": 0, "files": 0, "size": 0}


# --- get, config


def test_listing_files(sacred):
    rows = [row.split() for row in sacred("get", "1").out.splitlines()]
    assert rows[:2] == [["kind", "name", "size"], ["artifact", "model.pt", "7", "bytes"]]
    assert json.loads(sacred("get", "1", "--json").out)[1] == {
        "kind": "source",
        "name": "train.py",
        "size": 8,
        "digests": {},
    }
    assert sacred("get", "4").err == "run 4 has no files\n"


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (["model.pt"], {"model.pt": b"weights"}),
        (["x.csv"], {"x.csv": b"1"}),
        (["/data/x.csv", "-o", "y.csv"], {"y.csv": b"1"}),
        (["source:train.py", "-o", "new/"], {"new/train.py": b"print()\n"}),
        (["plots"], {"plots/a.png": b"a", "plots/b.png": b"b"}),
        (["plots/"], {"plots/a.png": b"a", "plots/b.png": b"b"}),
        (["*.png", "-o", "all"], {"all/plots/a.png": b"a", "all/plots/b.png": b"b"}),
        (["*b.png"], {"plots/b.png": b"b"}),
    ],
)
def test_getting_files(sacred, tmp_path, monkeypatch, words, written):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert sacred("get", "1", *words).out.splitlines() == list(written)
    found = {
        str(path.relative_to(Path.cwd())): path.read_bytes()
        for path in Path.cwd().rglob("*")
        if path.is_file()
    }
    assert found == written
    answer = sacred("get", "1", *words)
    assert answer.code == 1
    assert "is there already" in answer.err
    assert sacred("get", "1", *words, "--force").code == 0


def test_getting_a_file_as_output(sacred):
    assert sacred("get", "1", "model.pt", "-o", "-").out == "weights"
    assert sacred("get", "1", "plots", "-o", "-").code == 2
    assert sacred("get", "1", "-o", "x").code == 2
    assert sacred("get", "1", "modl.pt") == (
        1,
        "",
        'Error: Run 1 has no file "modl.pt"; did you mean "model.pt"?\n',
    )


@pytest.mark.usefixtures("nasty")
def test_names_lead_nowhere_else(sacred, memory, tmp_path, monkeypatch):
    from dataclasses import replace

    kept = memory._runs["1"]
    kept.files[:] = [
        (replace(kept.files[0][0], name=name, key=place), b"x")
        for place, name in enumerate(["../../evil", "/etc/evil"])
    ]
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert sacred("get", "1", "*").code == 0
    assert sacred("get", "1", "../../evil", "--force").code == 0
    assert not list(tmp_path.glob("evil"))
    assert not list((tmp_path / "a").glob("evil"))


def test_config(sacred, tmp_path, monkeypatch):
    yaml = pytest.importorskip("yaml")
    text = sacred("config", "1").out
    assert text == "rate: 0.1\noptimizer: {kind: sgd}\nlayers: [64, 32]\nseed: 1\n"
    assert yaml.safe_load(text) == json.loads(sacred("config", "1", "--json").out)
    assert "seed" not in sacred("config", "1", "--no-seed").out


def test_a_config_of_all_kinds(sacred, memory):
    yaml = pytest.importorskip("yaml")
    config = {
        "small": 1e-05,
        "nan": float("nan"),
        "tuple": {"py/tuple": [1, 2]},
        "text": "1e-5",
        "odd key: x": "a: b\n#c",
        "none": None,
        "yes": "yes",
        "huge": 10**30,
        "char": "\x1b[31m\U0001f600",
    }
    memory._runs["1"].document["config"] = config
    text = sacred("config", "1").out
    assert "\x1b" not in text
    found = yaml.safe_load(text)
    assert found.pop("nan") != found.get("nan")
    assert found == {key: value for key, value in config.items() if key != "nan"} | {"tuple": [1, 2]}
    memory._runs["1"].document["config"] = {}
    assert sacred("config", "1").out == "{}\n"


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["yaml", "json"])
def test_a_config_that_is_damaged(sacred, memory, more):
    memory._runs["1"].document["config"] = {}
    memory.problems.append(Problem("1", "Run 1: config.json is damaged"))
    assert sacred("config", "1", *more) == (1, "", "Error: Run 1: config.json is damaged\n")
    assert sacred("config", "2", *more).code == 0


def test_config_without_yaml(sacred, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    answer = sacred("config", "1")
    assert (answer.code, answer.out) == (1, "")
    assert 'pip install "sacred[yaml]"' in answer.err
    assert json.loads(sacred("config", "1", "--json").out)["rate"] == 0.1


# --- copy, export


def test_export_says_which_columns_no_run_has(sacred):
    answer = sacred("export", "-", "-c", "id,config.rte", "-s", "config.rt")
    assert answer.out.splitlines()[:2] == ["id,config.rte", "1,"]
    assert answer.err.splitlines() == [
        "Warning: no run has config.rte; did you mean config.rate?",
        "Warning: no run has config.rt; did you mean config.rate?",
    ]


def test_export_to_csv(sacred, tmp_path):
    path = tmp_path / "x.csv"
    assert sacred("export", "id <= 2", str(path), "--sort=-result").err == f"wrote 2 runs to {path}\n"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert [row["id"] for row in rows] == ["1", "2"]
    assert rows[0]["config.rate"] == "0.1"
    assert rows[0]["start_time"].endswith("+00:00")
    assert list(csv.reader(io.StringIO(sacred("export", "-", "-c", "id,config.layers").out)))[1] == [
        "1",
        "[64, 32]",
    ]


def test_export_to_json(sacred, tmp_path, memory):
    memory._runs["1"].document["result"] = float("nan")
    path = tmp_path / "x.json"
    assert sacred("export", "", str(path), "-c", "id,result", "--json").code == 0
    assert json.loads(path.read_text()) == [
        {"id": "1", "result": None},
        {"id": "2", "result": 0.25},
        {"id": "3", "result": None},
        {"id": "4", "result": None},
    ]


def test_export_to_parquet(sacred, tmp_path):
    polars = pytest.importorskip("polars")
    path = tmp_path / "x.parquet"
    assert sacred("export", str(path)).code == 0
    assert polars.read_parquet(path)["id"].to_list() == [1, 2, 3, 4]


def test_export_to_where_nothing_can_be_written(sacred, tmp_path):
    answer = sacred("export", str(tmp_path / "no" / "x.csv"))
    assert answer.code == 1
    assert "can't be written" in answer.err
    assert answer.err.count("\n") == 1


def test_a_failed_export_leaves_the_old_file(sacred, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("old")
    assert sacred("export", str(path), "-c", "config.rate <").code == 2
    assert path.read_text() == "old"


def make_store(folder, count=2):
    for number in range(1, count + 1):
        run = folder / str(number)
        run.mkdir(parents=True)
        entry = {
            "status": "COMPLETED",
            "start_time": f"2026-01-0{number}T00:00:00",
            "stop_time": f"2026-01-0{number}T01:00:00",
        }
        for name, content in (("run", entry), ("config", {"rate": number}), ("metrics", {})):
            (run / f"{name}.json").write_text(json.dumps(content))
        (run / "cout.txt").write_text("hello\n")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "cache"))
    make_store(tmp_path / "runs")


@pytest.mark.usefixtures("folders")
def test_copy(capsys):
    assert main(["copy", "runs", "copy", "config.rate == 1"]) == 0
    assert capsys.readouterr().out == "copied 1 run\n"
    assert main(["copy", "runs", "copy"]) == 0
    assert capsys.readouterr().out == "copied 1 run, 1 were there already\n"
    assert main(["copy", "runs", "copy", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "copied": {},
        "skipped": {"1": "1", "2": "2"},
        "running": [],
        "failed": [],
    }
    assert main(["copy", "gone", "copy"]) == 1


# --- verify, doctor


@pytest.mark.usefixtures("folders")
def test_verify(capsys):
    entry = json.loads(Path("runs/1/run.json").read_text())
    entry["artifacts"] = ["a.txt", "b.txt"]
    entry["artifact_notes"] = {"a.txt": {"size": 1, "sha256": "0" * 64}}
    Path("runs/1/run.json").write_text(json.dumps(entry))
    Path("runs/1/a.txt").write_text("a")
    assert main(["verify", "--store", "runs"]) == 1
    out = capsys.readouterr().out
    assert "damaged  run 1: artifact a.txt" in out
    assert "missing  run 1: artifact b.txt" in out
    assert out.splitlines()[-1].endswith("1 damaged, 1 missing")
    assert main(["verify", "2", "--store", "runs"]) == 0
    assert capsys.readouterr().out == "0 files: 0 ok\n"
    assert main(["verify", "--store", "runs", "--json"]) == 1
    assert {one["state"] for one in json.loads(capsys.readouterr().out)} == {"damaged", "missing"}


@pytest.mark.usefixtures("folders")
def test_what_can_not_be_read_is_told_beside_the_rest(capsys):
    for number in range(3, 12):
        Path(f"runs/{number}").mkdir()
        Path(f"runs/{number}/run.json").write_text("{")
        Path(f"runs/{number}/config.json").write_text("{}")
    assert main(["ls", "--store", "runs"]) == 0
    out, err = capsys.readouterr()
    assert [row.split()[0] for row in out.splitlines()] == ["id", "2", "1"]
    assert err.count("Warning: ") == 6
    assert err.endswith("Warning: 4 more can't be read: sacred doctor lists them\n")
    assert main(["show", "3", "--store", "runs"]) == 1
    assert capsys.readouterr().err.startswith("Error: ")
    assert main(["doctor", "--store", "runs"]) == 1
    assert "problems" in capsys.readouterr().out


@pytest.mark.usefixtures("folders")
def test_doctor(capsys, monkeypatch):
    assert main(["doctor", "--store", "runs"]) == 0
    out = capsys.readouterr().out
    assert "all is well" in out
    assert "completed    2" in out or "completed  2" in out
    assert main(["doctor", "--store", "runs", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["store"]["runs"] == 2
    assert found["problems"] == []
    assert "yaml" in found["extras"]["yaml"]
    assert main(["doctor", "--store", "gone"]) == 1
    assert '"gone" does not exist' in capsys.readouterr().out
    monkeypatch.setenv("SACRED_STORE", os.path.join(os.getcwd(), "new"))
    assert main(["doctor"]) == 0
    assert "there are no runs yet" in capsys.readouterr().out


def test_doctor_tells_what_is_missing(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SACRED_STORE", str(tmp_path / "new"))
    monkeypatch.setattr("sacred.cli.doctor.module_exists", lambda name: name != "pymongo")
    assert main(["doctor"]) == 0
    assert 'no pymongo: pip install "sacred[mongo]"' in capsys.readouterr().out
