"""The command ``sacred`` as a program, with runs that real experiments made."""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time

import pytest

SCRIPT = """
import sys
import time
from sacred import Experiment

ex = Experiment("tried")

@ex.config
def config():
    rate = 0.1
    pause = 0

@ex.automain
def main(rate, pause, _run):
    for step in range(5):
        _run.log_scalar("loss", rate * step, step)
        print(f"step {step}", flush=True)
        time.sleep(pause)
    if rate > 1:
        raise ValueError("too fast")
    return rate
"""
SACRED = [sys.executable, "-m", "sacred"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with three runs in its default store, one of which failed."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "tried.py").write_text(SCRIPT)
    for rate in (0.1, 0.2, 2):
        run_experiment(folder, f"rate={rate}")
    return folder


def make_environment(folder):
    unwanted = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "PYTEST_CURRENT_TEST")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    return environment | {"SACRED_STORE": str(folder / "runs"), "SACRED_CACHE": str(folder / "cache")}


def run_experiment(folder, *updates):
    subprocess.run(
        [sys.executable, "tried.py", "with", "seed=1", *updates],
        cwd=folder,
        env=make_environment(folder),
        capture_output=True,
        check=False,
    )


def sacred(folder, *words, **options):
    return subprocess.run(
        [*SACRED, *words],
        cwd=folder,
        env=make_environment(folder),
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_a_pipe_gets_everything_and_no_colours(home):
    done = sacred(home, "ls")
    assert (done.returncode, done.stderr) == (0, "")
    header, *rows = done.stdout.splitlines()
    assert header.split() == ["id", "status", "started", "took", "config.rate", "result", "metrics.loss.last"]
    assert [row.split()[:2] for row in rows] == [["3", "FAILED"], ["2", "COMPLETED"], ["1", "COMPLETED"]]
    assert "\x1b" not in done.stdout


def test_a_closed_pipe_is_silent(home):
    command = " ".join(SACRED)
    for words in ("metrics 1 loss", "logs 1", "ls", "show 1", "--help", "ls --json"):
        done = subprocess.run(
            ["/bin/sh", "-c", f"{{ {command} {words}; echo code $? >&2; }} | true"],
            cwd=home,
            env=make_environment(home),
            capture_output=True,
            text=True,
            check=False,
        )
        # 1 is what typer makes of it
        assert done.stderr in {"code 141\n", "code 0\n", "code 1\n" if words == "--help" else ""}, words


def test_a_stream_that_knows_few_characters(home):
    (home / "plain").mkdir(exist_ok=True)
    done = subprocess.run(
        [*SACRED, "show", "1"],
        cwd=home,
        env=make_environment(home) | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


class Terminal:
    """A program in a terminal."""

    def __init__(self, folder, *words, width=80, command=None, **environment):
        self.output = ""
        pid, self.descriptor = pty.fork()
        if pid == 0:
            os.chdir(folder)
            variables = (
                make_environment(folder)
                | {"TERM": "xterm", "COLUMNS": str(width), "LINES": "24"}
                | environment
            )
            program = [*SACRED, *words] if command is None else command
            os.execvpe(program[0], program, variables)  # noqa: S606
        self.pid = pid

    def wait_for(self, text, seconds=30):
        end = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < end, f"{text!r} is not in {self.output!r}"
            if not self._read(0.2):
                assert text in self.output, f"{text!r} is not in {self.output!r}"

    def _read(self, seconds):
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.output += data.decode("utf-8", "replace")
        return bool(data)

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def finish(self):
        while self._read(5):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(status)


def test_a_terminal_has_colours_and_short_headings(home):
    terminal = Terminal(home, "ls")
    terminal.wait_for("loss")
    assert terminal.finish() == 0
    assert "\x1b[32mCOMPLETED" in terminal.output
    assert "\x1b[31mFAILED" in terminal.output
    assert "config.rate" not in terminal.output
    terminal = Terminal(home, "ls", NO_COLOR="1")
    assert terminal.finish() == 0
    assert "\x1b" not in terminal.output


def test_watching(home):
    terminal = Terminal(home, "ls", "--watch")
    terminal.wait_for("Ctrl-C ends this")
    terminal.type("\x03")
    assert terminal.finish() == 130
    assert terminal.output.endswith("\x1b[?25h\x1b[?1049l") or "\x1b[?1049l" in terminal.output
    assert "Traceback" not in terminal.output


def test_watching_for_what_no_run_has(home):
    terminal = Terminal(home, "ls", "--watch", "config.rte > 1")
    terminal.wait_for("no run has config.rte; did you mean config.rate?")
    terminal.wait_for("Ctrl-C ends this")
    terminal.type("\x03")
    assert terminal.finish() == 130
    screen = terminal.output.rpartition("\x1b[H")[2]
    assert "did you mean config.rate?" in screen


def test_removing_asks(home, tmp_path):
    shutil.copytree(home / "runs", tmp_path / "runs")
    terminal = Terminal(tmp_path, "rm", "1")
    terminal.wait_for("[y/N]")
    terminal.type("y\n")
    terminal.wait_for("moved into the trash")
    assert terminal.finish() == 0
    assert sacred(tmp_path, "restore").stdout == "1\n"


def test_following_a_run(tmp_path):
    (tmp_path / "tried.py").write_text(SCRIPT)
    experiment = subprocess.Popen(
        [sys.executable, "tried.py", "with", "pause=0.4"],
        cwd=tmp_path,
        env=make_environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            if (tmp_path / "runs" / "1" / "run.json").exists():
                break
            time.sleep(0.1)
        done = sacred(tmp_path, "logs", "last", "--follow", timeout=60)
    finally:
        experiment.wait()
    assert [line for line in done.stdout.splitlines() if line.startswith("step")] == [
        f"step {step}" for step in range(5)
    ]
    assert done.stderr == "run 1: COMPLETED\n"
    assert done.returncode == 0


def test_ctrl_c_ends_following(tmp_path):
    (tmp_path / "tried.py").write_text(SCRIPT)
    environment = make_environment(tmp_path)
    started = subprocess.Popen(
        [sys.executable, "tried.py", "with", "pause=30"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not (tmp_path / "runs" / "1" / "run.json").exists():
            time.sleep(0.1)
        terminal = Terminal(tmp_path, "logs", "-f")
        terminal.wait_for("step 0")
        terminal.type("\x03")
        assert terminal.finish() == 130
        assert "Traceback" not in terminal.output
    finally:
        started.send_signal(signal.SIGKILL)
        started.wait()
    done = sacred(tmp_path, "recover")
    assert done.returncode == 0
    assert "DEAD" in done.stdout
    assert json.loads(sacred(tmp_path, "show", "--json").stdout)["status"] == "DEAD"


def test_a_config_repeats_a_run(home, tmp_path):
    pytest.importorskip("yaml")
    (tmp_path / "again.yaml").write_text(sacred(home, "config", "2").stdout)
    (tmp_path / "again.json").write_text(sacred(home, "config", "2", "--json").stdout)
    (tmp_path / "tried.py").write_text(SCRIPT)
    run_experiment(tmp_path, "again.yaml")
    run_experiment(tmp_path, "again.json")
    configs = [json.loads(sacred(tmp_path, "show", run, "--json").stdout)["config"] for run in "12"]
    assert configs == [json.loads(sacred(home, "show", "2", "--json").stdout)["config"]] * 2


@pytest.mark.parametrize(
    ("shell", "command"),
    [
        ("bash", ["bash", "--norc", "--noprofile", "-i"]),
        ("zsh", ["zsh", "-f", "-i"]),
        ("fish", ["fish", "--no-config", "-i"]),
    ],
)
def test_tab(home, tmp_path, shell, command):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    program = tmp_path / "sacred"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m sacred "$@"\n')
    program.chmod(0o755)
    script = tmp_path / "completion"
    environment = make_environment(home)
    code = (
        "import sys; sys.argv = sys.argv[1:]; from sacred.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, str(program), "--completion", shell],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    script.write_text(made.stdout)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    terminal = Terminal(home, command=command, PATH=path, HOME=str(tmp_path))
    time.sleep(0.5)
    terminal.type(f"source {script}\n")
    time.sleep(0.5)
    terminal.type("sacred metr\t")
    terminal.wait_for("sacred metrics")
    terminal.type("1 lo\t")
    terminal.wait_for("loss")
    terminal.type("\nexit\n")
    terminal.finish()
    assert "step" in terminal.output
