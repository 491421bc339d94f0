"""Starting runs, in turns in an empty store and in a full one: `python start.py EMPTY FULL COUNT`."""

import sys
import time
from statistics import median

from said import say

from sacred import Experiment
from sacred.observers import FileStorageObserver

started: list[float] = []


def make_experiment(store: str) -> Experiment:
    """An experiment whose main function only notes when it began."""
    ex = Experiment("start", save_git_info=False)
    ex.observers.append(FileStorageObserver(store))

    @ex.main
    def main() -> None:
        started.append(time.perf_counter())

    return ex


def time_start(ex: Experiment) -> float:
    """Seconds from the call of `run` to the first line of main."""
    called = time.perf_counter()
    ex.run()
    return started[-1] - called


if __name__ == "__main__":
    empty, full = make_experiment(sys.argv[1]), make_experiment(sys.argv[2])
    time_start(empty)
    time_start(full)
    pairs = [(time_start(empty), time_start(full)) for _ in range(int(sys.argv[3]))]
    say(empty=median(pair[0] for pair in pairs), full=median(pair[1] for pair in pairs))
