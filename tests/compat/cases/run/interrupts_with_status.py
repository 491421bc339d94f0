"""SacredInterrupt and its subclasses with a STATUS: raised in main, in captured functions and in hooks."""
# run: with stop=failed -F runs
# run: with stop=rescheduled -F runs
# run: with stop=deep -F runs
# run: with stop=chained -F runs
# run: with stop=hook -F runs

from kit import Recorder, tell

from sacred import Experiment
from sacred.utils import SacredInterrupt

ex = Experiment("interrupts")
ex.add_config(seed=1, stop=None)
ex.observers.append(Recorder(only=["interrupted_event", "failed_event", "completed_event", "join"]))


class TrainFailed(SacredInterrupt):
    STATUS = "TRAIN_FAILED"


class Rescheduled(SacredInterrupt):
    """With a text of its own."""

    STATUS = "RESCHEDULED"

    def __init__(self, when):
        super().__init__(f"again {when}")


class Deeper(TrainFailed):
    pass


@ex.capture
def check(stop):
    if stop == "deep":
        raise Deeper("loss is nan")


@ex.pre_run_hook
def before(stop):
    if stop == "hook":
        raise TrainFailed


@ex.main
def main(stop, _run):
    _run.info["reached"] = True
    check()
    if stop == "failed":
        raise TrainFailed("nothing learned")
    if stop == "rescheduled":
        raise Rescheduled("tomorrow")
    try:
        raise ValueError("the reason")
    except ValueError as error:
        raise TrainFailed from error


try:
    ex.run_commandline()
finally:
    tell(run=[ex.current_run.status, ex.current_run.result, ex.current_run.info])
