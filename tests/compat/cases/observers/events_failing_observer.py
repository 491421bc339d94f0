"""Observers that fail: at the start the run fails, later it goes on without them."""
# run:

from pathlib import Path

from kit import Recorder, outcome, tell

from sacred import Experiment
from sacred.observers import RunObserver

Path("result.txt").write_text("result")
ex = Experiment("failing")
calls = []


class Failing(RunObserver):
    priority = 50

    def __init__(self, event):
        self.event = event

    def note(self, name):
        calls.append(name)
        if name == self.event:
            raise RuntimeError(f"{name} is broken")

    def __repr__(self):
        return f"Failing({self.event})"

    def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id):
        self.note("started_event")

    def heartbeat_event(self, info, captured_out, beat_time, result):
        self.note("heartbeat_event")

    def completed_event(self, stop_time, result):
        self.note("completed_event")

    def failed_event(self, fail_time, fail_trace):
        self.note("failed_event")

    def artifact_event(self, name, filename, metadata=None, content_type=None):
        self.note("artifact_event")

    def log_metrics(self, metrics_by_name, info):
        self.note("log_metrics")

    def join(self):
        self.note("join")


@ex.main
def main(_run):
    _run.add_artifact("result.txt")
    _run.log_scalar("loss", 1)
    return 1


for event in ("started_event", "artifact_event", "log_metrics", "heartbeat_event", "completed_event", "join"):
    calls.clear()
    ex.observers = [
        Failing(event),
        Recorder(event, only=["started_event", "completed_event", "failed_event"]),
    ]
    found = outcome(ex.run, config_updates={"seed": 1})
    tell(**{event: [list(calls), ex.current_run.status, "raises" in found]})
