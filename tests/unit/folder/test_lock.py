import errno
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sacred.folder import lock as lock_module
from sacred.folder.lock import LOCK, RunLock, find_boot_id, find_holder, read_holder

# of Python 3.12 and later, about any thread
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

START = datetime(2026, 11, 24, 8, 14, 59, 123456, tzinfo=UTC)

HOLD = """
import os, subprocess, sys, time
from datetime import UTC, datetime
from sacred.folder.lock import RunLock
lock = RunLock(sys.argv[1])
lock.take(datetime.now(UTC))
"""
WAIT = """
print("ready", flush=True)
time.sleep(60)
"""


@contextmanager
def holding(folder, body=""):
    """Another process that holds the lock, and is killed at the end."""
    program = [sys.executable, "-c", HOLD + textwrap.dedent(body) + WAIT, str(folder)]
    with subprocess.Popen(program, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def survivor(pid):
    """A child of the killed process, which lives until the end."""
    try:
        os.kill(pid, 0)
        yield
        os.kill(pid, 0)
    finally:
        os.kill(pid, signal.SIGKILL)


def wait_for_number(path):
    while not (path.exists() and path.read_text().endswith("\n")):
        time.sleep(0.01)
    return int(path.read_text())


def test_the_file_says_who_runs_the_run(tmp_path):
    lock = RunLock(str(tmp_path))
    assert find_holder(str(tmp_path)) == "unknown"
    lock.take(START)
    text = (tmp_path / LOCK).read_text()
    assert text.count("\n") == 1
    assert list(json.loads(text)) == [
        "boot_id",
        "host",
        "pid",
        "pid_namespace",
        "process_start",
        "start_time",
    ]
    holder = read_holder(str(tmp_path))
    assert holder["boot_id"] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert holder["pid"] == os.getpid()
    assert holder["pid_namespace"] == os.readlink("/proc/self/ns/pid")
    assert holder["process_start"] == int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    assert holder["start_time"] == "2026-11-24T08:14:59.123456"
    assert find_holder(str(tmp_path)) == "alive"
    lock.release()
    assert os.listdir(tmp_path) == []
    lock.release()
    assert find_holder(str(tmp_path)) == "unknown"
    assert read_holder(str(tmp_path)) == {}


def test_a_killed_process_is_dead_at_once(tmp_path):
    with holding(tmp_path) as process:
        assert find_holder(str(tmp_path)) == "alive"
        process.kill()
        process.wait()
        assert find_holder(str(tmp_path)) == "dead"


def test_a_forked_child_lets_go(tmp_path):
    fork = """
        if not (child := os.fork()):
            lock.release()  # of the parent's: nothing
            time.sleep(60)
        open(sys.argv[1] + "/child", "w").write(f"{child}\\n")
    """
    with holding(tmp_path, fork) as process:
        child = wait_for_number(tmp_path / "child")
        time.sleep(0.1)
        assert find_holder(str(tmp_path)) == "alive"
        process.kill()
        process.wait()
        with survivor(child):
            assert find_holder(str(tmp_path)) == "dead"


def test_a_program_that_was_started_has_no_part_in_it(tmp_path):
    start = """
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
        open(sys.argv[1] + "/child", "w").write(f"{child.pid}\\n")
    """
    with holding(tmp_path, start) as process:
        child = wait_for_number(tmp_path / "child")
        process.kill()
        process.wait()
        with survivor(child):
            assert find_holder(str(tmp_path)) == "dead"


KEEP = """
    os.set_inheritable(lock._descriptor, True)  # as a fork of C code has it
    child = subprocess.Popen(["sleep", "60"], close_fds=False)
    open(sys.argv[1] + "/child", "w").write(f"{child.pid}\\n")
"""


@pytest.mark.parametrize("is_reaped", [True, False])
def test_a_child_that_kept_the_lock(tmp_path, is_reaped):
    with holding(tmp_path, KEEP) as process:
        child = wait_for_number(tmp_path / "child")
        assert find_holder(str(tmp_path)) == "alive"
        process.kill()
        if is_reaped:
            process.wait()
        else:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with survivor(child):
            assert find_holder(str(tmp_path)) == "dead"


def change(folder, **facts):
    """Change what the file says, without another inode: the lock stays."""
    holder = read_holder(folder) | facts
    with open(os.path.join(folder, LOCK), "r+") as file:
        file.write(json.dumps(holder))
        file.truncate()


@pytest.mark.parametrize(
    ("facts", "holder"),
    [
        ({}, "dead"),
        ({"process_start": 1}, "dead"),  # another process has the number now
        ({"pid_namespace": "pid:[1]"}, "alive"),  # numbers mean something else there
        ({"pid_namespace": None}, "alive"),
        ({"boot_id": "another"}, "alive"),
        ({"process_start": None}, "alive"),
        ({"pid": "4711"}, "alive"),
        ({"pid": -1}, "alive"),
        ({"pid": 2**70}, "alive"),
    ],
)
def test_what_the_number_of_a_process_proves(tmp_path, facts, holder):
    with holding(tmp_path, KEEP) as process:
        child = wait_for_number(tmp_path / "child")
        process.kill()
        process.wait()
        with survivor(child):
            change(str(tmp_path), **facts)
            assert find_holder(str(tmp_path)) == holder


def test_a_process_that_proc_does_not_show(tmp_path, monkeypatch):
    def hide(pid):
        raise FileNotFoundError(pid)

    with holding(tmp_path):
        monkeypatch.setattr(lock_module, "_read_stat", hide)
        assert find_holder(str(tmp_path)) == "alive"


@pytest.mark.parametrize("boot_id", ["another", None, 5])
def test_a_lock_of_another_machine_proves_nothing(tmp_path, boot_id):
    with holding(tmp_path) as process:
        process.kill()
        process.wait()
    change(str(tmp_path), boot_id=boot_id)
    assert find_holder(str(tmp_path)) == "unknown"


def test_a_machine_without_a_boot_id(tmp_path, monkeypatch):
    monkeypatch.setattr(lock_module, "find_boot_id", lambda: None)
    lock = RunLock(str(tmp_path))
    lock.take(START)
    assert read_holder(str(tmp_path))["boot_id"] is None
    assert find_holder(str(tmp_path)) == "alive"
    change(str(tmp_path), pid=-1, process_start=1)
    assert find_holder(str(tmp_path)) == "alive"
    lock._close()
    assert find_holder(str(tmp_path)) == "unknown"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"pid": 1', b"\xff\xfe", b"[" * 100_000, b"0" * 9000]
)
def test_a_damaged_file_proves_nothing(tmp_path, content):
    (tmp_path / LOCK).write_bytes(content)
    assert find_holder(str(tmp_path)) == "unknown"
    assert read_holder(str(tmp_path)) == {}


