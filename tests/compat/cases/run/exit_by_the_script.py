"""Scripts that end the process themselves: in main, in hooks and after the run."""
# run: zero -F runs
# run: seven -F runs
# run: words -F runs
# run: from_hook -F runs
# run: after -F runs
# run: caught -F runs

import sys

from kit import Recorder, tell

from sacred import Experiment

ex = Experiment("exits")
ex.add_config(seed=1)
ex.observers.append(Recorder(only=["completed_event", "failed_event", "interrupted_event", "join"]))


@ex.command
def zero():
    sys.exit(0)


@ex.command
def seven():
    print("before")
    sys.exit(7)


@ex.command
def words():
    sys.exit("not today")


@ex.command
def from_hook():
    return 1


@ex.pre_run_hook
def leave(_run):
    if _run.meta_info["command"] == "from_hook":
        sys.exit(4)


@ex.command
def after():
    return 5


@ex.command
def caught():
    try:
        sys.exit(3)
    except SystemExit as error:
        return error.code


run = ex.run_commandline()
tell(run=[run.status, run.result])
sys.exit(run.result)
