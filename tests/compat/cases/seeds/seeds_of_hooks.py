"""Seeds and random numbers in pre- and post-run hooks, of the experiment and its ingredients, and in main."""
# run: with seed=21
# run: [no-numpy] with seed=21
# run: failing with seed=21

from kit import tell

from sacred import Experiment, Ingredient

seen = []
part = Ingredient("part")
ex = Experiment("hooks", ingredients=[part])


def note(name, seed, rnd):
    seen.append([name, seed, float(rnd.random())])
    tell(seen=seen)


@ex.pre_run_hook
def first(_seed, _rnd):
    note("first", _seed, _rnd)


@part.pre_run_hook
def of_part(_seed, _rnd):
    helper()
    note("part", _seed, _rnd)


@part.capture
def helper(_seed, _rnd):
    note("helper", _seed, _rnd)


@ex.pre_run_hook
def second(_seed, _rnd):
    helper()
    note("second", _seed, _rnd)


@part.post_run_hook
def part_after(_seed, _rnd):
    note("part after", _seed, _rnd)


@ex.post_run_hook
def after(_seed, _rnd):
    helper()
    note("after", _seed, _rnd)


@ex.command
def failing(_seed, _rnd):
    note("failing", _seed, _rnd)
    raise ValueError("on purpose")


@ex.main
def main(_seed, _rnd):
    note("main", _seed, _rnd)


ex.run_commandline()
