"""Which events two observers get, in which order, with which arguments."""
# run: with seed=1 a=5 -c remark
# run: fail with seed=1
# run: stop with seed=1

from pathlib import Path

from kit import Recorder

from sacred import SETTINGS, Experiment
from sacred.utils import SacredInterrupt

SETTINGS.CAPTURE_MODE = "sys"
Path("data.txt").write_text("data")
Path("result.txt").write_text("result")
ex = Experiment("events")
ex.observers.append(Recorder("low", run_id="low id", priority=1))
ex.observers.append(Recorder("high", run_id="high id", priority=10))
ex.observers.append(Recorder("none", priority=20))
ex.add_config(a=1, d={"x": (1, 2)})


@ex.main
def main(_run):
    print("working")
    with ex.open_resource("data.txt") as file:
        file.read()
    ex.add_resource("data.txt")
    ex.add_artifact("result.txt")
    _run.add_artifact("result.txt", name="named.txt", metadata={"m": 1}, content_type="text/x-own")
    _run.info["note"] = 1
    _run.log_scalar("loss", 0.5)
    ex.log_scalar("loss", 0.25)
    return [1, _run._id]


@ex.command
def fail(_run):
    _run.log_scalar("loss", 1)
    raise ValueError("no")


@ex.command
def stop():
    raise SacredInterrupt


ex.run_commandline()
