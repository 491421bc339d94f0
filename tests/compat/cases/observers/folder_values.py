"""Values in stored JSON: tuples, numpy, sets, moments, not-a-number."""
# run:

import numpy as np
from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("values")
ex.observers.append(FileStorageObserver("runs"))


@ex.config
def config():
    pair = (1, (2, 3))
    nothing = None
    scalar = np.float32(0.5)
    text = "Größe ✓"
    number = 10**30
    nan = float("nan")
    by_number = {1: "one"}


@ex.main
def main(_run):
    _run.info["tuple"] = (1, 2)
    _run.info["scalars"] = [np.float32(0.5), np.int64(7), np.float64(0.1), np.bool_(True)]
    _run.info["set"] = {3, 1}
    _run.info["nan"] = [float("nan"), float("inf")]
    _run.info["by_number"] = {1: 2}
    _run.info["empty"] = {}
    return (np.float64(0.5), {"t": (1,)})


run = ex.run()
tell(result=run.result, info=run.info)
