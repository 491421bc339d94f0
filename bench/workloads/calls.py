"""How long each of many calls of log_scalar takes, and of an empty function: `python calls.py COUNT`."""

import sys
from array import array
from collections.abc import Callable
from statistics import median
from time import perf_counter_ns

from said import say

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

LATE_NANOSECONDS = 50_000

ex = Experiment("calls", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
took: "array[int]" = array("q")


@ex.main
def main(_run: Run) -> None:
    """Log points of one metric in a loop."""
    took.extend(time_calls(_run.log_scalar, int(sys.argv[1])))


def time_calls(call: Callable[[str, float, int], None], count: int) -> "array[int]":
    """Nanoseconds of each call, with those that looking at the clock takes."""
    each = array("q", bytes(8 * count))
    for step in range(count):
        before = perf_counter_ns()
        call("loss", 0.25, step)
        each[step] = perf_counter_ns() - before
    return each


def do_nothing(_name: str, _value: float, _step: int) -> None:
    """Take what the loop itself and the machine take."""


if __name__ == "__main__":
    alone = time_calls(do_nothing, int(sys.argv[1]))
    ex.run()
    say(
        late=sum(each > LATE_NANOSECONDS for each in took),
        late_alone=sum(each > LATE_NANOSECONDS for each in alone),
        call=median(took) / 1e9,
        call_alone=median(alone) / 1e9,
    )
