"""What commands may return: the log line, what the run and the observers get, and what is stored."""
# run:

import datetime
from pathlib import Path

import numpy as np
from kit import Recorder, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("results")
ex.observers.append(Recorder(only=["completed_event"]))
ex.observers.append(FileStorageObserver("runs"))
results = {
    "none": None,
    "zero": 0,
    "false": False,
    "empty": "",
    "big": 10**40,
    "small": 1e-300,
    "infinite": float("-inf"),
    "text": "Größe ✓\nnext line",
    "list": [1, [2.5, None], "x"],
    "dict": {"loss": {"train": 0.5}, "steps": [1, 2]},
    "numpy": np.float64(0.25),
    "integer": np.int64(3),
    "bool": np.bool_(True),
}


@ex.main
def main(kind):
    return results[kind]


for kind in results:
    run = ex.run(config_updates={"kind": kind, "seed": 1})
    tell(**{kind: [run.result, run.status]})

others = {"path": Path("a/b"), "date": datetime.date(2020, 1, 2), "bytes": b"x", "complex": 1j}
for kind, value in others.items():
    results[kind] = value
    ex.observers = []
    run = ex.run(config_updates={"kind": kind, "seed": 1})
    tell(**{kind: [run.result is value, run.status]})
