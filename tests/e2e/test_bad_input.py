"""Bad input: one clear message each, and nothing lost (issue 3, point 7)."""

import json
import os

import pytest

from recording import run_program

HEAD = """
import sys
from sacred import Experiment
from sacred.observers import FileStorageObserver
ex = Experiment("bad", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))

@ex.config
def config():
    learning_rate = 0.1
    model = {"size": 3}
"""

MAIN = """
@ex.automain
def main(learning_rate):
    open("ran", "w").close()
"""


def read_run(folder, run_id="1"):
    return json.loads((folder / "runs" / run_id / "run.json").read_text(encoding="utf-8"))


def list_files(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".py"
    )


# --- before the start: an error, and no trace of a run ------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["with", "learning_rat=1"], 'learning_rat; did you mean "learning_rate"'),
        (["with", "model.sizes=1"], 'model.sizes; did you mean "model.size"'),
        (["with", "nothing_of_that_name"], '"nothing_of_that_name"'),
        (["with", "missing.json"], '"missing.json"'),
        (["with", "broken.json"], 'the configuration file "broken.json"'),
        (["with", "broken.yaml"], 'the configuration file "broken.yaml"'),
        (["with", "list.json"], '"list.json" holds no dictionary'),
        (["with", "notes.txt"], '"notes.txt" has invalid or unsupported extension ".txt"'),
        (["with", "seed=high"], "Seed has to be integer"),
        (["mian"], 'Command "mian" not found; did you mean "main"'),
        (["--no-such-option"], "--no-such-option"),
        (["--comment"], "--comment"),
        (["-x"], "-x"),
        (["-l", "LOUD"], "LOUD"),
        (["-b", "often"], "often"),
        (["-P", "high"], "high"),
        (["-C", "some"], "some"),
        (["-e"], "no git repository was found"),
        (["-i", "a/b"], "can't be the name of a run folder"),
        (["help", "mian"], 'Command "mian" not found'),
    ],
)
def test_an_error_before_the_start(tmp_path, words, message):
    (tmp_path / "broken.json").write_text('{"learning_rate": ')
    (tmp_path / "broken.yaml").write_text("a: [1")
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "notes.txt").write_text("learning_rate = 3")
    before = list_files(tmp_path)
    done = run_program(tmp_path, HEAD + MAIN, *words)
    assert done.returncode != 0
    assert message in done.stderr
    assert done.stderr.count(message) == 1
    assert "Traceback" not in done.stderr
    assert list_files(tmp_path) == before


TYPED = """
from dataclasses import dataclass
from sacred import Experiment

@dataclass
class Config:
    name: str  # who it is
    size: int = 3

ex = Experiment("typed", save_git_info=False)
ex.add_config(Config)

@ex.automain
def main(name): print("ran")
"""


def test_print_config_shows_a_configuration_with_wrong_types(tmp_path):
    done = run_program(tmp_path, TYPED, "print_config", "with", "size=many")
    assert done.returncode == 1
    assert "  size = 'many'  " in done.stdout
    assert 'Config entry "name": expected str, got no value' in done.stderr
    assert "Config entry \"size\": expected int, got 'many' (str)" in done.stderr
    assert "Traceback" not in done.stderr
    done = run_program(tmp_path, TYPED, "with", "size=many")
    assert (done.returncode, done.stdout) == (1, "")
    own = TYPED.replace("@ex.automain", "@ex.command\ndef print_config(): print('mine')\n\n@ex.automain")
    done = run_program(tmp_path, own, "print_config")
    assert (done.returncode, done.stdout) == (1, "")


def test_several_mistakes_are_told_together(tmp_path):
    done = run_program(tmp_path, HEAD + MAIN, "with", "learning_rat=1", "model.sizes=2")
    assert "learning_rat" in done.stderr
    assert "model.sizes" in done.stderr
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("obstacle", ["a file", "no permission"])
def test_a_folder_that_can_not_be_written(tmp_path, obstacle):
    if obstacle == "a file":
        (tmp_path / "runs").write_text("I am a file")
    else:
        (tmp_path / "runs").mkdir(mode=0o500)
        if os.access(tmp_path / "runs", os.W_OK):
            pytest.skip("this user may write everywhere")
    done = run_program(tmp_path, HEAD + MAIN)
    assert done.returncode == 1
    assert 'The folder for runs "runs" can\'t be written' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()


def test_an_id_that_is_taken(tmp_path):
    assert run_program(tmp_path, HEAD + MAIN, "-i", "mine").returncode == 0
    before = (tmp_path / "runs" / "mine" / "run.json").read_bytes()
    (tmp_path / "ran").unlink()
    done = run_program(tmp_path, HEAD + MAIN, "-i", "mine")
    assert done.returncode == 1
    assert 'The run folder "runs/mine" exists already' in done.stderr
    assert not (tmp_path / "ran").exists()
    assert (tmp_path / "runs" / "mine" / "run.json").read_bytes() == before


def test_an_error_in_a_config_function_shows_the_user_s_line(tmp_path):
    done = run_program(
        tmp_path,
        HEAD
        + """
@ex.config
def more(learning_rate):
    assert learning_rate < 1, "too fast"
"""
        + MAIN,
        "with",
        "learning_rate=2",
    )
    assert done.returncode == 1
    assert 'assert learning_rate < 1, "too fast"' in done.stderr
    assert "too fast" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_a_missing_value_is_named_before_the_function_runs(tmp_path):
    done = run_program(
        tmp_path,
        HEAD
        + """
@ex.automain
def main(epochs):
    pass
""",
    )
    assert done.returncode == 1
    assert "main is missing value(s): ['epochs']" in done.stderr
    assert "Traceback" not in done.stderr
    assert read_run(tmp_path)["status"] == "FAILED"


