"""Configurations in JSON, YAML and pickle files."""
# run:
# run: with extra.json
# run: with extra.yaml b=77
# run: with extra.pickle
# run: with missing.json
# run: with extra.txt

import json
import pickle
from pathlib import Path

from kit import outcome, tell

from sacred import Experiment

Path("base.json").write_text(json.dumps({"a": 1, "d": {"x": [1, 2], "y": None}, "t": 0.5}))
Path("more.yaml").write_text("b: 2\nlr: 1e-3\nrate: 0.1\nd:\n  z: yes\n")
Path("some.pickle").write_bytes(pickle.dumps({"c": (1, 2)}))
Path("extra.json").write_text(json.dumps({"a": 10, "d": {"y": 5}}))
Path("extra.yaml").write_text("a: 20\nb: 30\n")
Path("extra.pickle").write_bytes(pickle.dumps({"a": 40}))
Path("extra.txt").write_text("a=1")

ex = Experiment("files")
ex.add_config("base.json")
ex.add_config("more.yaml")
ex.add_config("some.pickle")


@ex.config
def computed(a, b):
    total = a + b


@ex.main
def main(_config):
    tell(config=_config)


tell(
    missing=outcome(ex.add_config, "nope.json"),
    wrong=outcome(ex.add_config, "extra.txt"),
    empty=outcome(ex.add_config),
    both=outcome(ex.add_config, {"a": 1}, b=2),
    number=outcome(ex.add_config, 5),
)
ex.run_commandline()
