"""Random numbers in config functions and hooks: nothing is seeded there yet, `_rnd` and `_seed` are not given."""
# run: with seed=5
# run: with seed=5 drawn=0.5
# run: [no-numpy] with seed=5

import random

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("in_config")
random.seed(123)


@ex.config
def config():
    drawn = random.random()
    chosen = random.choice(["a", "b", "c"])
    size = random.randint(1, 10) * 2


@ex.config
def second(drawn):
    more = random.random() + drawn


@ex.config_hook
def hook(config, command_name, logger):
    return {"hooked": random.random(), "knows_seed": config.get("seed")}


@ex.pre_run_hook
def before():
    tell(before=random.random())


@ex.main
def main(_config, _seed):
    tell(config=_config, seed=_seed, numbers=[random.random(), random.random()])


def takes(name):
    other = Experiment("other")
    namespace = {}
    other.add_config(a=1)
    other.config(TAKING[name])
    other.main(lambda: None)
    return outcome(other.run, options={"--loglevel": "ERROR"})["raises"][-4:]


def with_rnd(_rnd):
    x = _rnd


def with_seed(_seed):
    x = _seed


TAKING = {"rnd": with_rnd, "seed": with_seed}
ex.run_commandline()
tell(given=[takes("rnd"), takes("seed")])
