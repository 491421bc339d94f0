"""Plain, writable copies of the configuration: deepcopy, own recursion, Namespace, json, pickle, yaml."""
# run:
# run: with net.layers='[5,6]' net.opt.lr=3 name=x
# run: [no-numpy] with net.opt.betas='(1,2)'

import argparse
import copy
import json
import pickle
from types import SimpleNamespace

from kit import outcome, tell

from sacred import Experiment
from sacred.config.custom_containers import ReadOnlyContainer, ReadOnlyDict, ReadOnlyList

ex = Experiment("copies")
ex.add_config(
    name="net", net={"layers": [1, 2], "opt": {"lr": 0.1, "betas": (0.9, 0.99)}, "empty": {}, "none": []}
)


def own_copy(value):
    if isinstance(value, dict):
        return {k: own_copy(v) for k, v in value.items()}
    if isinstance(value, list):
        return [own_copy(v) for v in value]
    return copy.deepcopy(value)


@ex.capture
def build(net, opt_factor=2):
    return net["opt"]["lr"] * opt_factor


@ex.main
def main(_config, net):
    own = own_copy(_config)
    own["net"]["layers"].append(7)
    own["net"]["opt"]["new"] = 1
    space = SimpleNamespace(**_config)
    space.name = "changed"
    names = argparse.Namespace(**own)
    names.net["empty"]["x"] = 1
    deep = copy.deepcopy(_config)
    loaded = json.loads(json.dumps(_config))
    merged = {**_config, "name": "merged"}
    changed = dict(net)
    changed["layers"] = [*net["layers"], 3]
    tell(
        own=own["net"],
        space=[space.name, space.net["opt"]["lr"]],
        names=names.net["empty"],
        equal=[
            deep == _config,
            loaded == own_copy(_config),
            merged == _config,
            pickle.loads(pickle.dumps(own)) == own,
        ],
        changed=changed["layers"],
        untouched=own_copy(_config["net"]),
        kinds=[
            isinstance(_config, dict),
            isinstance(net["layers"], list),
            isinstance(net, ReadOnlyContainer),
        ],
        classes=[ReadOnlyDict.__mro__[-2].__name__, ReadOnlyList.__mro__[-2].__name__],
        refused=[
            outcome(_config.__setitem__, "name", 1),
            outcome(_config.update, name=1),
            outcome(net["layers"].append, 1),
            outcome(net["layers"].sort),
            outcome(net["opt"].pop, "lr"),
            outcome(net["opt"].setdefault, "lr", 1),
        ],
        reading=[
            net.get("layers"),
            net["layers"] + [9],
            net["layers"][:1],
            list(reversed(net["layers"])),
            sorted(net),
        ],
        text=[str(net), repr(net["layers"]), f"{net['opt']}"],
        sum=[
            sum(net["layers"]),
            len(net),
            1 in net["layers"],
            "opt" in net,
            net["layers"].index(net["layers"][0]),
        ],
        built=[build(), build(opt_factor=5), build({"opt": {"lr": 1}})],
    )


ex.run_commandline()
