"""The global generators are seeded with the root seed; a root seed that isn't set comes from `random`."""
# run: with seed=42
# run: [no-numpy] with seed=42

import random

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("globals")


@ex.main
def main(seed):
    numbers = [random.random(), random.randint(0, 10**6)]
    try:
        import numpy as np
    except ImportError:
        return [seed, numbers]
    return [seed, numbers, float(np.random.rand())]


if __name__ == "__main__":
    tell(commandline=ex.run_commandline().result)
    random.seed(7)
    tell(drawn=ex.run().result)
    random.seed(7)
    tell(same=ex.run(config_updates={"seed": None}).result)
    tell(zero=ex.run(config_updates={"seed": 0}).result)
    tell(wrong=outcome(ex.run, config_updates={"seed": "x"})["raises"][-3:])
