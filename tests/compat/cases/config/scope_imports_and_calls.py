"""Imports and calls of the standard library in a config function: paths, times, environment, other modules."""
# run:
# run: with name=second root=/data
# run: with exist=True
# run: with scratch

import os
import os.path as osp
from pathlib import Path

from kit import tell

from sacred import Experiment

ex = Experiment("calls")
os.environ["DATA_ROOT"] = "data"


@ex.config
def config():
    from math import floor, log2
    import json as parser
    from collections import OrderedDict

    name = "first"
    root = os.environ["DATA_ROOT"]
    home = os.environ.get("COMPAT_NOWHERE", "nowhere")
    path = os.path.join(root, name)
    file = osp.basename(path) + ".json"
    folder = str(Path(root) / name / "checkpoints")
    stem = Path(file).stem
    exist = os.path.exists("made")
    os.makedirs(os.path.join("made", name), exist_ok=True)
    bits = floor(log2(1000))
    parsed = parser.loads('{"a": [1, null]}')
    ordered = OrderedDict(b=1, a=2)
    stamp = len(__import__("time").strftime("%Y-%m-%d"))
    version = "{}-{}".format(name, bits)
    upper = name.upper().replace("R", "_")
    parts = "a/b/c".split("/")
    here = osp.basename(os.path.abspath(__file__))
    is_main = __name__ == "__main__"
    limits = [min(3, 1), max([2, 5]), abs(-1), round(2.567, 1), int("7"), float("1e3"), bool(""), str(1.5)]
    sliced = list(range(10))[2:8:3]
    del floor, log2, parser, OrderedDict


@ex.named_config
def scratch():
    import tempfile

    root = "scratch" + str(len(tempfile.gettempprefix()))
    del tempfile


@ex.automain
def main(_config, _run):
    tell(config=_config, made=sorted(os.listdir("made")), modified=_run.config_modifications.modified)
