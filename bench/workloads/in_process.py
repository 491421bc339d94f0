"""Many runs of an empty experiment in one process, each with a run folder: `python in_process.py COUNT`."""

import json
import sys
import time

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("in_process", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


@ex.main
def main() -> None:
    """Return at once."""


def measure(count: int) -> dict[str, float]:
    """Seconds of the first run, and of a later one on average."""
    started = time.perf_counter()
    ex.run()
    warm = time.perf_counter()
    for _ in range(count):
        ex.run()
    return {"first": warm - started, "run": (time.perf_counter() - warm) / count}


if __name__ == "__main__":
    with open("said.json", "w", encoding="ascii") as file:
        json.dump(measure(int(sys.argv[1])), file)
