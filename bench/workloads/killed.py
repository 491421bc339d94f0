"""A point and a line each millisecond until it is killed: `python killed.py MODE BEAT_INTERVAL ACKNOWLEDGED`.

ACKNOWLEDGED is a file of two uint64: how many calls of log_scalar, and of print with flush, have returned.
"""

import mmap
import sys
import time
from pathlib import Path

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

PERIOD_SECONDS = 0.001

ex = Experiment("killed", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


@ex.main
def main(_run: Run) -> None:
    """Log and print; each is acknowledged in memory that the kernel keeps, by one store."""
    with Path(sys.argv[3]).open("r+b") as file:
        acknowledged = memoryview(mmap.mmap(file.fileno(), 16)).cast("Q")
    started = time.perf_counter()
    for number in range(10**9):
        _run.log_scalar("loss", number / 8, number)
        acknowledged[0] = number + 1
        print(f"line {number}", flush=True)
        acknowledged[1] = number + 1
        time.sleep(max(0.0, started + (number + 1) * PERIOD_SECONDS - time.perf_counter()))


if __name__ == "__main__":
    ex.run(options={"--capture": sys.argv[1], "--beat-interval": sys.argv[2]})
