"""Points of programs that are killed, that fork, that handle signals, that fill the disk, that never stop."""

import random
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections import Counter

import pytest

from recording import run_program, write_program
from sacred.folder.journal_reader import read_points
from sacred.folder.metrics import write_metrics_json

HEAD = """
import mmap, os, signal, struct, sys, threading, time
from sacred.run.metrics_logger import MetricsLogger

os.makedirs("run", exist_ok=True)
metrics = MetricsLogger()
metrics.settle("run")
log = metrics.log_scalar_metric
"""

# each thread notes in a map of its own, which a killed process leaves, how many calls have returned
KILLED = (
    HEAD
    + """
acknowledged = open("acknowledged", "r+b")
# each count by one store: `struct.pack_into` first writes zeros, between which and the count a kill can come
acknowledged = memoryview(mmap.mmap(acknowledged.fileno(), 4096)).cast("Q")
if len(sys.argv) > 2:
    from sacred.folder import journal
    journal.can_map = lambda folder: False

def work(own):
    number = 0
    while True:
        value = number / 8 if number % 50 else f"odd {number}"
        log(f"metric {own} {number // 1000}" if number % 100 == 0 else f"metric {own}", value, number)
        number += 1
        acknowledged[own] = number

for own in range(1, int(sys.argv[1])):
    threading.Thread(target=work, args=(own,), daemon=True).start()

def sync():
    while True:
        time.sleep(0.05)
        metrics.sync()

threading.Thread(target=sync, daemon=True).start()
print("ready", flush=True)
work(0)
"""
)


def kill_at_random(folder, threads, *arguments):
    """Start the program, kill it after a while; return how many calls had returned by then in each thread."""
    shutil.rmtree(folder / "run", ignore_errors=True)
    (folder / "acknowledged").write_bytes(bytes(4096))
    command = [sys.executable, str(folder / "program.py"), str(threads), *arguments]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        time.sleep(random.uniform(0, 0.3))  # a moment that nobody chooses
        process.kill()
        process.wait()
    return struct.unpack_from(f"<{threads}Q", (folder / "acknowledged").read_bytes())


@pytest.mark.parametrize(
    "arguments", [(1,), (4,), (1, "written")], ids=["one thread", "four threads", "no map"]
)
def test_kill_9_takes_no_point_that_was_logged(tmp_path, arguments):
    write_program(tmp_path, KILLED)
    total = 0
    for _ in range(5):
        counts = kill_at_random(tmp_path, arguments[0], *arguments[1:])
        points = list(read_points(str(tmp_path / "run")))
        for own, count in enumerate(counts):
            mine = {point.step: point.value for point in points if point.name.split()[1] == str(own)}
            assert set(range(count)) <= set(mine)
            assert all(mine[step] == (step / 8 if step % 50 else f"odd {step}") for step in range(count))
        assert len(points) <= sum(counts) + arguments[0]
        total += sum(counts)
        write_metrics_json(str(tmp_path / "run"), durable=False)
    assert total > 1000


def read_counts(folder):
    return Counter(point.name for point in read_points(str(folder / "run")))


