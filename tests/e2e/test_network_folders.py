"""Runs whose folder is on a network: a FUSE file system whose server stops, fails and dies, or the switch."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

import fuse_server
from recording import write_program
from sacred.folder.front import find_front
from sacred.folder.journal import Journal, Point
from sacred.folder.reader import read_config, read_metrics, read_output, read_run

LEFT_OVER = {"spool.json", "run.lock", "cout.raw", "cout.merge", "stdout.raw", "stderr.raw"}
MOST_SECONDS = 60
PROGRAM = """
import os, signal, sys, time
from sacred import Experiment
from sacred.folder import mirror
from sacred.observers import FileStorageObserver
from sacred.utils import apply_backspaces_and_linefeeds

mirror.PATIENCE_SECONDS = float(os.environ.get("PATIENCE", "10"))
ex = Experiment("remote", save_git_info=False)
ex.observers.append(FileStorageObserver(os.environ["RUNS"]))
FILTERS = {"builtin": apply_backspaces_and_linefeeds, "custom": str.upper}
ex.captured_out_filter = FILTERS.get(os.environ.get("FILTER"))

def tell(name):
    open(name, "w").close()

def await_(name):
    while not os.path.exists(name):
        time.sleep(0.01)

def log(_run, name="loss"):
    for number in range(100):
        _run.log_scalar(name, number / 3)
        _run.log_scalar("odd", ["text", 2**80, True][number % 3], number / 4)
        print("line", number, end="\\r\\n")
    sys.stdout.flush()

@ex.config
def config():
    rate = 0.5

@ex.main
def main(_run):
    act(_run)
    return 42

def act(_run):
ACT

ex.run(options={"--beat-interval": 0.1, "--capture": os.environ.get("MODE", "fd")})
run = ex.current_run
print("result", run.result, "output", len(run.captured_out))
"""


@pytest.fixture
def mounted(tmp_path):
    """A FUSE file system with its server; it is taken away at the end, whatever state it is in."""
    if not _can_mount(tmp_path):
        pytest.skip("FUSE file systems can't be mounted here")
    mount = Mount(tmp_path)
    mount.start()
    yield mount
    mount.end()


def _can_mount(folder):
    point = folder / "trial"
    point.mkdir()
    try:
        descriptor = os.open("/dev/fuse", os.O_RDWR)
        fuse_server.mount(point, descriptor)
    except (OSError, AttributeError):
        return False
    os.close(descriptor)
    fuse_server.unmount(point)
    return True


class Mount:
    def __init__(self, folder):
        self.back, self.point, self.control = folder / "back", folder / "mount", folder / "control"
        self.back.mkdir()
        self.point.mkdir()
        self.server = None

    def start(self):
        paths = (self.back, self.point, self.control)
        command = [sys.executable, fuse_server.__file__, *map(str, paths)]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.server.stdout.readline() == "mounted\n"

    def stop(self):
        self.server.send_signal(signal.SIGUSR1)
        stat = Path("/proc", str(self.server.pid), "stat")
        await_truth(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")

    def go_on(self):
        self.server.send_signal(signal.SIGCONT)

    def kill(self):
        self.server.kill()
        self.server.wait()
        self.server.stdout.close()
        fuse_server.unmount(self.point)

    def fail(self, number):
        half = self.control.with_suffix(".half")
        half.write_text(str(number))
        half.rename(self.control)  # whole at once

    def heal(self):
        self.control.unlink()

    def end(self):
        self.kill()


@pytest.fixture(params=["switch", "fuse"])
def runs(request, tmp_path, monkeypatch):
    """The folder of runs, on a network in one way or the other."""
    if request.param == "switch":
        monkeypatch.setenv("SACRED_NETWORK_FOLDERS", str(tmp_path / "runs"))
        return tmp_path / "runs"
    return request.getfixturevalue("mounted").point / "runs"


@contextmanager
def running(folder, runs, act, **variables):
    """A program under way in a folder."""
    path = write_program(folder, PROGRAM.replace("ACT", textwrap.indent(act, "    ")))
    process = subprocess.Popen(
        [sys.executable, str(path)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "RUNS": str(runs), "SACRED_CACHE": str(folder / "cache"), **variables},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def finish(process):
    out, err = process.communicate(timeout=MOST_SECONDS)
    return out, err


def await_file(path):
    end = time.monotonic() + MOST_SECONDS
    while not os.path.exists(path):
        assert time.monotonic() < end, f"{path} does not come"
        time.sleep(0.01)


def await_truth(tell):
    end = time.monotonic() + MOST_SECONDS
    while not tell():
        assert time.monotonic() < end
        time.sleep(0.05)


def count_points(folder, name="loss"):
    return sum(len(one["values"]) for one in read_metrics(str(folder)) if one["name"] == name)


def find_spooled(folder):
    spool = folder / "cache" / "spool"
    return sorted(spool.iterdir()) if spool.exists() else []


def recover(folder, *runs):
    command = [sys.executable, "-m", "sacred", "recover", *map(str, runs)]
    environment = {**os.environ, "SACRED_CACHE": str(folder / "cache")}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False, env=environment
    )


LOG = "log(_run)"
FORK = """\
log(_run)
child = os.fork()
if not child:
    log(_run, "of a child")
    os._exit(0)
