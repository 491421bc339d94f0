"""In which order ingredients draw their seeds: by declaration, with named configs and unused ones between."""
# run: with seed=2
# run: with seed=2 b.seed=50
# run: [no-numpy] with seed=2
# run: c.show with seed=2

from kit import tell

from sacred import SETTINGS, Experiment, Ingredient

parts = {name: Ingredient(name) for name in "dbca"}
seen = {}


def add_functions(part):
    @part.capture
    def draw(_seed, _rnd):
        return [_seed, float(_rnd.random())]

    @part.capture
    def unused(_seed):
        return _seed

    @part.command
    def show(_seed):
        tell(shown=[part.path, _seed, draw()])

    return draw


draws = {name: add_functions(part) for name, part in parts.items()}
parts["a"].add_config(seed=40)
ex = Experiment("order", ingredients=[parts["c"], parts["a"], parts["d"], parts["b"]])


@ex.automain
def main(_seed, _config):
    tell(forward={name: draw() for name, draw in draws.items()})
    tell(backward={name: draw() for name, draw in reversed(draws.items())}, main=_seed, config=_config)
    tell(legacy=SETTINGS.CONFIG.NUMPY_RANDOM_LEGACY_API)
