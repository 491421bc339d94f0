"""The same with numpy's older generators."""
# run: with seed=3

from kit import tell

from sacred import SETTINGS, Experiment

SETTINGS.CONFIG.NUMPY_RANDOM_LEGACY_API = True
ex = Experiment("legacy")


@ex.capture
def draw(_seed, _rnd):
    return [_seed, type(_rnd).__name__, _rnd.randint(0, 1000), float(_rnd.rand()), float(_rnd.normal())]


@ex.automain
def main(_seed, _rnd):
    tell(seen=[draw(), draw(), _seed, _rnd.randint(0, 1000), draw()])