os.waitpid(child, 0)
open("model", "w").write("x" * 100)
_run.add_artifact("model")
_run.info["seen"] = 3"""


@pytest.mark.parametrize("mode", ["fd", "sys", "no"])
@pytest.mark.parametrize("filtered", ["", "builtin", "custom"])
def test_a_run_is_complete_in_its_folder_when_it_has_ended(tmp_path, runs, mode, filtered):
    with running(tmp_path, runs, FORK, MODE=mode, FILTER=filtered) as process:
        out, err = finish(process)
    assert process.returncode == 0, err
    run = runs / "1"
    names = set(os.listdir(run))
    assert not names & LEFT_OVER
    assert names >= {
        "run.json",
        "config.json",
        "info.json",
        "metrics.json",
        "metrics.journal",
        "cout.txt",
        "model",
    }
    assert not find_spooled(tmp_path)
    entry = json.loads((run / "run.json").read_text())
    assert (entry["status"], entry["result"], "missing" in entry) == ("COMPLETED", 42, False)
    assert count_points(run) == count_points(run, "of a child") == 100
    assert count_points(run, "odd") == 200
    assert len(json.loads((run / "metrics.json").read_text())["of a child"]["values"]) == 100
    assert read_config(str(run))["rate"] == 0.5
    output = read_output(str(run))
    assert output.upper().count("LINE 99") == (0 if mode == "no" else 2)
    assert f"output {len(output)}" in out.replace("\r", "")


def test_it_counts_as_one_on_a_network_by_its_file_system_alone(tmp_path, mounted):
    with running(tmp_path, mounted.point / "runs", "tell('ready'); await_('go')") as process:
        await_file(tmp_path / "ready")
        front = find_front(str(mounted.point / "runs" / "1"))
        assert [front] == [str(one) for one in find_spooled(tmp_path)]
        (tmp_path / "go").touch()
        finish(process)
    local = tmp_path / "local"
    with running(tmp_path, local, "tell('here'); await_('go')") as process:
        await_file(tmp_path / "here")
        assert not (local / "1" / "spool.json").exists()
        finish(process)


def test_it_is_mirrored_each_second_and_ahead_on_its_own_machine(tmp_path, runs):
    act = "log(_run); tell('ready'); await_('go'); log(_run, 'second'); tell('again'); await_('end')"
    with running(tmp_path, runs, act) as process:
        await_file(tmp_path / "ready")
        run = runs / "1"
        assert count_points(run) == 100
        assert "line 99" in read_output(str(run))
        assert read_run(str(run))["status"] == "RUNNING"
        elsewhere = tmp_path / "elsewhere"

        def is_there(name):
            shutil.rmtree(elsewhere, ignore_errors=True)
            shutil.copytree(run, elsewhere, ignore=shutil.ignore_patterns("spool.json", "*.tmp"))
            is_whole = count_points(elsewhere, name) == 100 and count_points(elsewhere, "odd") >= 100
            return is_whole and read_output(str(elsewhere)).count("line 99")

        await_truth(lambda: is_there("loss"))
        (tmp_path / "go").touch()
        await_truth(lambda: is_there("second") and read_output(str(elsewhere)).count("line 99") == 2)
        assert read_run(str(elsewhere))["status"] == "RUNNING"
        (tmp_path / "end").touch()
        finish(process)
    assert read_run(str(run))["status"] == "COMPLETED"


def test_a_server_that_hangs_holds_up_neither_the_experiment_nor_its_end(tmp_path, mounted):
    run = mounted.point / "runs" / "1"
    act = "log(_run); tell('ready'); await_('go'); log(_run, 'second'); time.sleep(0.5)"
    with running(tmp_path, mounted.point / "runs", act, PATIENCE="2") as process:
        await_file(tmp_path / "ready")
        mounted.stop()
        (tmp_path / "go").touch()
        out, err = finish(process)
        assert process.returncode == 0
    assert "result 42" in out
    (front,) = find_spooled(tmp_path)
    assert err.count("does not answer") >= 1
    assert f"python -m sacred recover {run}" in err
    assert str(front) in err
    assert read_run(str(front))["status"] == "COMPLETED"
    mounted.go_on()
    assert count_points(run, "second") == 100
    assert recover(tmp_path, run).stdout.startswith(f"{run}: COMPLETED, 400 points")
    assert not find_spooled(tmp_path)
    assert not set(os.listdir(run)) & LEFT_OVER
    assert (read_run(str(run))["status"], count_points(run, "second")) == ("COMPLETED", 100)
    assert read_output(str(run)).count("line 99") == 2


def test_a_run_does_not_start_on_a_server_that_hangs_and_ctrl_c_ends_it(tmp_path, mounted):
    mounted.stop()
    with running(tmp_path, mounted.point / "runs", LOG) as process:
        assert "does not answer" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, _ = finish(process)
    assert process.returncode != 0
    assert "result" not in out
    mounted.go_on()
    assert not (mounted.point / "runs").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EROFS])
def test_errors_of_the_server_are_told_once_and_made_good_later(tmp_path, mounted, number):
    run = mounted.point / "runs" / "1"
    act = "tell('ready'); await_('go'); log(_run); tell('logged'); await_('end'); log(_run, 'second')"
    with running(tmp_path, mounted.point / "runs", act) as process:
        await_file(tmp_path / "ready")
        mounted.fail(number)
        (tmp_path / "go").touch()
        while "can't be written" not in (warning := process.stderr.readline()):
            assert warning
        assert os.strerror(number) in warning
        await_file(tmp_path / "logged")
        assert count_points(run) == 100
        mounted.heal()
        await_truth((mounted.back / "runs" / "1" / "metrics.journal").exists)
        (tmp_path / "end").touch()
        _, err = finish(process)
    assert "can't be written" not in err
    entry = read_run(str(run))
    assert (entry["status"], count_points(run), count_points(run, "second")) == ("COMPLETED", 100, 100)
    (note,) = entry["missing"]
    assert (note["kind"], note["name"]) == ("mirror", str(run))
    assert os.strerror(number) in note["reason"]
    # the run may end before the first round in which everything could be brought over is complete
    assert "brought over later" in note["reason"] or note["reason"].startswith("since ")
    assert not find_spooled(tmp_path)


def test_a_server_that_was_gone_and_is_back_gets_everything(tmp_path, mounted):
    run = mounted.point / "runs" / "1"
    act = "log(_run); tell('ready'); await_('go'); log(_run, 'second'); tell('logged'); await_('end')"
    with running(tmp_path, mounted.point / "runs", act) as process:
        await_file(tmp_path / "ready")
        mounted.kill()
        (tmp_path / "go").touch()
        while "can't be written" not in (warning := process.stderr.readline()):
            assert warning
        await_file(tmp_path / "logged")
        mounted.start()
        (tmp_path / "end").touch()
        finish(process)
    assert (read_run(str(run))["status"], count_points(run, "second")) == ("COMPLETED", 100)
    assert not find_spooled(tmp_path)


@pytest.mark.parametrize("stream", ["fd", "sys"])
def test_nothing_is_lost_by_kill_9(tmp_path, runs, stream):
    run = runs / "1"
    with running(tmp_path, runs, "log(_run); os.kill(os.getpid(), 9)", MODE=stream) as process:
        finish(process)
    (front,) = find_spooled(tmp_path)
    assert (read_run(str(run))["status"], count_points(run)) == ("DEAD", 100)
    assert "line 99" in read_output(str(run))
    hidden = front.with_name("hidden")
    front.rename(hidden)  # as it looks on another machine: what was mirrored
    assert read_run(str(run))["status"] == "RUNNING"  # its heartbeat is not old
    assert "left alone" in recover(tmp_path, run).stdout
    hidden.rename(front)
    assert "DEAD since" in recover(tmp_path, run).stdout
    assert not find_spooled(tmp_path)
    assert not set(os.listdir(run)) & LEFT_OVER
    assert json.loads((run / "run.json").read_text())["status"] == "DEAD"
    assert len(json.loads((run / "metrics.json").read_text())["loss"]["values"]) == 100
    assert "line 99" in (run / "cout.txt").read_text()
    assert recover(tmp_path, run).stdout == f"{run}: {_format_dead(run)}, nothing to do\n"


def _format_dead(run):
    moment = json.loads((run / "run.json").read_text())["stop_time"]
    return f"DEAD since {moment[:16].replace('T', ' ')} UTC"


def test_a_folder_that_somebody_deletes_leaves_the_record_in_the_spool(tmp_path, runs):
    act = "log(_run); tell('ready'); await_('go'); log(_run, 'second')"
    with running(tmp_path, runs, act, PATIENCE="0.5") as process:
        await_file(tmp_path / "ready")
        while (runs / "1").exists():  # the mirror may write a file meanwhile
            shutil.rmtree(runs / "1", ignore_errors=True)
        (tmp_path / "go").touch()
        out, err = finish(process)
    assert process.returncode == 0
    assert "result 42" in out
    (front,) = find_spooled(tmp_path)
    assert str(front) in err
    assert (read_run(str(front))["status"], count_points(front, "second")) == ("COMPLETED", 100)


def test_points_that_another_machine_writes_into_the_folder_stay(tmp_path, runs):
    act = FORK.replace("log(_run)\n", "log(_run); tell('ready'); await_('go')\n", 1)
    with running(tmp_path, runs, act) as process:
        await_file(tmp_path / "ready")
        run = runs / "1"
        other = Journal(str(run), is_child=True)
        number = other.add_name("elsewhere")
        for step in range(3):
            other.append(Point("elsewhere", step, time.time(), 0.5), number)
        other.close()
        assert os.path.basename(other.stem) == "metrics.1"
        (tmp_path / "go").touch()
        finish(process)
    assert [count_points(run, name) for name in ("loss", "of a child", "elsewhere")] == [100, 100, 3]
    assert len(json.loads((run / "metrics.json").read_text())["elsewhere"]["values"]) == 3


def test_a_run_within_a_run_has_its_own_part_of_the_output(tmp_path, runs):
    act = """\
print("outer before")
inner = Experiment("inner", save_git_info=False)
inner.observers.append(FileStorageObserver(os.environ["RUNS"]))
inner.main(lambda: print("within"))
inner.run()
print("outer after")"""
    with running(tmp_path, runs, act) as process:
        finish(process)
    assert "within" in read_output(str(runs / "2"))
    assert "outer" not in read_output(str(runs / "2"))
    assert all(word in read_output(str(runs / "1")) for word in ("outer before", "within", "outer after"))
    assert not find_spooled(tmp_path)


def test_a_note_that_somebody_made_up_shows_no_other_files(tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "run.json").write_text('{"status": "COMPLETED"}')
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.json").write_text('{"status": "FAILED"}')
    for token in ("", "0" * 32, None):
        (run / "spool.json").write_text(json.dumps({"path": str(secret), "token": token}))
        assert find_front(str(run)) is None
        assert read_run(str(run))["status"] == "FAILED"
