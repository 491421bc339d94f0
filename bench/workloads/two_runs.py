"""Two runs in one process, of which the first logs a million points, say: `python two_runs.py COUNT`."""

import sys

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

ex = Experiment("two_runs", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
ex.add_config(name="of-first", count=0)


@ex.main
def main(name: str, count: int, _run: Run) -> None:
    """Print the own name, and log points of a metric of that name."""
    print(name)
    for step in range(count):
        _run.log_scalar(name, step / 7)


if __name__ == "__main__":
    ex.run(config_updates={"count": int(sys.argv[1])})
    ex.run(config_updates={"name": "of-second", "count": 3})