def test_something_else_of_that_name(tmp_path):
    (tmp_path / LOCK).mkdir()
    assert find_holder(str(tmp_path)) == "unknown"
    assert read_holder(str(tmp_path)) == {}
    (tmp_path / LOCK).rmdir()
    os.mkfifo(tmp_path / LOCK)
    assert find_holder(str(tmp_path)) == "unknown"
    assert read_holder(str(tmp_path)) == {}


def cannot_lock(*_, **__):
    raise OSError(errno.ENOLCK, "No locks available")


def test_a_file_system_that_can_not_lock(tmp_path, monkeypatch, caplog):
    (tmp_path / LOCK).write_text(json.dumps({"boot_id": find_boot_id()}))
    monkeypatch.setattr(lock_module, "flock", cannot_lock)
    assert find_holder(str(tmp_path)) == "unknown"
    (tmp_path / LOCK).unlink()
    caplog.set_level(logging.DEBUG)
    lock = RunLock(str(tmp_path))
    lock.take(START)
    assert os.listdir(tmp_path) == []
    assert [record.levelname for record in caplog.records] == ["DEBUG"]
    lock.release()


def test_a_folder_that_can_not_be_written(tmp_path):
    for folder in (tmp_path / "gone", tmp_path / "blocked"):
        lock = RunLock(str(folder))
        if folder.name == "blocked":
            (folder / LOCK).mkdir(parents=True)
        lock.take(START)
        lock.release()
    assert os.listdir(tmp_path / "blocked") == [LOCK]


def test_a_folder_that_was_removed_meanwhile(tmp_path):
    lock = RunLock(str(tmp_path))
    lock.take(START)
    (tmp_path / LOCK).unlink()
    lock.release()
    assert os.listdir(tmp_path) == []


def test_a_working_folder_that_was_changed(tmp_path, monkeypatch):
    (tmp_path / "1").mkdir()
    monkeypatch.chdir(tmp_path)
    lock = RunLock("1")
    lock.take(START)
    monkeypatch.chdir("/")
    assert find_holder(str(tmp_path / "1")) == "alive"
    lock.release()
    assert os.listdir(tmp_path / "1") == []


def test_two_runs_of_one_process(tmp_path):
    folders = [tmp_path / "1", tmp_path / "2"]
    locks = []
    for folder in folders:
        folder.mkdir()
        locks.append(RunLock(str(folder)))
        locks[-1].take(START)
    locks[0].release()
    assert [find_holder(str(folder)) for folder in folders] == ["unknown", "alive"]
    locks[1].release()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_somebody_who_may_only_read():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - it is what others are to read
        with holding(folder) as process:
            os.chmod(os.path.join(folder, LOCK), 0o644)
            assert ask_as_nobody(folder) == "alive"
            process.kill()
            process.wait()
            assert ask_as_nobody(folder) == "dead"


def ask_as_nobody(folder):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.setuid(65534)
        os.write(writer, find_holder(folder).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with open(reader) as answer:
        return answer.read()


def test_readers_keep_no_writer_from_its_lock(tmp_path):
    """A reader's own lock is momentary, and the file is locked before anybody can see it."""
    is_over = threading.Event()
    seen = set()

    def read():
        while not is_over.is_set():
            seen.add(find_holder(str(tmp_path)))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(500):
        lock = RunLock(str(tmp_path))
        lock.take(START)
        assert find_holder(str(tmp_path)) == "alive"
        lock.release()
    is_over.set()
    for reader in readers:
        reader.join()
    assert "alive" in seen


def test_a_run_whose_end_could_not_be_written_is_known_to_be_dead(tmp_path):
    lock = RunLock(str(tmp_path))
    lock.take(START)
    assert find_holder(str(tmp_path)) == "alive"
    lock.release(has_end=False)
    assert (tmp_path / LOCK).exists()
    assert find_holder(str(tmp_path)) == "dead"
