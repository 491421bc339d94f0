"""Observers that put something into `info` in log_metrics, and what the others and the record get of it."""
# run:

from kit import Recorder, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver, RunObserver

ex = Experiment("shared")
ex.add_config(seed=1)


class Lists(RunObserver):
    priority = 50

    def log_metrics(self, metrics_by_name, info):
        info.setdefault("metrics", []).extend(sorted(metrics_by_name))

    def heartbeat_event(self, info, captured_out, beat_time, result):
        tell(own=info)


ex.observers = [Lists(), FileStorageObserver("runs"), Recorder(only=["heartbeat_event"])]


@ex.main
def main(_run):
    _run.log_scalar("loss", 1)
    _run.log_scalar("accuracy", 0.5)
    _run.info["mine"] = 1


run = ex.run(options={"--capture": "no"})
tell(run=run.info)
