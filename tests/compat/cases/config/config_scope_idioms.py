"""Things that existing config functions do: locals(), checks, side effects, observers made from entries."""
# run:
# run: with name=zebra verbose=True
# run: with width=-1

import os

from kit import Recorder, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("idioms")
executed = []


@ex.config
def config():
    name = "ant"  # what it is called
    verbose = False
    width = 3
    assert width > 0, "width must be positive"
    if verbose:
        level = "high"
    else:
        level = "low"
    shape = dict(rows=width, columns=width * 2)
    shape["depth"] = 1
    path = os.path.join("out", name)
    short = name[:3] if len(name) > 3 else name
    executed.append(name)
    os.environ["COMPAT_NAME"] = name
    ex.observers.append(FileStorageObserver(os.path.join("runs", name)))
    ex.observers.append(Recorder(name, only=["started_event"]))
    _ = locals()
    del _


@ex.named_config
def wide():
    width = 30


@ex.automain
def main(_config, _run, name):
    tell(config=_config, executed=executed, environment=os.environ["COMPAT_NAME"])
    tell(folder=_run.observers[0].dir, id=_run._id)
