"""Metrics: steps that follow each other, values of all kinds, what observers get and files hold."""
# run:

from kit import Recorder, outcome, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("metrics")
ex.observers.append(Recorder(only=["log_metrics"]))
ex.observers.append(FileStorageObserver("runs"))


@ex.main
def main(_run):
    for value in (0.5, 0.25):
        _run.log_scalar("auto", value)
    for step in (None, 10, None, 3, None):
        ex.log_scalar("steps", 1, step)
    _run.log_scalar("floats", 1.0, 2.5)
    _run.log_scalar("floats", 1.0)
    _run.log_scalar("name with.dot", float("inf"))
    for value in ("text", [1, 2], None, 10**30, True, {"a": 1}, float("nan")):
        _run.log_scalar("kinds", value)
    try:
        import numpy as np
    except ImportError:
        return
    _run.log_scalar("numpy", np.float32(0.5), np.int64(3))
    _run.log_scalar("numpy", np.int64(7))
    _run.log_scalar("numpy", np.float64(0.1))


tell(before=outcome(ex.log_scalar, "x", 1)["raises"][-3:])
run = ex.run()
tell(id=run._id, after=outcome(ex.log_scalar, "late", 1))
