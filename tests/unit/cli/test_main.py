import subprocess
import sys

import pytest

from sacred.cli.main import COMMANDS, main


def test_alone_it_shows_its_commands(capsys):
    assert main([]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("usage: python -m sacred ")
    assert all(f"    {name} " in out for name in COMMANDS)
    assert err == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["recovr", "runs"], 'there is no command "recovr"; did you mean "recover"?'),
        (["frobnicate"], 'there is no command "frobnicate"'),
        (["recover"], "the following arguments are required: FOLDER"),
        (["recover", "--now", "runs"], "unrecognized arguments: --now"),
    ],
)
def test_what_can_not_be_understood(capsys, words, message):
    with pytest.raises(SystemExit) as raised:
        main(words)
    assert raised.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: python -m sacred")
    assert err.endswith(f"error: {message}\n")


@pytest.mark.parametrize("words", [["--help"], ["recover", "-h"]])
def test_help(capsys, words):
    with pytest.raises(SystemExit) as raised:
        main(words)
    assert not raised.value.code
    out = capsys.readouterr().out
    assert "recover" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_ctrl_c_ends_it_without_a_traceback(monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sacred.cli.recover.run", interrupt)
    assert main(["recover", "x"]) == 130


def test_the_module_is_the_program(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "sacred", "recover", "gone"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", 'Error: "gone" does not exist\n')
