"""A run that is interrupted by SIGINT, from outside and by its own code, and what is recorded of it."""
# run: interrupted -F runs
# run: swallowed -F runs
# run: own_handler -F runs
# run: in_hook -F runs
# run: from_python -F runs

import os
import signal

from kit import Recorder, outcome, tell

from sacred import Experiment

signal.signal(signal.SIGINT, signal.default_int_handler)  # shells let jobs in the background ignore it
ex = Experiment("signals")
ex.add_config(seed=1)
ex.observers.append(Recorder(only=["interrupted_event", "failed_event", "completed_event"]))


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


@ex.command
def interrupted(_run):
    _run.result = 0.5
    interrupt()


@ex.command
def swallowed():
    try:
        interrupt()
    except KeyboardInterrupt:
        return "stopped early"


@ex.command
def own_handler():
    def stop(number, frame):
        raise RuntimeError(f"signal {number}")

    signal.signal(signal.SIGINT, stop)
    interrupt()


@ex.command
def in_hook():
    return 1


@ex.post_run_hook
def after(_run):
    if _run.meta_info["command"] == "in_hook":
        interrupt()


@ex.command
def from_python():
    return 2


@ex.main
def main():
    interrupt()


run = ex.run_commandline()
tell(
    status=run.status,
    result=run.result,
    handler=signal.getsignal(signal.SIGINT) is signal.default_int_handler,
)
if run.meta_info["command"] == "from_python":
    raises = outcome(ex.run)["raises"]
    tell(python=[raises, ex.current_run.status, ex.current_run.result])
