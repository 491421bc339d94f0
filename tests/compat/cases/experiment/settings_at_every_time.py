"""SETTINGS in both spellings before, between and after experiments are made, and inside configs."""
# run:
# run: [no-numpy]

import random

from kit import outcome, tell

import sacred
from sacred import SETTINGS, Experiment

SETTINGS.CONFIG.READ_ONLY_CONFIG = False
ex = Experiment("settings")
ex.add_config(a={"b": [1]}, seed=3)


@ex.config
def config():
    mode = sacred.SETTINGS["CAPTURE_MODE"]
    interval = SETTINGS.DEFAULT_BEAT_INTERVAL


@ex.main
def main(_config, a, _rnd, _run):
    changed = outcome(a["b"].append, 2)
    return [type(a).__name__, "raises" in changed, type(_rnd).__name__, _config["mode"], _run.beat_interval]


tell(first=ex.run().result)
SETTINGS["CONFIG"]["READ_ONLY_CONFIG"] = True
SETTINGS["CONFIG"]["NUMPY_RANDOM_LEGACY_API"] = True
SETTINGS.DEFAULT_BEAT_INTERVAL = 2.5
SETTINGS["CAPTURE_MODE"] = "no"
tell(second=[each for each in ex.run().result if "Dict" not in str(each)])
SETTINGS.CONFIG.ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS = True
tell(
    key=outcome(ex.add_config, {"not valid": 1}),
)
SETTINGS["CONFIG"].ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS = False
ex.add_config({"not valid": 1})
SETTINGS.DISCOVER_SOURCES = "none"
SETTINGS.DISCOVER_DEPENDENCIES = "none"
SETTINGS.HOST_INFO.INCLUDE_CPU_INFO = False
other = Experiment("other")
other.main(lambda _run: [_run.experiment_info["sources"], sorted(set(_run.host_info) - {"gpu", "gpus"})])
tell(none=other.run().result)


def make(name):
    third = Experiment(name)
    third.main(lambda: None)
    return third.run()


SETTINGS["DISCOVER_SOURCES"] = "nonsense"
tell(nonsense=outcome(make, "third"), random=random.Random(1).random())
SETTINGS.DISCOVER_SOURCES = "sys"
SETTINGS.DISCOVER_DEPENDENCIES = "sys"
fourth = Experiment("fourth")
fourth.main(lambda _run: [name for name, _ in _run.experiment_info["sources"]])
tell(fourth=fourth.run().result)
