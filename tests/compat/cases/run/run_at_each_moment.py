"""Attributes of the run before, during and after: in hooks, in main, in an observer's events."""
# run: with a=5
# run: fail

from kit import tell

from sacred import Experiment
from sacred.observers import RunObserver

ex = Experiment("moments")
ex.add_config(a=1, seed=1)
moments = []


def note(moment):
    run = ex.current_run
    if run is None:
        moments.append([moment, None])
        return
    times = [run.start_time is not None, run.stop_time is not None]
    moments.append([moment, run.status, run._id, run.result, run.info, *times, len(run.observers)])


class Noting(RunObserver):
    def started_event(self, **arguments):
        note("started_event")
        return "noted"

    def heartbeat_event(self, **arguments):
        if moments[-1][0] != "heartbeat_event":
            note("heartbeat_event")

    def completed_event(self, **arguments):
        note("completed_event")

    def failed_event(self, **arguments):
        note("failed_event")

    def join(self):
        note("join")


ex.observers.append(Noting())


@ex.config_hook
def configure(config, command_name, logger):
    moments.append(["config hook", command_name, logger.name, sorted(config)])
    return {}


@ex.pre_run_hook
def before(_run):
    note("before")
    _run.info["before"] = 1


@ex.post_run_hook
def after(_run):
    note("after")
    _run.info["after"] = 2


@ex.main
def main(_run):
    note("main")
    _run.result = 0.25
    _run.info["main"] = [1]
    note("end of main")
    return 0.5


@ex.command
def fail(_run):
    _run.result = "so far"
    raise ValueError("no")


try:
    ex.run_commandline()
finally:
    note("afterwards")
    tell(moments=moments)
