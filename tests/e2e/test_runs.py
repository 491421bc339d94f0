"""Whole programs: exit codes, signals, output of every kind, records in folders."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from recording import run_program, write_program

HEAD = """
import os, sys, time
from sacred import Experiment
from sacred.observers import FileStorageObserver
ex = Experiment("e2e", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
"""


def read_record(folder, run_id="1", name="run.json"):
    text = (folder / "runs" / run_id / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else text


def program(body):
    return HEAD + body


def test_a_first_experiment(tmp_path):
    done = run_program(
        tmp_path,
        program(
            """
@ex.config
def config():
    rate = 0.1  # the learning rate
    double = 2 * rate

@ex.automain
def main(rate, double, _run):
    _run.log_scalar("loss", rate)
    print("training")
    return double
"""
        ),
        "with",
        "rate=0.5",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "training\n"
    assert done.stderr.splitlines() == [
        "INFO - e2e - Running command 'main'",
        'INFO - e2e - Started run with ID "1"',
        "INFO - e2e - Result: 1.0",
        "INFO - e2e - Completed after 0:00:00",
    ]
    run = read_record(tmp_path)
    assert (run["status"], run["result"], run["command"]) == ("COMPLETED", 1.0, "main")
    assert run["meta"]["config_updates"] == {"rate": 0.5}
    assert run["meta"]["options"]["with"] is True
    assert run["experiment"]["mainfile"] == "program.py"
    assert [name for name, _ in run["experiment"]["sources"]] == ["program.py"]
    config = read_record(tmp_path, name="config.json")
    assert (config["rate"], config["double"]) == (0.5, 1.0)
    assert read_record(tmp_path, name="metrics.json")["loss"]["values"] == [0.5]
    text = read_record(tmp_path, name="cout.txt")
    assert "training\n" in text
    assert "INFO - e2e - Started run" in text


@pytest.mark.parametrize(
    ("statement", "code", "status", "stderr"),
    [
        ("sys.exit(3)", 3, "FAILED", None),
        ("sys.exit()", 0, "FAILED", None),
        ("sys.exit('went wrong')", 1, "FAILED", "went wrong"),
        ("raise ValueError('mine')", 1, "FAILED", "ValueError: mine"),
        ("raise SacredInterrupt()", 1, "INTERRUPTED", None),
        ("raise TimeoutInterrupt('too long')", 1, "TIMED_OUT", "too long"),
        ("raise Own()", 1, "OWN", None),
        ("raise KeyboardInterrupt", 130, "INTERRUPTED", "KeyboardInterrupt"),
    ],
)
def test_exit_codes_and_statuses(tmp_path, statement, code, status, stderr):
    done = run_program(
        tmp_path,
        program(
            f"""
from sacred.utils import SacredInterrupt, TimeoutInterrupt
class Own(SacredInterrupt):
    STATUS = "OWN"

@ex.automain
def main():
    print("before the end")
    {statement}
"""
        ),
    )
    returned = -signal.SIGINT if code == 130 else code
    assert done.returncode in (code, returned)
    run = read_record(tmp_path)
    assert run["status"] == status
    assert run["stop_time"]
    assert ("fail_trace" in run) == (status == "FAILED")
    assert "before the end\n" in read_record(tmp_path, name="cout.txt")  # 0.8 loses it
    if stderr:
        assert stderr in done.stderr


def test_the_traceback_of_a_user_s_error_shows_their_code_only(tmp_path):
    body = program(
        """
@ex.capture
def helper(a):
    return 1 / a

@ex.config
def config():
    a = 0

@ex.automain
def main():
    return helper()
"""
    )
    done = run_program(tmp_path, body)
    assert done.returncode == 1
    assert "site-packages/sacred" not in done.stderr
    assert "src/sacred" not in done.stderr
    assert "return 1 / a" in done.stderr
    assert "return helper()" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert any("return 1 / a" in line for line in read_record(tmp_path)["fail_trace"])
    done = run_program(tmp_path, body, "-d")
    assert done.returncode == 1
    assert "lifecycle.py" in done.stderr


def wait_for(path, timeout=20):
    deadline = time.monotonic() + timeout
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.01)


def start_program(folder, text, *arguments):
    path = write_program(folder, text)
    return subprocess.Popen(
        [sys.executable, str(path), *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ctrl_c(tmp_path):
    child = start_program(
        tmp_path,
        program(
            """
@ex.automain
def main(_run):
    print("under way", flush=True)
    _run.result = 0.25
    open("ready", "w").close()
    time.sleep(60)
"""
        ),
    )
    wait_for(tmp_path / "ready")
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert child.returncode in (130, -signal.SIGINT)
    assert "WARNING - e2e - Aborted after 0:00:00!" in err
    run = read_record(tmp_path)
    assert (run["status"], run["result"]) == ("INTERRUPTED", 0.25)
    assert "under way\n" in read_record(tmp_path, name="cout.txt")


def test_a_second_ctrl_c_while_an_observer_is_slow_still_leaves_an_end(tmp_path):
    child = start_program(
        tmp_path,
        program(
            """
from sacred.observers import RunObserver
class Slow(RunObserver):
    priority = 50
    def heartbeat_event(self, **facts):
        open("beating", "w").close()
        time.sleep(30)
ex.observers.append(Slow())

@ex.automain
def main(_run):
    open("ready", "w").close()
    time.sleep(60)
"""
        ),
    )
    wait_for(tmp_path / "ready")
    child.send_signal(signal.SIGINT)
    wait_for(tmp_path / "beating")
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=20)
    assert read_record(tmp_path)["status"] == "INTERRUPTED"


def test_output_of_every_kind_is_captured_and_still_shown(tmp_path):
    done = run_program(
        tmp_path,
        program(
            """
import subprocess

@ex.automain
def main(_log):
    print("python")
    os.write(1, b"descriptor\\n")
    subprocess.run(["sh", "-c", "echo shell; echo error >&2"])
    os.system("echo system")
    _log.info("logged")
    sys.stderr.write("stderr\\n")
    sys.stdout.write("no line end")
"""
        ),
    )
    assert done.returncode == 0, done.stderr
    text = read_record(tmp_path, name="cout.txt")
    for word in ("python", "descriptor", "shell", "error", "system", "logged", "stderr", "no line end"):
        assert word in text
    for word in ("python", "descriptor", "shell", "system", "no line end"):
        assert word in done.stdout
    for word in ("error", "logged", "stderr"):
        assert word in done.stderr


@pytest.mark.parametrize(
    ("mode", "kept", "lost"),
    [
        ("sys", ["python"], ["descriptor"]),
        ("no", [], ["python", "descriptor"]),
        ("fd", ["python", "descriptor"], []),
    ],
)
@pytest.mark.parametrize("way", ["option", "setting"])
def test_capture_modes(tmp_path, mode, kept, lost, way):
    setting = f"import sacred\nsacred.SETTINGS['CAPTURE_MODE'] = {mode!r}\n" if way == "setting" else ""
    done = run_program(
        tmp_path,
        setting
        + program(
            """
@ex.automain
def main():
    print("python")
    os.write(1, b"descriptor\\n")
"""
        ),
        *(["-C", mode] if way == "option" else []),
    )
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == ["descriptor", "python"]
    text = read_record(tmp_path, name="cout.txt")
    assert [word in text for word in kept] == [True] * len(kept)
    assert [word in text for word in lost] == [False] * len(lost)


def test_a_progress_bar_is_filtered(tmp_path):
    done = run_program(
        tmp_path,
        program(
            """
from sacred.utils import apply_backspaces_and_linefeeds
ex.captured_out_filter = apply_backspaces_and_linefeeds

@ex.automain
def main():
    for i in range(5):
        sys.stdout.write(f"\\rstep {i}")
        sys.stdout.flush()
        time.sleep(0.05)
    print()
"""
        ),
        "-b",
        "0.05",
    )
    assert done.returncode == 0, done.stderr
    text = read_record(tmp_path, name="cout.txt")
    assert "step 4" in text
    assert "step 3" not in text
    assert done.stdout.count("step") == 5


def test_an_imported_program_does_not_run(tmp_path):
    write_program(
        tmp_path,
        program(
            """
@ex.automain
def main():
    print("must not run by import")
    return 1
"""
        ),
        "lib.py",
    )
    done = run_program(tmp_path, "import lib\nprint(lib.main)\nprint(lib.ex.run().result)\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "<captured function main>\nmust not run by import\n1\n"
    assert read_record(tmp_path)["experiment"]["mainfile"] == "lib.py"


def test_automain_by_module_name(tmp_path):
    write_program(tmp_path, program("@ex.automain\ndef main():\n    return 5\n"), "lib.py")
    done = subprocess.run(
        [sys.executable, "-m", "lib"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert read_record(tmp_path)["result"] == 5


def test_queued_and_unobserved_from_the_command_line(tmp_path):
    body = program("@ex.automain\ndef main():\n    open('ran', 'w').close()\n")
    done = run_program(tmp_path, body, "--queue", "-P", "3", "-c", "for later")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()
    run = read_record(tmp_path)
    assert run["status"] == "QUEUED"
    assert (run["meta"]["priority"], run["meta"]["comment"]) == (3.0, "for later")
    assert 'Queued-up run with ID "1"' in done.stderr
    done = run_program(tmp_path, body, "-u")
    assert (tmp_path / "ran").exists()
    assert sorted(os.listdir(tmp_path / "runs")) == ["1"]


def test_many_programs_at_once_have_different_ids(tmp_path):
    path = write_program(tmp_path, program("@ex.automain\ndef main(_run):\n    print(_run._id)\n"))
    children = [
        subprocess.Popen(
            [sys.executable, str(path)], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for _ in range(8)
    ]
    ids = sorted(int(child.communicate(timeout=60)[0]) for child in children)
    assert ids == list(range(1, 9))
    assert {read_record(tmp_path, str(one))["status"] for one in ids} == {"COMPLETED"}


def test_a_script_made_for_0_8(tmp_path):
    """The old spellings that most of the mirrored projects use, in one script."""
    done = run_program(
        tmp_path,
        '''
import sacred
from sacred import Experiment, Ingredient, SETTINGS
from sacred.observers import FileStorageObserver
from sacred.utils import apply_backspaces_and_linefeeds
from sacred.commands import print_config
SETTINGS["CAPTURE_MODE"] = "sys"
SETTINGS.CONFIG.READ_ONLY_CONFIG = False

data = Ingredient("data")

@data.config
def data_config():
    path = "here"  # where it is

@data.capture
def load(path, n=2):
    return [path] * n

ex = Experiment("old", ingredients=[data])
ex.captured_out_filter = apply_backspaces_and_linefeeds
ex.observers.append(FileStorageObserver.create("runs"))

@ex.config
def cfg(data):
    """Configuration."""
    where = data["path"].upper()
    names = dict(a=1)
    _ = locals(); del _

@ex.named_config
def other():
    names = dict(b=2)

@ex.main
def main(_config, _run, _seed, _rnd, _log, where, names):
    print_config(_run)
    _config["changed"] = True
    _run.info["loaded"] = load(n=3)
    ex.log_scalar("x", 1.5, 10)
    _run.log_scalar("x", 2.5)
    assert sacred.utils.join_paths("a", "b") == "a.b"
    assert _run.observers[0].dir
    return where

if __name__ == "__main__":
    run = ex.run_commandline(["x"] + ["with", "other", "data.path=there"])
    assert run.result == "THERE" and run.status == "COMPLETED"
''',
    )
    assert done.returncode == 0, done.stderr
    assert read_record(tmp_path, name="info.json") == {"loaded": ["there"] * 3}
    assert read_record(tmp_path, name="metrics.json")["x"]["steps"] == [10, 11]
    assert read_record(tmp_path, name="config.json")["names"] == {"a": 1, "b": 2}
    assert read_record(tmp_path)["meta"]["named_configs"] == ["other"]
