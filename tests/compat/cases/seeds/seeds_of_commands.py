"""The seeds of commands other than main, of the experiment and of ingredients, with and without observers."""
# run: with seed=4
# run: evaluate with seed=4
# run: part.prepare with seed=4
# run: evaluate -u with seed=4
# run: unobserved with seed=4
# run: print_config with seed=4

from kit import Recorder, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
ex = Experiment("commands", ingredients=[part])
ex.observers.append(Recorder(only=["started_event"]))


@part.capture
def shuffle(_rnd):
    return [int(number) for number in _rnd.permutation(5)]


@part.command
def prepare(_seed, _rnd):
    tell(prepared=[_seed, float(_rnd.random()), shuffle(), shuffle()])


@ex.capture
def noise(_rnd, scale=1):
    return float(_rnd.normal(scale=scale))


@ex.command
def evaluate(_seed):
    tell(evaluated=[_seed, noise(), shuffle(), noise()])


@ex.command(unobserved=True)
def unobserved(_seed, seed):
    tell(unobserved=[seed, _seed, noise()])


@ex.main
def main(_seed):
    tell(main=[_seed, noise(), noise(scale=2), shuffle()])
    evaluate()
    prepare()
    return noise()


ex.run_commandline()
