"""Runs of one experiment after another: the same seed gives the same numbers, others give others."""
# run:
# run: [no-numpy]

import random

from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
ex = Experiment("repeated", ingredients=[part])


@part.capture
def of_part(_rnd):
    return float(_rnd.random())


@ex.capture
def draw(_rnd, _seed):
    return [_seed, float(_rnd.random())]


@ex.main
def main(_seed, _rnd):
    return [_seed, float(_rnd.random()), draw(), draw(), of_part(), random.random()]


@ex.command
def nested(_seed):
    inner = ex.run("main", config_updates={"seed": 5}, options={"--loglevel": "ERROR"}).result
    return [_seed, inner, draw()]


def run(seed=None, command=None):
    updates = {} if seed is None else {"seed": seed}
    return ex.run(command, config_updates=updates, options={"--loglevel": "ERROR"}).result


random.seed(9)
tell(
    same=[run(5), run(5)],
    other=run(6),
    alternating=[run(5) == run(5), run(6) == run(5)],
    drawn=[run(), run()],
    outside=[draw()[0] != draw()[0], isinstance(of_part(), float)],
)
random.seed(9)
tell(again=[ex.run(options={"--loglevel": "ERROR"}).config["seed"], random.random()])
