"""Tests that users write for their experiments: a run inside a test leaves nothing behind."""

import os
import subprocess
import sys
import textwrap

import pytest

EXPERIMENT = """\
import subprocess
import sys

from sacred import Experiment

ex = Experiment("tested", save_git_info=False)


@ex.config
def configuration():
    size = 3
    fails = False


@ex.main
def main(size, fails, _log, _run):
    print("printed", size)
    print("to stderr", file=sys.stderr)
    subprocess.run(["echo", "from a child"], check=True)
    _log.warning("a warning of %s", size)
    _run.log_scalar("size", size)
    with open("artifact.txt", "w") as file:
        file.write("made")
    _run.add_artifact("artifact.txt")
    if fails:
        raise ValueError("it fails")
    return size * 2
"""

# what a process has that a run might leave changed
STATE = """\
import gc
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import warnings
import faulthandler
from contextvars import copy_context


def look():
    root = logging.getLogger()
    return {
        "logging": (root.level, [type(one).__name__ for one in root.handlers], root.disabled, root.filters),
        "folder": os.getcwd(),
        "environment": {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        "streams": (sys.stdout, sys.stderr, sys.stdin, sys.__stdout__, sys.__stderr__),
        "descriptors": {name: describe(name) for name in os.listdir("/proc/self/fd")},
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "warnings": (list(warnings.filters), warnings.showwarning),
        "functions": (os._exit, os.get_terminal_size, input, sys.breakpointhook, sys.excepthook, print),
        "hooks": (sys.unraisablehook, threading.excepthook, sys.displayhook, sys.gettrace()),
        "finders": list(sys.meta_path),
        "path": list(sys.path),
        "argv": list(sys.argv),
        "crashes": faulthandler.is_enabled(),
        "recursion": sys.getrecursionlimit(),
        "context": {variable.name: value for variable, value in copy_context().items() if is_ours(variable)},
        "temporary": sorted(name for name in os.listdir(tempfile.gettempdir()) if "sacred" in name),
    }


def is_ours(variable):
    return variable.name.startswith("sacred")


def describe(name):
    try:
        return os.readlink("/proc/self/fd/" + name)
    except OSError:  # that of the listing itself
        return None


def compare(before, after):
    gc.collect()
    changed = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    for old, new in changed.values():
        print("WAS", old)
        print("IS ", new)
    assert not changed, sorted(changed)
"""

CONFTEST = """\
import logging
import os

import pytest

import state
from experiment import ex
from sacred.observers import FileStorageObserver


@pytest.fixture(scope="session", autouse=True)
def warmed_up(tmp_path_factory):
    # what is loaded and made once in a process: modules, pytest's own things
    os.chdir(tmp_path_factory.mktemp("first"))
    ex.observers.append(FileStorageObserver("runs"))
    ex.run()
    ex.observers.clear()


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path, monkeypatch, warmed_up):
    monkeypatch.chdir(tmp_path)
    before = state.look()
    yield
    state.compare(before, state.look())
    assert set(os.listdir(tmp_path)) <= {"artifact.txt", "runs", ".sacred"}


@pytest.fixture
def recorded():
    ex.observers.append(FileStorageObserver("runs"))
    yield ex
    ex.observers.clear()
"""

