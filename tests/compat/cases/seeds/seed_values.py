"""Which values may be a seed: bounds, types that look like integers, and what is refused."""
# run: with seed=1
# run: with seed=text
# run: with seed=-1
# run: with seed=1.5
# run: with part.seed=text seed=1

import numpy as np
from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(size=1)
ex = Experiment("values", ingredients=[part])


@part.capture
def of_part(_seed):
    return _seed


@ex.main
def main(_seed, seed):
    return [type(seed).__name__, seed, _seed, of_part()]


def run(seed):
    return ex.run(config_updates={"seed": seed}, options={"--loglevel": "ERROR"}).result


for name, seed in {
    "zero": 0,
    "one": 1,
    "billion": 10**9,
    "highest": 2**32 - 1,
    "true": True,
    "numpy": np.int64(7),
}.items():
    tell(**{name: outcome(run, seed)})
for name, seed in {"negative": -1, "float": 1.5, "text": "1", "list": [1], "huge": 2**64}.items():
    tell(**{name: "raises" in outcome(run, seed)})
run_ = ex.run_commandline()
tell(commandline=run_.result)
