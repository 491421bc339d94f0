import json
import os
import subprocess
import sys

import pytest

from sacred.cli.commands import COMMANDS, load_function
from sacred.cli.main import main
from sacred.errors import StoreError


def test_alone_it_shows_its_commands(capsys):
    assert main([]) == 0
    out, err = capsys.readouterr()
    assert all(f" {name} " in out for name in COMMANDS)
    assert "<bool>" not in out
    assert err == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["lss"], 'There is no command "lss"; did you mean "ls"?'),
        (["frobnicate"], 'There is no command "frobnicate"; sacred --help lists what there is'),
        (["--versoin"], 'There is no option "--versoin"; did you mean "--version"?'),
        (["help", "shwo"], 'There is no command "shwo"; did you mean "show"?'),
        (["--completion", "ksh"], '--completion is for bash, zsh, fish, not "ksh"; did you mean "zsh"?'),
        (["plot", "1", "--over", "tim"], '--over is step, time, wall, not "tim"; did you mean "time"?'),
        (
            ["plot", "1", "-o", "x.gif"],
            'The name of a picture ends with .png, .svg, .html, .pdf: "x.gif" does not',
        ),
        (["--json"], "A command is missing, such as ls; sacred --help lists what there is"),
        (["--store", "x"], "A command is missing, such as ls; sacred --help lists what there is"),
        (["--store"], "A command is missing, such as ls; sacred --help lists what there is"),
        (["export"], "Name a file to write, which ends with .csv, .json, .parquet; - is the output"),
        (["export", "x.xls"], 'The name of the file ends with .csv, .json, .parquet: "x.xls" does not'),
        (["copy", "--store", "x", "a", "b"], "Copy takes both stores as arguments, and no --store"),
    ],
)
def test_what_can_not_be_understood(capsys, words, message):
    assert main(words) == 2
    assert capsys.readouterr() == ("", f"Error: {message}\n")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["ls", "--jsn"], "--jsn"),
        (["metrics"], "'RUN'"),
        (["ls", "--limit", "many"], "integer"),
        (["ls", "--limit=-1"], "'--limit'"),
        (["ls", "a", "b"], "b"),
        (["ls", "--limit"], "--limit"),
    ],
)
def test_what_typer_can_not_understand(capsys, words, part):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Error: ")
    assert part in err
    assert err.endswith((f" (sacred {words[0]} --help)\n", "requires an argument\n"))
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("words", [["{}", "--help"], ["{}", "-h"], ["help", "{}"], ["--json", "{}", "-h"]])
def test_help(capsys, monkeypatch, name, words):
    monkeypatch.setenv("COLUMNS", "80")
    assert main([word.format(name) for word in words]) == 0
    out = capsys.readouterr().out
    first = load_function(name).__doc__.partition("\n")[0].rstrip(".")
    assert f"sacred {name}" in out
    assert " ".join(first.split()) in " ".join(out.split())
    assert all(f" {flag} " in out for flag in ("--store", "--json", "--debug"))
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "<bool>" not in out


@pytest.mark.parametrize("words", [["--version"], ["--json", "--version"]])
def test_version(capsys, words):
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("sacred 1.")


@pytest.mark.parametrize(
    "words",
    [["--store", "gone", "ls"], ["--store=gone", "ls"], ["ls", "--store", "gone"], ["ls", "--store=gone"]],
)
def test_options_of_all_commands_stand_before_or_behind(capsys, words):
    assert main(words) == 1
    assert capsys.readouterr().err == 'Error: "gone" does not exist.\n'


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed(tmp_path, closed):
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "config.json").write_text("{}")
    (tmp_path / "1" / "run.json").write_text('{"status": "COMPLETED"}')
    command = ["sh", "-c", f'"$0" -m sacred ls --store . {closed}', sys.executable]
    environment = {**os.environ, "SACRED_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) == (closed == "2>&-")


def test_json_before_the_command(sacred):
    assert json.loads(sacred("--json", "tag", "1").out) == []


def test_ctrl_c_ends_it_without_a_traceback(monkeypatch, sacred):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sacred.cli.ls.write", interrupt)
    assert sacred("ls") == (130, "", "")


def test_what_was_not_foreseen_is_one_line_too(monkeypatch, sacred):
    def fail(*_):
        raise ZeroDivisionError("by\x1b[31m zero")

    monkeypatch.setattr("sacred.cli.ls.write", fail)
    message = "Error: ZeroDivisionError: by zero (this was not foreseen; --debug shows where it happened)\n"
    assert sacred("ls") == (1, "", message)
    with pytest.raises(ZeroDivisionError):
        sacred("--debug", "ls")
    with pytest.raises(ZeroDivisionError):
        sacred("ls", "--debug")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied", "runs"), '"runs": Permission denied'),
        (OSError("no more"), "No more"),
        (KeyError(), "KeyError (this was not foreseen; --debug shows where it happened)"),
    ],
)
def test_errors_of_the_system(monkeypatch, sacred, error, message):
    def fail(*_):
        raise error

    monkeypatch.setattr("sacred.cli.ls.write", fail)
    assert sacred("ls") == (1, "", f"Error: {message}\n")


def test_the_module_is_the_program(tmp_path):
    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "sacred", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    done = run("recover", "gone")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", 'Error: "gone" does not exist\n')
    assert run("recover", "--now").stderr.endswith(" (python -m sacred recover --help)\n")


PROGRAM = """
import sys
from sacred.cli.main import main
from sacred.errors import StoreError
code = main(sys.argv[1:])
heavy = {"typer", "click", "rich", "pandas", "polars", "matplotlib", "sqlalchemy", "fsspec", "yaml"}
if sys.argv[1] == "ls":
    heavy.add("numpy")
print(sorted(heavy & set(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    "words",
    [
        ["ls"],
        ["ls", "status == 'COMPLETED'"],
        ["show", "1"],
        ["logs", "1"],
        ["metrics", "1"],
        ["get", "1"],
        ["tag", "1"],
    ],
)
def test_everyday_commands_load_nothing_heavy(tmp_path, words):
    (tmp_path / "runs" / "1").mkdir(parents=True)
    entry = {"status": "COMPLETED", "start_time": "2026-11-24T08:00:00", "stop_time": "2026-11-24T08:01:00"}
    for name, content in (("run", entry), ("config", {"rate": 1}), ("metrics", {})):
        (tmp_path / "runs" / "1" / f"{name}.json").write_text(json.dumps(content))
    for path in (tmp_path / "runs" / "1").iterdir():
        os.utime(path, (1, 1))
    os.utime(tmp_path / "runs" / "1", (1, 1))
    for _ in range(2):  # the first look at a store may need numpy
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *words, "--store", "runs"],
            cwd=tmp_path,
            env=os.environ | {"SACRED_CACHE": str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "[]"), done.stderr


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("run 1 is gone", "Run 1 is gone"),
        ("mongodb://x does not answer", "mongodb://x does not answer"),
        ('"x" is', '"x" is'),
    ],
)
def test_a_sentence_begins_with_a_capital_letter(monkeypatch, sacred, text, shown):
    def fail(*_):
        raise StoreError(text)

    monkeypatch.setattr("sacred.cli.ls.write", fail)
    assert sacred("ls") == (1, "", f"Error: {shown}\n")
