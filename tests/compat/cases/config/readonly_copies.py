"""Every way to copy the configuration that captured functions get, and what can then be changed."""
# run:
# run: with items=[5] d.y.z=[7]

import argparse
import copy
import json
import pickle
from collections import OrderedDict
from types import SimpleNamespace

import yaml
from kit import outcome, tell

from sacred import Experiment

ex = Experiment("copies")


@ex.config
def config():
    d = {"x": 1, "y": {"z": [1, 2]}}
    items = [3, 1, {"k": 1}]
    pair = (1, 2)


def change(d):
    d["x"] = 100
    d["new"] = True
    return [d["x"], sorted(d)]


def via_namespace(config):
    namespace = argparse.Namespace(**config)
    namespace.extra = 1
    namespace.items = list(namespace.items)
    namespace.items.append(9)
    return [sorted(vars(namespace)), namespace.items[-1], namespace.d["y"]["z"]]


@ex.capture
def simple_copies(d, items):
    return {
        "dict": change(dict(d)),
        "unpacked": change({**d}),
        "method": change(d.copy()),
        "ordered": change(OrderedDict(d)),
        "copied": change(copy.copy(d)),
        "items": change({key: value for key, value in d.items()}),
        "union": change(d | {"x": 2}),
        "list": [items[:], list(items), items + [1], items * 2, sorted(items[:1]), [*items], items.copy()],
        "lengths": [len(d), len(items), d == {"x": 1, "y": {"z": [1, 2]}}, items == [3, 1, {"k": 1}]],
        "lookups": [d.get("x"), d.get("nope", 0), "x" in d, list(d), list(d.values())[0], items.index(items[0])],
    }


@ex.automain
def main(_config, d, items, pair):
    deep = copy.deepcopy(_config)
    loaded = json.loads(json.dumps(_config))
    text = yaml.safe_dump(loaded)
    tell(
        copies=simple_copies(),
        deep=[change(deep["d"]), type(deep).__name__ in ("dict", "ReadOnlyDict")],
        json=[change(loaded["d"]), json.dumps(_config, sort_keys=True)],
        yaml=yaml.safe_load(text)["items"],
        pickled=pickle.loads(pickle.dumps(_config))["items"],
        namespace=via_namespace(_config),
        simple=SimpleNamespace(**_config).d["x"],
        formatted=[f"{d}", str(items), "%s" % (pair,), repr(d["y"])],
        original=[d, items, _config["d"]["x"]],
        kinds=[isinstance(_config, dict), isinstance(pair, list), isinstance(d["y"], dict)],
        refused=[outcome(change, d), outcome(pair.append, 3), outcome(_config.pop, "d")],
    )
