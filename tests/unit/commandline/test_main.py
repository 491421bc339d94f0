import os
import subprocess
import sys
from pathlib import Path

import pytest

from sacred.commandline.main import build_usage, check_command, run_commandline
from sacred.errors import CommandNotFoundError, UsageError
from unit.commandline.standin import StandIn, fail, interrupt, leave, miss, stop

PROGRAM = Path(__file__).with_name("standin.py")
USAGE = "Usage:\n  standin.py [(with UPDATE...)] [options]\n"


def start(*words, outcome="", stdin=""):
    """Run the stand-in as a program of its own."""
    environment = {**os.environ, "OUTCOME": outcome}
    command = [sys.executable, str(PROGRAM), *words]
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=60, check=False, env=environment
    )


@pytest.fixture
def _called_train(monkeypatch):
    monkeypatch.setattr("sys.argv", ["train.py"])


def test_a_command_line_becomes_a_call_of_run():
    experiment = StandIn()
    run = run_commandline(experiment, "train.py data.stats with model.rate=0.1 tiny -c 'first try' --debug")
    ((args, kwargs),) = experiment.requests
    assert args == ("data.stats", {"model": {"rate": 0.1}}, ["tiny"])
    assert set(kwargs) == {"info", "meta_info", "options"}
    assert kwargs["options"]["--comment"] == "first try"
    assert kwargs["options"]["UPDATE"] == ["model.rate=0.1", "tiny"]
    assert run.meta_info["options"] is kwargs["options"]


@pytest.mark.parametrize("argv", [[], "", ["train.py"]])
def test_without_words_the_default_command_runs(argv):
    experiment = StandIn()
    run_commandline(experiment, argv)
    assert experiment.requests[0][0] == ("train", {}, [])
    assert experiment.requests[0][1]["options"]["COMMAND"] is None


@pytest.mark.usefixtures("_called_train")
def test_help_is_printed(capsys):
    experiment = StandIn()
    for argv in ("p -h", "p help", "p --help -u"):
        with pytest.raises(SystemExit) as caught:
            run_commandline(experiment, argv)
        assert caught.value.code is None
        out = capsys.readouterr().out
        assert out == build_usage(experiment)[1]
        assert "  -g, --gpu-count=VALUE        How many graphics processors to use.\n" in out
    assert not experiment.requests


@pytest.mark.parametrize("argv", ["p help train", "p train -h"])
def test_help_for_a_command_is_printed(capsys, argv):
    with pytest.raises(SystemExit):
        run_commandline(StandIn(), argv)
    assert capsys.readouterr().out.startswith("train(epochs, rate=0.1)\n    Train, and save the model.\n")


@pytest.mark.usefixtures("_called_train")
@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ("p --loglvel x", 'Error: unknown option "--loglvel"; did you mean "--loglevel"?'),
        ("p trian", 'Error: Command "trian" not found; did you mean "train"?'),
        ("p help trian", 'Error: Command "trian" not found; did you mean "train"?'),
        ("p --completion tcsh", 'Error: --completion is for bash, zsh, fish, not "tcsh"'),
        ("p --completion bsh", 'not "bsh"; did you mean "bash"'),
    ],
)
def test_usage_errors_show_the_usage_and_exit(capsys, argv, message):
    with pytest.raises(SystemExit) as caught:
        run_commandline(StandIn(), argv)
    assert caught.value.code == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Usage:\n  train.py [(with UPDATE...)] [options]\n")
    assert message in captured.err.split("\n\n")[1]


def test_a_value_that_is_nearly_a_literal_is_told(capsys):
    experiment = StandIn()
    run_commandline(experiment, ["p", "with", "lr=[1,", "b=2"])
    assert experiment.requests[0][0][1] == {"lr": "[1,", "b": 2}
    assert (
        capsys.readouterr().err == "Warning: the value in lr=[1, is no Python literal and is taken as text\n"
    )


