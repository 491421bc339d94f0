"""Observers that raise at each event, of a run that succeeds, fails or is interrupted, beside one that works."""
# run: started
# run: [SACRED_CACHE=../observers_that_raise.cache] heartbeat
# run: [SACRED_CACHE=../observers_that_raise.cache] completed
# run: [SACRED_CACHE=../observers_that_raise.cache] failed
# run: [SACRED_CACHE=../observers_that_raise.cache] interrupted
# run: [SACRED_CACHE=../observers_that_raise.cache] join

import sys

from kit import Recorder, outcome, tell

from sacred import Experiment
from sacred.observers import RunObserver
from sacred.utils import ObserverError

event = sys.argv.pop(1)
ex = Experiment("raising")
ex.add_config(seed=1)
endings = ["started_event", "completed_event", "failed_event", "interrupted_event", "join"]


class Raising(RunObserver):
    priority = 5

    def raise_it(self, *args, **kwargs):
        raise (
            ObserverError(f"{event} is not possible") if event == "heartbeat" else OSError(28, "disk is full")
        )

    def __repr__(self):
        return "Raising()"


setattr(Raising, event if event == "join" else f"{event}_event", Raising.raise_it)


class Reversed(Recorder):
    """Works, and is told."""


ex.observers = [Reversed("first", priority=10, only=endings), Raising(), Recorder("last", only=endings)]


@ex.main
def main(_run):
    if event == "failed":
        raise ValueError("of the user")
    if event == "interrupted":
        raise KeyboardInterrupt
    return 1


found = outcome(ex.run)
run = ex.current_run
tell(found=found if "raises" in found else "fine", run=[run.status, run.result, run.stop_time is not None])