# --- during the run: a warning, and the run goes on ---------------------------------------------------------


def test_values_that_can_not_be_stored_are_kept_as_text(tmp_path):
    done = run_program(
        tmp_path,
        HEAD
        + """
class Opaque:
    pass

class Hostile:
    def __repr__(self):
        raise RuntimeError("no")

@ex.automain
def main(_run):
    loop = [1]
    loop.append(loop)
    _run.info["opaque"] = Opaque()
    _run.info["hostile"] = Hostile()
    _run.info["loop"] = loop
    _run.info["fine"] = 1
    _run.log_scalar("odd", Opaque())
    return Opaque()
""",
        "-b",
        "0.01",
    )
    assert done.returncode == 0, done.stderr
    run = read_run(tmp_path)
    assert run["status"] == "COMPLETED"
    assert run["result"]["py/type"] == "__main__.Opaque"
    info = json.loads((tmp_path / "runs" / "1" / "info.json").read_text())
    assert info["fine"] == 1
    assert info["opaque"]["py/repr"].startswith("<__main__.Opaque object")
    assert "RuntimeError" in info["hostile"]["py/repr"]
    assert info["loop"][0] == 1
    for name in ("opaque", "hostile", "loop"):
        assert len([line for line in done.stderr.splitlines() if name in line and "WARNING" in line]) == 1
    assert "Traceback" not in done.stderr


def test_artifacts_with_dangerous_names_are_kept_under_safe_ones(tmp_path):
    done = run_program(
        tmp_path,
        HEAD
        + """
@ex.automain
def main(_run):
    for name in ("run.json", "../x", "/etc/y", "..", "fine.txt", "a/b.txt", "cout.txt"):
        with open("file", "w") as file:
            file.write(f"I am {name}")
        _run.add_artifact("file", name=name)
""",
    )
    assert done.returncode == 0, done.stderr
    run = read_run(tmp_path)
    assert run["status"] == "COMPLETED"
    assert len(run["artifacts"]) == 7
    folder = tmp_path / "runs" / "1"
    given = {}
    for stored in run["artifacts"]:
        notes = run.get("artifact_notes", {}).get(stored, {})
        name = given[stored] = notes.get("given_name", stored)
        assert (folder / stored).resolve().is_relative_to(folder)
        assert (folder / stored).read_text() == f"I am {name}"
    assert set(given.values()) == {"run.json", "../x", "/etc/y", "..", "fine.txt", "a/b.txt", "cout.txt"}
    assert not (tmp_path / "runs" / "x").exists()
    for name in ("run.json", "../x", "/etc/y", "cout.txt"):
        assert done.stderr.count(f'The artifact "{name}" is kept as') == 1
    assert 'The artifact "fine.txt"' not in done.stderr


def test_files_that_are_missing_are_told_in_the_record(tmp_path):
    done = run_program(
        tmp_path,
        HEAD
        + """
@ex.automain
def main(_run):
    _run.add_artifact("nowhere.txt")
    _run.add_resource("nothing.csv")
    return 1
""",
    )
    assert done.returncode == 0, done.stderr
    run = read_run(tmp_path)
    assert (run["status"], run["result"]) == ("COMPLETED", 1)
    assert [(entry["kind"], os.path.basename(entry["name"])) for entry in run["missing"]] == [
        ("artifact", "nowhere.txt"),
        ("resource", "nothing.csv"),
    ]
    assert done.stderr.count("could not be kept") == 2


def test_a_folder_that_vanishes_does_not_end_the_run(tmp_path):
    done = run_program(
        tmp_path,
        HEAD
        + """
import shutil, time

@ex.automain
def main(_run):
    shutil.rmtree("runs")
    open("runs", "w").close()
    time.sleep(0.2)
    print("still here")
    open("finished", "w").close()
    return 1
""",
        "-b",
        "0.05",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "finished").exists()
    assert "Completed after" in done.stderr
    assert "WARNING" in done.stderr or "ERROR" in done.stderr


def test_a_failing_gatherer_is_noted(tmp_path):
    done = run_program(
        tmp_path,
        """
from sacred import Experiment, host_info_gatherer
from sacred.observers import FileStorageObserver

@host_info_gatherer("weather")
def weather():
    raise OSError("no window")

ex = Experiment("bad", save_git_info=False, additional_host_info=[weather])
ex.observers.append(FileStorageObserver("runs"))

@ex.automain
def main():
    pass
""",
    )
    assert done.returncode == 0, done.stderr
    assert read_run(tmp_path)["host"]["weather"] == "<failed: OSError: no window>"
    assert done.stderr.count("no window") == 1


def test_a_result_that_can_not_be_shown(tmp_path):
    done = run_program(
        tmp_path,
        HEAD
        + """
class Hostile:
    def __repr__(self):
        raise RuntimeError("no")

@ex.automain
def main():
    return Hostile()
""",
    )
    assert done.returncode == 0, done.stderr
    assert read_run(tmp_path)["status"] == "COMPLETED"
    assert "Logging error" not in done.stderr
    assert "Completed after" in done.stderr


def test_a_config_value_that_can_not_be_stored(tmp_path):
    done = run_program(
        tmp_path,
        HEAD
        + """
@ex.config
def odd():
    thing = object()
    data = b"bytes"
    group = {1, 2}

@ex.automain
def main(thing, data, group):
    assert data == b"bytes" and group == {1, 2}
    return type(thing).__name__
""",
    )
    assert done.returncode == 0, done.stderr
    config = json.loads((tmp_path / "runs" / "1" / "config.json").read_text())
    assert config["thing"]["py/type"] == "object"
    assert config["group"] == [1, 2]
    assert len([line for line in done.stderr.splitlines() if "thing" in line]) == 1
