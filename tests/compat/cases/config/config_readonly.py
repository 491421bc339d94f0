"""What captured functions get can't be changed by mistake, but copies of it can."""
# run:

import argparse
import copy
import json
from types import SimpleNamespace

from kit import outcome, tell

from sacred import SETTINGS, Experiment

ex = Experiment("readonly")


@ex.config
def config():
    d = {"x": 1, "y": {"z": [1, 2]}}
    items = [3, 1, {"k": 1}]


@ex.capture
def write(d, items):
    return [
        outcome(d.__setitem__, "x", 2),
        outcome(d.update, x=2),
        outcome(d.pop, "x"),
        outcome(d.setdefault, "new", 1),
        outcome(d.clear),
        outcome(d["y"].__delitem__, "z"),
        outcome(d["y"]["z"].append, 3),
        outcome(items.sort),
        outcome(items[2].__setitem__, "k", 2),
        outcome(items.insert, 0, 1),
        outcome(items.reverse),
    ]


def change(conf):
    conf["d"]["y"]["z"].append(9)
    conf["items"][2]["k"] = 5
    return [conf["d"]["y"]["z"], conf["items"]]


def own_copy(value):
    if isinstance(value, dict):
        return {key: own_copy(item) for key, item in value.items()}
    return [own_copy(item) for item in value] if isinstance(value, list) else value


@ex.main
def main(_config, _run, d):
    tell(
        written=write(),
        instance=[isinstance(_config, dict), isinstance(d["y"]["z"], list)],
        deep=change(copy.deepcopy(_config)),
        own=change(own_copy(_config)),
        json=change(json.loads(json.dumps(_config))),
        namespace=change(copy.deepcopy(vars(argparse.Namespace(**_config)))),
        simple=SimpleNamespace(**_config).d["x"],
        joined=[_config["items"] + [1], {**d}, d | {"n": 1}, _config["items"][:2], list(_config["items"])],
        unchanged=_config["d"],
        run=[_run.config == _config, type(_run.config).__name__],
        show=[str(d), repr(_config["items"])],
    )


ex.run_commandline()
SETTINGS.CONFIG.READ_ONLY_CONFIG = False
other = Experiment("writable")
other.add_config(d={"x": 1})


@other.main
def writable(d, _config, _run):
    d["x"] = 2
    return [type(d).__name__, _config["d"]["x"], _run.config["d"]["x"]]


tell(writable=other.run().result)
