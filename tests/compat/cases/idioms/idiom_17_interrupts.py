"""Interrupts of the project's own with statuses of their own, and the timeout."""
# run: -F runs with kind=TrainFailed
# run: -F runs with kind=Dropped
# run: -F runs with kind=Plain
# run: -F runs with kind=Timeout
# run: -F runs with kind=Caught
# run: -F runs -D with kind=Empty

from kit import Recorder, outcome, tell

from sacred import Experiment
from sacred.utils import SacredInterrupt, TimeoutInterrupt


class TrainFailed(SacredInterrupt):
    STATUS = "TRAIN_FAILED"


class Dropped(SacredInterrupt):
    STATUS = "LIKELIHOOD_DROPPED"

    def __init__(self, by):
        super().__init__(f"dropped by {by}")
        self.by = by


class Empty(SacredInterrupt):
    pass


ex = Experiment("interrupted")
ex.add_config(kind="")
ex.observers.append(
    Recorder(only=["interrupted_event", "failed_event", "completed_event", "heartbeat_event"])
)


@ex.capture
def train(kind, _run):
    _run.result = "so far"
    if kind == "TrainFailed":
        raise TrainFailed
    if kind == "Dropped":
        raise Dropped(3)
    if kind == "Timeout":
        raise TimeoutInterrupt
    if kind == "Empty":
        raise Empty("without a status")
    if kind == "Plain":
        raise SacredInterrupt("plain")
    try:
        raise TrainFailed("caught")
    except SacredInterrupt as interrupt:
        return [interrupt.STATUS, str(interrupt)]


@ex.main
def main():
    return train()


tell(
    statuses=[each.STATUS for each in (TrainFailed, Dropped, Empty)],
    bases=[each.__name__ for each in Dropped.__mro__],
)
if __name__ == "__main__":
    found = outcome(ex.run_commandline)
    tell(found=found if "raises" in found else "returned")
    run = ex.current_run
    tell(status=run.status, result=run.result, stopped=run.stop_time is not None, trace=run.fail_trace)
    if "raises" in found:
        raise SystemExit(7)
