"""numpy's older generators with ingredients, hooks and methods; without numpy the setting changes nothing."""
# run: with seed=6
# run: [no-numpy] with seed=6
# run: show with seed=6 part.seed=7

from kit import tell

from sacred import SETTINGS, Experiment, Ingredient

SETTINGS["CONFIG"]["NUMPY_RANDOM_LEGACY_API"] = True
part = Ingredient("part")
ex = Experiment("legacy", ingredients=[part])
seen = []


def number(rnd):
    return float(rnd.rand()) if hasattr(rnd, "rand") else rnd.random()


@part.capture
def of_part(_seed, _rnd):
    return [_seed, type(_rnd).__name__, number(_rnd)]


class Model:
    @ex.capture
    def __init__(self, _rnd):
        self.weights = [number(_rnd) for _ in range(3)]

    @ex.capture
    def step(self, _rnd, _seed):
        return [_seed, number(_rnd)]


@ex.pre_run_hook
def before(_rnd):
    seen.append(["before", number(_rnd)])


@ex.command
def show(_seed, _rnd):
    tell(shown=[_seed, number(_rnd), of_part()], seen=seen)


@ex.automain
def main(_seed, _rnd):
    model = Model()
    tell(seen=seen, model=[model.weights, model.step(), model.step()], part=of_part(), main=[_seed, number(_rnd)])
