"""The global generators of `random` and numpy through a run: after hooks, nested runs, calls and commands."""
# run: with seed=13
# run: other with seed=13
# run: [no-numpy] with seed=13
# run: with seed=0
# run: with seed=4294967295

import random

from kit import tell

from sacred import Experiment

try:
    import numpy as np
except ImportError:
    np = None

ex = Experiment("globals")
nested = Experiment("nested")
seen = []


def note(name):
    seen.append([name, random.random(), None if np is None else float(np.random.rand())])


@ex.config
def config():
    note("config")
    size = 3


@ex.config_hook
def config_hook(config, command_name, logger):
    note("config hook")
    return {}


@ex.pre_run_hook
def before():
    note("before")


@ex.post_run_hook
def after():
    note("after")
    tell(seen=[entry for entry in seen if entry[0] not in ("config", "config hook")])
    tell(early=[[entry[0], entry[1]] for entry in seen if entry[0] in ("config", "config hook")])


@nested.main
def nested_main():
    note("nested")


@ex.capture
def seeded(_rnd, _seed):
    note("captured")
    return float(_rnd.random())


@ex.command
def other():
    note("other")


@ex.main
def main(_rnd):
    note("main")
    seeded()
    note("again")
    nested.run(config_updates={"seed": 5}, options={"--loglevel": "ERROR"})
    note("after nested")


ex.run_commandline()
