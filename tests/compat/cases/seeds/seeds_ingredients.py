"""Ingredients draw their seeds from the experiment's, unless theirs is set."""
# run: with seed=7
# run: with seed=7 first.seed=11
# run: [no-numpy] with seed=7
# run: first.show with seed=8

from kit import tell

from sacred import Experiment, Ingredient

first = Ingredient("first")
second = Ingredient("second")
third = Ingredient("third")
third.add_config(seed=99)
seen = []


@first.capture
def draw_first(_seed, _rnd):
    seen.append(["first", _seed, float(_rnd.random())])


@first.command
def show(_seed):
    draw_first()
    seen.append(["show", _seed])
    tell(seen=seen)


@second.capture
def draw_second(_seed, _rnd):
    seen.append(["second", _seed, float(_rnd.random())])


@third.capture
def draw_third(_seed, _rnd):
    seen.append(["third", _seed, float(_rnd.random())])


ex = Experiment("many", ingredients=[first, second, third])


@ex.automain
def main(_seed, _config, _run):
    for draw in (draw_third, draw_first, draw_second, draw_first):
        draw()
    tell(seen=seen, main=_seed, config=_config, order=list(_config), info=_run.config)