def test_without_a_default_a_command_must_be_named(capsys):
    experiment = StandIn()
    experiment.default_command = None
    with pytest.raises(UsageError, match="Specify a command or define a main function"):
        check_command(experiment, None)
    with pytest.raises(SystemExit):
        run_commandline(experiment, "p")
    assert "Available commands: print_config, print_dependencies" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run_commandline(experiment, "p -h")
    assert "Commands:" in capsys.readouterr().out


def test_check_command_returns_the_function():
    experiment = StandIn()
    assert check_command(experiment, "data.stats") == experiment.stats
    assert check_command(experiment, None) == experiment.train
    with pytest.raises(CommandNotFoundError):
        check_command(experiment, "nope")


def test_usage_comes_in_three_forms():
    short, usage, internal = build_usage(StandIn(), "prog")
    assert short == "\n".join(usage.splitlines()[:5])
    assert usage.startswith(short + "\n\nTrain a network")
    assert internal == usage.replace("  prog ", "  dummy ")


def test_argv_of_the_wrong_kind_is_the_callers_error():
    with pytest.raises(ValueError, match="argv must be str or list"):
        run_commandline(StandIn(), 5)


# --- failures


def test_errors_of_the_experiment_end_with_code_1(capsys):
    with pytest.raises(SystemExit) as caught:
        run_commandline(StandIn(fail), "p")
    assert caught.value.code == 1
    err = capsys.readouterr().err
    assert err.count("Traceback (most recent calls WITHOUT Sacred internals):") == 2
    assert "The above exception was the direct cause of the following exception:" in err
    assert err.endswith("RuntimeError: training failed\n")
    assert "commandline/main.py" not in err


def test_debug_raises_the_error_itself():
    with pytest.raises(RuntimeError, match="training failed"):
        run_commandline(StandIn(fail), "p -d")


def test_errors_of_the_package_are_one_message(capsys):
    with pytest.raises(SystemExit):
        run_commandline(StandIn(miss), "p")
    err = capsys.readouterr().err
    assert err.startswith("Usage:\n")
    assert err.endswith("\n\nMissingConfigError: train is missing value(s): ['rate']\n")
    assert "Traceback" not in err


def test_interrupts_of_the_package_end_with_code_1(capsys):
    with pytest.raises(SystemExit) as caught:
        run_commandline(StandIn(stop), "p")
    assert caught.value.code == 1
    assert capsys.readouterr().err.endswith("sacred.errors.SacredInterrupt: enough\n")


def test_system_exit_and_keyboard_interrupt_pass():
    with pytest.raises(SystemExit) as caught:
        run_commandline(StandIn(leave), "p")
    assert caught.value.code == 3
    with pytest.raises(KeyboardInterrupt):
        run_commandline(StandIn(interrupt), "p")


@pytest.mark.parametrize(
    ("code", "message"),
    [(0, "SystemExit(0) was raised\n"), (None, "SystemExit() was raised\n"), ("text of the user's", "")],
)
def test_leaving_by_sys_exit_is_told(capsys, code, message):
    with pytest.raises(SystemExit):
        run_commandline(StandIn(lambda: sys.exit(code)), "p")
    assert capsys.readouterr().err == message


def test_as_a_program():
    done = start("with", "epochs=3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("RAN ('train', {'epochs': 3}, [])\n")
    assert start(outcome="leave").returncode == 3
    broken = start("-x")
    assert broken.returncode == 1
    assert broken.stderr.startswith(USAGE)


def test_debug_shows_all_frames():
    done = start("-d", outcome="fail")
    assert done.returncode == 1
    assert "commandline/main.py" in done.stderr
    assert "Traceback (most recent call last):" in done.stderr


def test_pdb_opens_where_the_error_was_raised():
    done = start("-D", outcome="fail", stdin="p 6 * 7\nq\n")
    assert done.returncode == 1
    assert "-> raise RuntimeError" in done.stdout
    assert "(Pdb) 42" in done.stdout
    assert "RuntimeError: training failed" in done.stderr
