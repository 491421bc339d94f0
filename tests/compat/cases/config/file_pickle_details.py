"""Pickled configurations: tuples, sets, numpy values and objects of the user's come through as they are."""
# run:
# run: with update.pickle
# run: with update.pickle pair=5 d.x=9
# run: print_config with update.pickle

import pickle
from pathlib import Path

import numpy as np
from kit import tell

from sacred import Experiment
from sacred.config import load_config_file, save_config_file


def write(name, value):
    Path(name).write_bytes(pickle.dumps(value))
    return name


ex = Experiment("pickle")
ex.add_config(write("base.pickle", {"pair": (1, (2, 3)), "d": {"x": 1, "y": None}, "scalar": np.float64(0.5)}))
ex.add_named_config("named", write("named.pickle", {"scalar": 2}))
write("update.pickle", {"pair": (7, 8), "d": {"x": np.int64(5)}, "n": 3})


@ex.config
def config(pair, d):
    n = len(pair)
    total = d["x"] + n


@ex.main
def main(_config, _run):
    tell(config=_config, modified=_run.config_modifications.modified)


save_config_file({"t": (1, 2), "s": {1}, "n": None}, "saved.pickle")
tell(loaded=[load_config_file(name) for name in ("base.pickle", "saved.pickle")])
ex.run_commandline()
tell(named=ex.run(named_configs=["named"], options={"--loglevel": "ERROR"}).config["scalar"])
