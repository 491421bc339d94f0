import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recording import write_program
from sacred.errors import StoreError
from sacred.folder import recovery
from sacred.folder.lock import LOCK, read_holder
from sacred.folder.reader import read_metrics, read_output, read_run
from sacred.folder.recovery import RECOVER_LOCK, recover

# of Python 3.12 and later, about any thread
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

DIES = """
    import os, signal, sys
    from sacred import Experiment
    from sacred.observers import FileStorageObserver
    from sacred.utils import apply_backspaces_and_linefeeds

    ex = Experiment("dies", save_git_info=False)
    ex.observers.append(FileStorageObserver("runs"))
    if os.environ["OUTPUT"] == "filtered":
        ex.captured_out_filter = apply_backspaces_and_linefeeds

    @ex.automain
    def main(_run):
        for number in range(1000):
            _run.log_scalar("loss", number / 4)
        for value in (True, 2**70, float("nan"), "text", [1, None]):
            _run.log_scalar("odd", value)
        for number in range(100):
            print(number, "\\rline", number, flush=True)
            print("error", number, file=sys.stderr, flush=True)
        print("the rest", end="", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""
HELPERS = {LOCK, RECOVER_LOCK, "cout.raw", "cout.merge", "cout.range", "stdout.raw", "stderr.raw"}


@pytest.fixture(scope="module", params=["plain", "filtered"])
def dead_run(request, tmp_path_factory):
    """The folder of a run that was killed, with its output in two files."""
    home = tmp_path_factory.mktemp(request.param)
    program = write_program(home, DIES)
    with subprocess.Popen(
        [sys.executable, str(program), "--capture=fd"],
        cwd=home,
        env=os.environ | {"OUTPUT": request.param},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    return home / "runs" / "1"


@pytest.fixture
def dead(dead_run, tmp_path):
    """A copy of it, with its times."""
    return str(shutil.copytree(dead_run, tmp_path / "7"))


def read_all(folder):
    """Everything that recovery must not change."""
    columns = ("steps", "values", "timestamps")
    metrics = {record["name"]: repr([record[one] for one in columns]) for record in read_metrics(folder)}
    return read_run(folder)["status"], read_output(folder), metrics


def take_stock(folder):
    return {
        path.relative_to(folder): (path.stat().st_mtime_ns, path.read_bytes())
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def load(folder, name="run.json"):
    return json.loads(Path(folder, name).read_text())


def test_what_was_left_is_folded_in(dead):
    before = read_all(dead)
    assert before[0] == "DEAD"
    assert re.findall(r"error (\d+)\n", before[1]) == [str(number) for number in range(100)]
    assert "the rest" in before[1]
    action, text = recover(dead)
    assert action == "recovered"
    assert read_all(dead) == before
    assert not HELPERS & set(os.listdir(dead))
    run = load(dead)
    assert run["status"] == "DEAD"
    assert Path(dead, "run.json").read_text() == json.dumps(run, sort_keys=True, indent=2)
    data = Path(dead, "cout.txt").read_bytes()
    assert (data.decode(), len(data)) == (before[1], run["recorder"]["output_bytes"])
    metrics = load(dead, "metrics.json")
    assert metrics["loss"]["values"] == [number / 4 for number in range(1000)]
    assert repr(metrics["odd"]["values"]) == repr([True, 2**70, float("nan"), "text", [1, None]])
    assert os.path.getsize(os.path.join(dead, "metrics.journal")) <= 32 * (
        1 + 1005 + 5
    )  # odd values leave gaps
    moment = datetime.fromisoformat(run["stop_time"])
    line_count = data.count(b"\n")
    assert text == f"DEAD since {moment:%Y-%m-%d %H:%M} UTC, 1,005 points and {line_count:,} lines recovered"


def test_there_is_nothing_to_do_afterwards(dead):
    recover(dead)
    stock = take_stock(dead)
    action, text = recover(dead)
    assert action == "nothing"
    assert text.startswith("DEAD since 20")
    assert text.endswith(" UTC, nothing to do")
    assert take_stock(dead) == stock


def find_signs(folder):
    """The last point, and the last change of an output file."""
    point = max(moment for record in read_metrics(folder) for moment in record["timestamps"])
    names = [name for name in os.listdir(folder) if name.endswith(".raw") or name == "cout.txt"]
    change = max(os.path.getmtime(os.path.join(folder, name)) for name in names)
    return [point, datetime.fromtimestamp(change, UTC).replace(tzinfo=None)]


def test_the_end_is_the_last_sign_of_life(dead):
    signs = find_signs(dead)
    heartbeat = load(dead)["heartbeat"]
    if heartbeat:  # it took its time
        signs.append(datetime.fromisoformat(heartbeat))
    recover(dead)
    assert datetime.fromisoformat(load(dead)["stop_time"]) == max(signs)


@pytest.mark.parametrize("sign", ["heartbeat", "point", "output"])
def test_each_sign_of_life_counts(dead, sign):
    run = load(dead)
    for name in os.listdir(dead):
        os.utime(os.path.join(dead, name), (10**9, 10**9))
    later = (datetime.now(UTC) + timedelta(hours=1)).replace(tzinfo=None).isoformat()
    if sign == "heartbeat":
        run["heartbeat"] = later
    expected = {"heartbeat": later, "point": find_signs(dead)[0].isoformat()}
    if sign == "output":
        moment = time.time()
        os.utime(os.path.join(dead, "stdout.raw"), (moment, moment))
        expected["output"] = datetime.fromtimestamp(moment, UTC).replace(tzinfo=None).isoformat()
    Path(dead, "run.json").write_text(json.dumps(run))
    recover(dead)
    assert load(dead)["stop_time"][:23] == expected[sign][:23]


def test_a_moment_to_come_is_no_sign_of_life(dead):
    ahead = time.time() + 10**6
    os.utime(os.path.join(dead, "cout.txt"), (ahead, ahead))
    recover(dead)
    assert datetime.fromisoformat(load(dead)["stop_time"]).replace(tzinfo=UTC) <= datetime.now(UTC)


def in_child(function):
    """Call a function in a process of its own, and return how that ended."""
    child = os.fork()
    if not child:
        try:
            function()
            os._exit(0)
        finally:
            os._exit(1)
    return child


def wait(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


STEPS = {"open", "os.rename", "os.remove", "os.truncate", "os.link", "os.utime"}


def recover_and_die(folder, step):
    """Recover until the so-many-th change of a file, and be killed just before it."""
    count = 0

    def die(event, arguments):
        nonlocal count
        if event not in STEPS or not str(arguments[0]).startswith(folder):
            return
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    sys.addaudithook(die)
    recover(folder)


def test_a_recovery_that_is_killed_can_be_started_again(dead, tmp_path):
    before, step, stopped = read_all(dead), 0, None
    while True:
        folder = str(shutil.copytree(dead, tmp_path / "copies" / str(step)))
        code = wait(in_child(lambda folder=folder, step=step: recover_and_die(folder, step)))
        assert read_all(folder) == before, step
        if code == 0:
            break
        assert code == -signal.SIGKILL
        # killed once more at the same place, then let alone
        wait(in_child(lambda folder=folder, step=step: recover_and_die(folder, step)))
        assert read_all(folder) == before, step
        recover(folder)
        assert read_all(folder) == before, step
        assert not HELPERS & set(os.listdir(folder)), step
        run = load(folder)
        assert (run["status"], run["recorder"]["output_bytes"]) == ("DEAD", len(before[1].encode()))
        assert run["stop_time"] == (stopped := stopped or run["stop_time"]), step
        step += 1
    assert step > 20


def test_two_at_once(dead, tmp_path):
    before = read_all(dead)
    for attempt in range(10):
        folder = str(shutil.copytree(dead, tmp_path / "copies" / str(attempt)))
        answers = tmp_path / f"answers{attempt}"

        def note(folder=folder, answers=answers):
            action, _ = recover(folder)
            with answers.open("a") as file:
                file.write(f"{action}\n")

        children = [in_child(note) for _ in range(4)]
        assert [wait(child) for child in children] == [0] * 4
        assert sorted(answers.read_text().split()) == ["nothing"] * 3 + ["recovered"]
        assert read_all(folder) == before
        assert not HELPERS & set(os.listdir(folder))


def test_a_run_that_lives_is_left_alone(dead):
    with open(os.path.join(dead, LOCK)) as file:
        recovery.flock(file.fileno())
        pretend_to_be_the_holder(dead)
        stock = take_stock(dead)
        action, text = recover(dead)
    assert (action, text) == (
        "left alone",
        f"RUNNING on {os.uname().nodename} (process {os.getpid()}), left alone",
    )
    assert take_stock(dead) == stock


def pretend_to_be_the_holder(folder):
    holder = read_holder(folder) | recovery_facts()
    Path(folder, LOCK).write_text(json.dumps(holder))


def recovery_facts():
    from sacred.folder.lock import describe_process

    return describe_process()


@pytest.mark.parametrize(
    ("facts", "age", "text"),
    [
        ({"boot_id": "another", "host": "hopper"}, 0, "RUNNING on hopper (process {pid}), left alone"),
        (
            {"boot_id": "another", "host": "hopper"},
            999,
            "DEAD as its heartbeat tells, but only hopper, where it ran, can prove it: left alone",
        ),
        (None, 0, "RUNNING, left alone"),
        (None, 999, "DEAD as its heartbeat tells, but no lock proves it: left alone"),
    ],
)
def test_where_nothing_proves_the_death_all_is_left_as_it_is(dead, facts, age, text):
    holder = read_holder(dead)
    if facts is None:
        os.unlink(os.path.join(dead, LOCK))
    else:
        Path(dead, LOCK).write_text(json.dumps(holder | facts))
    start = (datetime.now(UTC) - timedelta(seconds=age)).replace(tzinfo=None).isoformat()
    Path(dead, "run.json").write_text(json.dumps(load(dead) | {"start_time": start, "heartbeat": None}))
    stock = take_stock(dead)
    assert recover(dead) == ("left alone", text.format(pid=holder["pid"]))
    assert take_stock(dead) == stock


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED"])
def test_a_run_that_was_killed_after_its_end_was_written(dead, status):
    """Its end stays as it is."""
    run = load(dead) | {"status": status, "stop_time": "2026-01-01T00:00:00"}
    Path(dead, "run.json").write_text(json.dumps(run))
    action, text = recover(dead)
    assert (action, text.split(",")[0]) == ("recovered", status)
    assert load(dead)["stop_time"] == "2026-01-01T00:00:00"
    assert load(dead)["status"] == status
    assert not HELPERS & set(os.listdir(dead))
    assert recover(dead) == ("nothing", f"{status}, nothing to do")


def test_what_is_unknown_in_the_record_stays(dead):
    run = load(dead) | {"result": {"py/object": "own.Type", "x": float("inf")}, "later": [1]}
    Path(dead, "run.json").write_text(json.dumps(run))
    recover(dead)
    assert {key: load(dead)[key] for key in ("result", "later")} == {
        key: run[key] for key in ("result", "later")
    }


def test_a_full_disk_leaves_it_to_be_tried_again(dead, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    before = read_all(dead)
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "write_metrics_json", fail)
        with pytest.raises(OSError, match="No space left"):
            recover(dead)
    assert read_all(dead) == before
    assert not os.path.exists(os.path.join(dead, RECOVER_LOCK))
    assert recover(dead).action == "recovered"
    assert read_all(dead) == before


def test_a_damaged_record(dead):
    Path(dead, "run.json").write_text("{")
    with pytest.raises(StoreError, match=r"run\.json\" is damaged"):
        recover(dead)
    assert os.path.exists(os.path.join(dead, LOCK))


def test_a_child_that_outlived_the_run_goes_on(tmp_path):
    """Its journal is still mapped: to cut it would kill the child."""
    program = write_program(
        tmp_path,
        """
        import os, signal, sys, time
        from sacred import Experiment
        from sacred.observers import FileStorageObserver

        ex = Experiment("dies", save_git_info=False)
        ex.observers.append(FileStorageObserver("runs"))

        @ex.automain
        def main(_run):
            _run.log_scalar("loss", 0)
            if not os.fork():
                for number in range(10**9):
                    _run.log_scalar("child", number)
                    with open("new", "w") as file:
                        file.write(f"{os.getpid()} {number}")
                    os.replace("new", "child")
                    time.sleep(0.001)
            time.sleep(0.3)
            os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    subprocess.run([sys.executable, str(program)], cwd=tmp_path, check=False, stdout=subprocess.DEVNULL)
    child, count = map(int, (tmp_path / "child").read_text().split())
    try:
        assert recover(str(tmp_path / "runs" / "1")).action == "recovered"
        time.sleep(0.1)
        os.kill(child, 0)
        later = int((tmp_path / "child").read_text().split()[1])
        assert later > count
    finally:
        os.kill(child, signal.SIGKILL)
    (points,) = [one for one in read_metrics(str(tmp_path / "runs" / "1")) if one["name"] == "child"]
    assert points["values"][: later + 1] == list(range(later + 1))
