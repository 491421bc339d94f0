"""System metrics among sleeping processes: `python watched.py tree|machine COUNT SAMPLES`.

The processes are children of the run, or belong to somebody else on the machine.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from said import RUN, say

from sacred import SETTINGS, Experiment
from sacred.folder.journal_reader import read_points
from sacred.observers import FileStorageObserver

INTERVAL = 0.1
THREAD = "sacred-system.machine"

ex = Experiment("watched", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


@contextmanager
def sleeping(whose: str, count: int) -> Iterator[None]:
    """Let processes sleep meanwhile."""
    if whose == "tree":
        children = [subprocess.Popen(["sleep", "600"]) for _ in range(count)]  # noqa: S607 - any `sleep` will do
        yield
        for child in children:
            child.kill()
            child.wait()
    else:  # those of a shell that has ended
        script = f"for i in $(seq {count}); do sleep 600 >/dev/null 2>&1 & echo $!; done"
        pids = subprocess.run(["sh", "-c", script], capture_output=True, check=True).stdout  # noqa: S607
        yield
        for pid in pids.split():
            os.kill(int(pid), signal.SIGKILL)


def count_samples() -> int:
    """How many samples are in the journal."""
    return sum(point.name == "system.processes" for point in read_points(str(RUN), "system"))


def read_clock() -> float:
    """Seconds of processor time of the thread that takes the samples."""
    thread = next(thread for thread in threading.enumerate() if thread.name == THREAD)
    return time.clock_gettime(time.pthread_getcpuclockid(thread.ident or 0))


@ex.main
def main() -> None:
    """Let samples be taken, and see what they cost."""
    whose, count, samples = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with sleeping(whose, count):
        while count_samples() < 2:  # the first loads packages
            time.sleep(0.05)
        taken, busy = count_samples(), read_clock()
        time.sleep(samples * INTERVAL)
        while count_samples() < taken + samples:
            time.sleep(0.05)
        say(cost=(read_clock() - busy) / (count_samples() - taken))


if __name__ == "__main__":
    SETTINGS.SYSTEM_METRICS.INTERVAL = INTERVAL
    ex.run()
