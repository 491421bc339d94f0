"""How runs end: statuses, exit codes, last lines, and what the record says."""
# run: fine -F runs
# run: boom -F runs
# run: chained -F runs
# run: stop -F runs
# run: late -F runs
# run: quit -F runs
# run: leave -F runs
# run: farewell -F runs
# run: interrupt -F runs
# run: boom -d
# run: hooked -F runs

from kit import Recorder

from sacred import SETTINGS, Experiment
from sacred.utils import SacredInterrupt, TimeoutInterrupt

SETTINGS.CAPTURE_MODE = "sys"
ex = Experiment("ends")
ending = ["completed_event", "failed_event", "interrupted_event"]
ex.observers.append(Recorder(only=ending))


class TrainFailed(SacredInterrupt):
    STATUS = "TRAIN_FAILED"


def fail():
    raise ValueError("inner")


@ex.command
def fine():
    return {"accuracy": 0.5}


@ex.command
def boom():
    fail()


@ex.command
def chained():
    try:
        fail()
    except ValueError as error:
        raise RuntimeError("outer") from error


@ex.command
def stop():
    raise TrainFailed("nothing learned")


@ex.command
def late():
    raise TimeoutInterrupt


@ex.command
def quit():
    raise SystemExit(3)


@ex.command
def leave():
    raise SystemExit


@ex.command
def farewell():
    raise SystemExit("good bye")


@ex.command
def interrupt():
    raise KeyboardInterrupt


@ex.command
def hooked():
    return 1


@ex.post_run_hook
def after(_run):
    if _run.meta_info["command"] == "hooked":
        fail()


ex.run_commandline()
