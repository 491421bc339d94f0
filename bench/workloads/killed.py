"""Works until it is killed: `python killed.py MODE BEAT_INTERVAL ACKNOWLEDGED`.

It logs, prints, forks and saves artifacts. ACKNOWLEDGED is a file of four uint64: how many calls of
log_scalar, of print with flush, of add_artifact, and of log_scalar in forked children have returned.
"""

import mmap
import os
import sys
import time
import warnings
from pathlib import Path

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

PERIOD_SECONDS = 0.001
POINTS, LINES, ARTIFACTS, CHILD_POINTS = range(4)
STEPS_PER_ARTIFACT = 70
STEPS_PER_CHILD = 90
POINTS_OF_A_CHILD = 40

ex = Experiment("killed", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
warnings.filterwarnings("ignore", message=".*multi-threaded.*", category=DeprecationWarning)


@ex.main
def main(_run: Run) -> None:
    """Log and print; each is acknowledged in memory that the kernel keeps, by one store."""
    with Path(sys.argv[3]).open("r+b") as file:
        acknowledged = memoryview(mmap.mmap(file.fileno(), 32)).cast("Q")
    started = time.perf_counter()
    child = 0
    for number in range(10**9):
        _run.log_scalar("loss", number / 8, number)
        acknowledged[POINTS] = number + 1
        print(f"line {number}", flush=True)
        acknowledged[LINES] = number + 1
        if number % STEPS_PER_ARTIFACT == 0:
            _save_artifact(_run, acknowledged)
        if number % STEPS_PER_CHILD == 0 and _has_ended(child):
            child = _fork(_run, acknowledged)
        _run.info["at"] = number
        time.sleep(max(0.0, started + (number + 1) * PERIOD_SECONDS - time.perf_counter()))


def _save_artifact(run: Run, acknowledged: memoryview) -> None:
    number = acknowledged[ARTIFACTS]
    path = Path(f"artifact_{number}.txt")
    path.write_text(f"artifact {number}", encoding="utf-8")
    run.add_artifact(str(path))
    acknowledged[ARTIFACTS] = number + 1


def _has_ended(child: int) -> bool:
    return not child or os.waitpid(child, os.WNOHANG)[0] != 0


def _fork(run: Run, acknowledged: memoryview) -> int:
    """Fork a child that logs; one at a time, so that they count on."""
    child = os.fork()
    if child:
        return child
    for _ in range(POINTS_OF_A_CHILD):
        number = acknowledged[CHILD_POINTS]
        run.log_scalar("child", number / 8, number)
        acknowledged[CHILD_POINTS] = number + 1
    os._exit(0)


if __name__ == "__main__":
    ex.run(options={"--capture": sys.argv[1], "--beat-interval": sys.argv[2]})
