"""Ingredients three deep, and shared ones, whose seeds are set: by configs, named configs and updates."""
# run: with seed=1
# run: with seed=1 data.seed=2 data.loader.seed=3
# run: with seed=1 reseeded
# run: with seed=1 data.loader.own
# run: [no-numpy] with seed=1

from kit import tell

from sacred import Experiment, Ingredient

loader = Ingredient("data.loader")
data = Ingredient("data", ingredients=[loader])
model = Ingredient("model", ingredients=[loader])
loader.add_config(seed=100, workers=2)
data.add_config(seed=200)
model.add_config(seed=300)
ex = Experiment("nested_fixed", ingredients=[data, model])


@loader.named_config
def own():
    seed = 101


@ex.named_config
def reseeded():
    data = {"seed": 201, "loader": {"seed": 102}}


@loader.capture
def load(_seed, _rnd, seed):
    return ["load", seed, _seed, float(_rnd.random())]


@data.capture
def read(_seed, _rnd, seed):
    return ["read", seed, _seed, float(_rnd.random()), load()]


@model.capture
def build(_seed, seed):
    return ["build", seed, _seed, load()]


@ex.automain
def main(_seed, _config):
    tell(seen=[build(), read(), load(), read(), build()], main=_seed, config=_config)
