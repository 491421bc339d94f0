"""Points of one metric, as fast as they come: `python points.py COUNT given|automatic|numpy`.

Their steps are given or automatic; or their values are numbers of numpy.
"""

import sys
import time

from said import read_process, say, wait_for_points

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

ex = Experiment("points", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
moments: list[float] = []  # when the loop began and ended


@ex.main
def main(_run: Run) -> None:
    """Log points of one metric in a loop."""
    count, steps = int(sys.argv[1]), sys.argv[2]
    log = _run.log_scalar
    moments.append(time.perf_counter())
    if steps == "given":
        for step in range(count):
            log("loss", step / 7, step)
    elif steps == "numpy":
        from numpy import float64

        value = float64(1 / 7)
        for step in range(count):
            log("loss", value, step)
    else:
        for step in range(count):
            log("loss", step / 7)
    moments.append(time.perf_counter())


if __name__ == "__main__":
    ex.run()
    if count := int(sys.argv[1]):
        written = wait_for_points(count)
        started, ended = moments
        say(call=(ended - started) / count, tail=written - ended, peak=read_process("status", "VmHWM"))
