"""_run.result is set while the main function runs; heartbeats report it, the value that main returns replaces it."""
# run: -b 0.01
# run: with last=done -b 0.02 -F runs
# run: with last=fail --beat-interval=0.01 -F runs
# run: with last=interrupt -b 0.01 -F runs

import threading

from kit import Recorder, outcome, tell

from sacred import Experiment
from sacred.observers import RunObserver
from sacred.utils import SacredInterrupt

ex = Experiment("results")
ex.add_config(last=None)
ex.observers.append(Recorder(only=["completed_event", "interrupted_event", "failed_event"]))


class Watcher(RunObserver):
    """Tells when a result arrives."""

    def __init__(self):
        self.arrived = threading.Condition()
        self.result = None

    def heartbeat_event(self, info, captured_out, beat_time, result):
        with self.arrived:
            self.result = result
            self.arrived.notify_all()

    def wait_for(self, result):
        with self.arrived:
            return self.arrived.wait_for(lambda: self.result == result, timeout=50) and self.result


watcher = Watcher()
ex.observers.append(watcher)


class Stopped(SacredInterrupt):
    STATUS = "STOPPED"


@ex.main
def main(_run, last):
    seen = [_run.result]
    for epoch in range(2):
        _run.result = {"epoch": epoch, "best": 0.5 + epoch}
        _run.info["epoch"] = epoch
        print("epoch", epoch)
        told = watcher.wait_for(_run.result)
        seen.append([told, ex.current_run.result])
    tell(seen=seen, status=_run.status)
    if last == "fail":
        raise ArithmeticError("diverged")
    if last == "interrupt":
        raise Stopped
    return last


found = outcome(ex.run_commandline)
tell(last=watcher.result, exit="raises" in found, result=ex.current_run.result, status=ex.current_run.status)
