"""What a run folder holds after a run that failed, was interrupted, left, timed out or only was queued."""
# run: failed
# run: interrupted
# run: left
# run: queued -q
# run: stopped
# run: not_started

import sys
from pathlib import Path

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.utils import SacredInterrupt

Path("made.txt").write_text("made")
ex = Experiment("endings")
ex.add_config(a=[1, {"b": 2}], seed=1)
ex.observers.append(FileStorageObserver("runs"))
endings = {
    "failed": ValueError("no"),
    "interrupted": KeyboardInterrupt(),
    "left": SystemExit(2),
    "stopped": SacredInterrupt("enough"),
}


@ex.config_hook
def check(config, command_name, logger):
    if command_name == "not_started":
        raise ValueError("the configuration is wrong")
    return {}


def work(_run):
    print("some output")
    sys.stdout.flush()
    _run.info["progress"] = 0.5
    _run.log_scalar("loss", 1.5, 10)
    _run.add_artifact("made.txt")
    _run.add_resource("made.txt")
    _run.result = "half"
    raise endings[_run.meta_info["command"]]


@ex.command
def failed(_run):
    work(_run)


@ex.command
def interrupted(_run):
    work(_run)


@ex.command
def left(_run):
    work(_run)


@ex.command
def stopped(_run):
    work(_run)


@ex.command
def queued():
    print("not now")


@ex.command
def not_started():
    print("never")


try:
    ex.run_commandline()
finally:
    run = ex.current_run
    tell(run=run and [run.status, run._id, run.result, run.fail_trace is not None, run.info])
