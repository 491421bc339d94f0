"""`_run.result` set by code before the end: what heartbeats, endings and records get of it."""
# run: returned -F runs
# run: nothing -F runs
# run: raised -F runs
# run: stopped -F runs
# run: mutated -F runs

from kit import Recorder, tell

from sacred import Experiment
from sacred.utils import TimeoutInterrupt

ex = Experiment("results")
ex.add_config(seed=1)
ex.observers.append(Recorder(only=["completed_event", "failed_event"]))
kept = []


@ex.command
def returned(_run):
    _run.result = 0.5
    return 0.75


@ex.command
def nothing(_run):
    _run.result = 0.5


@ex.command
def raised(_run):
    _run.result = {"best": 3}
    raise ValueError("no")


@ex.command
def stopped(_run):
    _run.result = [1, 2]
    raise TimeoutInterrupt


@ex.command
def mutated(_run):
    kept.append({"loss": [1]})
    return kept[0]


@ex.post_run_hook
def after(_run):
    kept.append(_run.result)
    if _run.meta_info["command"] == "mutated":
        _run.result["loss"].append(2)
    else:
        _run.result = "of the hook"


try:
    ex.run_commandline()
finally:
    tell(result=ex.current_run.result, status=ex.current_run.status, kept=kept)