SUITE = """\
import json
import logging
import os
import sys
import threading
from pathlib import Path

import pytest

from experiment import ex


def test_the_result(recorded):
    run = recorded.run(config_updates={"size": 5})
    assert (run.result, run.status, run.config["size"]) == (10, "COMPLETED", 5)
    assert json.loads(Path(f"runs/{run._id}/metrics.json").read_text())["size"]["values"] == [5]


def test_without_an_observer():
    assert ex.run(options={"--unobserved": True}).result == 6
    assert not os.path.exists(".sacred")


def test_in_the_default_store():
    assert ex.run().result == 6


@pytest.mark.parametrize("size", range(5))
def test_many_runs(recorded, size):
    assert recorded.run(config_updates={"size": size}).result == 2 * size


def test_a_failing_run(recorded):
    with pytest.raises(ValueError, match="it fails"):
        recorded.run(config_updates={"fails": True})
    assert recorded.current_run.status == "FAILED"


def test_a_run_that_can_not_start(recorded):
    with pytest.raises(Exception, match="absent"):
        recorded.run(config_updates={"absent": 1})


def test_leaving(recorded):
    @recorded.command
    def leave():
        sys.exit(3)

    with pytest.raises(SystemExit):
        recorded.run("leave")


def test_the_command_line(recorded, capsys):
    assert recorded.run_commandline("experiment.py print_config with size=9").status == "COMPLETED"
    assert "size = 9" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        recorded.run_commandline("experiment.py with fails=True")
    assert "ValueError: it fails" in capsys.readouterr().err


def test_what_python_prints(recorded, capsys):
    run = recorded.run()
    print("after")
    shown = capsys.readouterr()
    assert shown.out == "printed 3\\nafter\\n"
    assert "to stderr" in shown.err
    assert "printed 3\\n" in run.captured_out


def test_what_anybody_prints(recorded, capfd):
    recorded.run()
    os.system("echo after")
    assert sorted(capfd.readouterr().out.split("\\n")) == ["", "after", "from a child", "printed 3"]


def test_what_is_logged(recorded, caplog):
    with caplog.at_level(logging.INFO):
        recorded.run()
        logging.getLogger("mine").info("after")
    assert ("main", logging.WARNING, "a warning of 3") in caplog.record_tuples
    assert ("mine", logging.INFO, "after") in caplog.record_tuples


def test_in_threads(recorded):
    results = []

    def run(size):
        results.append(ex.run(config_updates={"size": size}).result)

    threads = [threading.Thread(target=run, args=[size]) for size in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 2, 4]


@pytest.mark.timeout(60, method="thread")
def test_with_a_time_limit(recorded):
    assert recorded.run().result == 6


"""


@pytest.fixture
def project(tmp_path):
    """A project with tests for its experiment."""
    folder = tmp_path / "project"
    folder.mkdir()
    files = {"experiment": EXPERIMENT, "state": STATE, "conftest": CONFTEST, "test_experiment": SUITE}
    for name, text in files.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    return folder


def run_pytest(folder, *options):
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "SACRED_STORE"))
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", "-q", *options]
    temporary = folder.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    environment = {**own, "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=110, check=False
    )


OPTIONS = {
    "usual": [],
    "descriptors not captured": ["--capture=sys"],
    "nothing captured": ["-s", "-k", "not prints"],
    "shown at once": ["--capture=tee-sys"],
    "no logging": ["-p", "no:logging", "-k", "not logged"],
    "no faulthandler": ["-p", "no:faulthandler"],
    "in workers": ["-n", "2"],
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_nothing_is_left_behind(project, options):
    files = sorted(os.listdir(project))
    done = run_pytest(project, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(os.listdir(project)) == files


LEAVING = {
    "os.environ['LEFT'] = '1'": "environment",
    "logging.getLogger().setLevel(5)": "logging",
    "logging.getLogger().addHandler(logging.NullHandler())": "logging",
    "os.dup(1)": "descriptors",
    "sys.meta_path.append(sys.meta_path[0])": "finders",
}


@pytest.mark.parametrize("line", LEAVING)
def test_the_suite_would_tell(project, line):
    (project / "test_experiment.py").write_text(f"import logging, os, sys\n\ndef test():\n    {line}\n")
    assert f"AssertionError: ['{LEAVING[line]}']" in run_pytest(project).stdout


def test_a_failing_test_shows_the_users_code(project):
    (project / "test_experiment.py").write_text(
        "from experiment import ex\n\n\ndef test():\n    ex.run(config_updates={'fails': True})\n"
    )
    done = run_pytest(project, "--tb=short", "--show-capture=no")
    assert done.returncode == 1
    assert "experiment.py" in done.stdout
    assert "ValueError: it fails" in done.stdout
    assert "sacred" not in done.stdout.replace(str(project), "")


def test_random_numbers_are_seeded_by_the_run(project):
    """As in 0.8: the global generators are what the seed of the run makes them."""
    (project / "test_experiment.py").write_text(
        "import random\nimport numpy\nfrom experiment import ex\n\n\ndef draw():\n"
        "    ex.run(config_updates={'seed': 3})\n    return random.random(), numpy.random.rand()\n\n\n"
        "def test():\n    assert draw() == draw()\n"
    )
    done = run_pytest(project)
    assert done.returncode == 0, done.stdout
