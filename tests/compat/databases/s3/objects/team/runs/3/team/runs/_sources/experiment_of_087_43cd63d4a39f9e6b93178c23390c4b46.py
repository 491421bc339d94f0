"""An experiment for Sacred 0.8.7 whose runs have something of everything that its observers store.

``record_documents.py`` runs it; nothing of ours is imported.
"""

import datetime
import os
import sys
import warnings

import numpy as np
from sacred import Experiment, Ingredient
from sacred.utils import SacredInterrupt, TimeoutInterrupt

data = Ingredient("data")


@data.config
def data_config():
    name = "digits"
    normalise = True
    split = {"train": 0.8, "test": 0.2}


@data.capture
def load(name, normalise):
    print("loading", name, normalise)


ex = Experiment("documents", ingredients=[data], base_dir=os.path.dirname(os.path.abspath(__file__)))
ex.captured_out_filter = None


@ex.config
def config():
    rate = 0.1
    epochs = 3
    layers = [64, 32]
    pair = (1, "two")
    nothing = None
    nested = {"deep": {"deeper": [1, {"x": 1.5}]}, "flag": False}
    big = 2**53 + 1
    path = "some/where"
    names = "Größe ∑ 🎉"


class Rebuilt(SacredInterrupt):
    STATUS = "REBUILT"


@ex.main
def train(_run, rate, epochs, pair):
    load()
    print("training at", rate, "with", pair)
    print("to standard error: größer", file=sys.stderr)
    here = os.path.dirname(os.path.abspath(__file__))
    with _run.open_resource(os.path.join(here, "table.csv")) as table:
        print(len(table.read()))
    _run.add_resource(os.path.join(here, "table.csv"))
    for epoch in range(epochs):
        _run.log_scalar("loss", 1 / (epoch + 1), epoch)
        _run.log_scalar("train.accuracy", np.float32(epoch / 4))
        _run.log_scalar("hits", epoch * 7, epoch * 10)
        _run.log_scalar("odd", ["text", None, float("nan")][epoch])
        _run.log_scalar("array", np.int64(epoch))
    _run.info["matrix"] = np.arange(4).reshape(2, 2) / 2
    _run.info["moment"] = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)
    _run.info["nested"] = {"list": [1, {"x": None}], "odd.key": 1, "$dollar": 2, "": "empty"}
    _run.info["not a number"] = float("nan")
    _run.add_artifact(
        os.path.join(here, "model.txt"), name="weights.txt", metadata={"epoch": 2}, content_type="text/plain"
    )
    _run.add_artifact(os.path.join(here, "model.txt"))
    _run.add_artifact(os.path.join(here, "table.csv"), name="table copy")
    return {"accuracy": 0.75, "list": [1, 2.5, None]}


@ex.command
def odd(_run):
    """What only MongoDB and folders take."""
    _run.info["scalar"] = np.float64(2.5)
    _run.info["large"] = np.arange(3000, dtype=np.float32) / 4
    _run.info["keys"] = {3: "three", "odd.key": 1}
    _run.info["tuple"] = (1, 2)
    _run.info["set"] = {7}
    _run.info["bytes"] = b"\x00\xff"
    _run.info["class"] = Rebuilt
    return np.float32(0.5)


@ex.command
def fail(rate):
    print("about to fail")
    raise ValueError(f"rate {rate} is not possible")


@ex.command
def number():
    return 0.5


@ex.command
def interrupt():
    raise KeyboardInterrupt


@ex.command
def timeout():
    raise TimeoutInterrupt


@ex.command
def own_status():
    raise Rebuilt


@ex.command
def die():
    print("gone")
    sys.stdout.flush()
    import time

    time.sleep(1.5)
    os._exit(3)


warnings.simplefilter("ignore")