def test_a_timer_whose_handler_logs(tmp_path):
    """The handler interrupts whatever the journal does: new names, odd values, new segments, closing."""
    done = run_program(
        tmp_path,
        HEAD
        + """
handled = []
def handle(number, frame):
    log("handler", len(handled) if len(handled) % 3 else str(len(handled)))
    log(f"handler {len(handled) % 50}", 0.5)
    handled.append(1)

signal.signal(signal.SIGALRM, handle)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0003)
for number in range(60_000):
    log("main" if number % 300 else f"main {number}", number / 2 if number % 7 else "odd")
signal.setitimer(signal.ITIMER_REAL, 0)
handled_before = len(handled)
metrics.close()
print(handled_before, metrics.count)
""",
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    handled, count = map(int, done.stdout.split())
    counts = read_counts(tmp_path)
    assert handled > 100
    assert counts["handler"] == handled
    assert sum(counts.values()) == count == 60_000 + 2 * handled
    steps = [point.step for point in read_points(str(tmp_path / "run")) if point.name == "handler"]
    assert sorted(steps) == list(range(handled))


def test_forks_in_the_middle(tmp_path):
    done = run_program(
        tmp_path,
        HEAD
        + """
import warnings
warnings.simplefilter("ignore")
end = threading.Event()
logged = [0, 0]

def work(own):
    while not end.is_set():
        log(f"thread {own}", logged[own] if logged[own] % 20 else "odd")
        logged[own] += 1

threads = [threading.Thread(target=work, args=(own,)) for own in range(2)]
for thread in threads: thread.start()
children = []
for number in range(15):
    log("main", number)
    pid = os.fork()
    if pid == 0:
        signal.alarm(30)
        for value in range(3000):
            log(f"child {number}", value if value % 100 else "odd")
        os._exit(0)
    children.append(pid)
codes = [os.waitpid(pid, 0)[1] for pid in children]
end.set()
for thread in threads: thread.join()
log("main", 15)
metrics.close()
print(*codes, *logged)
""",
    )
    assert done.returncode == 0, done.stderr
    *codes, first, second = map(int, done.stdout.split())
    assert codes == [0] * 15
    expected = {f"child {number}": 3000 for number in range(15)}
    assert read_counts(tmp_path) == {**expected, "main": 16, "thread 0": first, "thread 1": second}
    assert len(list((tmp_path / "run").glob("metrics.*.journal"))) == 15


def test_threads_that_log_on_while_it_is_closed(tmp_path):
    """To touch a map beyond the end of its file would kill the process by SIGBUS."""
    done = run_program(
        tmp_path,
        HEAD
        + """
import logging
logging.disable()
sys.setswitchinterval(1e-5)
for run in range(150):
    os.makedirs(f"runs/{run}")
    metrics = MetricsLogger()
    metrics.settle(f"runs/{run}")
    for own in range(4):  # a name that comes while it is closed is late
        metrics.log_scalar_metric(f"thread {own}", 1.5)
    end = threading.Event()

    def work(own, log=metrics.log_scalar_metric):
        while not end.is_set():
            log(f"thread {own}", 1.5)

    threads = [threading.Thread(target=work, args=(own,)) for own in range(4)]
    for thread in threads: thread.start()
    time.sleep(run % 10 / 500)
    metrics.close()
    time.sleep(0.002)
    end.set()
    for thread in threads: thread.join()
    size = os.path.getsize(f"runs/{run}/metrics.journal")
    assert size == 32 * (metrics.count + 1), (size, metrics.count)
    print(metrics.count)
""",
    )
    assert done.returncode == 0, (done.returncode, done.stderr)
    for run, count in enumerate(map(int, done.stdout.split())):
        assert sum(1 for _ in read_points(str(tmp_path / "runs" / str(run)))) == count


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    path = tmp_path / "run"
    path.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    options = ["-t", "tmpfs", "-o", "size=1m", "sacred-test", str(path)]
    if not mount or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield path
    subprocess.run([unmount, str(path)], check=True)


FULL_DISK = (
    HEAD
    + """
open("run/filler", "wb").write(bytes(300_000))
for number in range(100_000):
    log("m", float(number) if number % 1000 else f"odd {number}")
metrics.sync()
assert metrics.count == 100_000
if sys.argv[1] == "freed":
    os.unlink("run/filler")
    metrics.sync()
log("m", "last")
metrics.close()
told = metrics.get_last_metrics()
assert [entry.step for entry in told] == list(range(100_001))
print(metrics.lost, metrics.count)
"""
)


@pytest.mark.parametrize("state", ["full", "freed"])
def test_a_full_disk_kills_nobody_and_loses_nothing_that_fits(tmp_path, small_disk, state):
    done = run_program(tmp_path, FULL_DISK, state)
    assert done.returncode == 0, (done.returncode, done.stderr)
    assert done.stderr.count("can't be written to run now: No space left on device") == 1
    lost, count = map(int, done.stdout.split())
    points = list(read_points(str(small_disk)))
    assert count == 100_001
    assert len(points) + lost == count
    assert [point.step for point in points] == list(range(len(points)))  # the first ones, in their order
    assert len(points) > (20_000 if state == "full" else 30_000)


def test_points_are_there_after_a_crash(tmp_path):
    done = run_program(tmp_path, HEAD + "log('m', 1)\nlog('m', 2.5)\nos.kill(os.getpid(), signal.SIGSEGV)")
    assert done.returncode == -signal.SIGSEGV
    assert [point.value for point in read_points(str(tmp_path / "run"))] == [1, 2.5]
