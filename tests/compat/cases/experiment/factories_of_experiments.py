"""Experiments and ingredients made by functions, in loops, and again; functions shared between them."""
# run:
# run: second with lr=7

import functools
import sys

from kit import outcome, tell

from sacred import Experiment, Ingredient


def make_data(name, size):
    data = Ingredient(name)
    data.add_config(size=size, half=size // 2)

    @data.capture
    def load(size, half):
        return [name, size, half]

    data.load = load
    return data


def make_experiment(name, factor, data):
    ex = Experiment(name, ingredients=[data])

    @ex.config
    def config():
        lr = 0.1
        steps = 3

    @ex.capture
    def scale(lr):
        return lr * factor

    @ex.main
    def main(lr, steps):
        return [name, scale(), [step * factor for step in range(steps)], data.load()]

    ex.scale = scale
    return ex


shared = make_data("data", 10)
experiments = {
    name: make_experiment(name, factor, shared) for factor, name in enumerate(["first", "second"], 1)
}


def helper(lr, *, scale=2):
    return lr * scale


captured = [ex.capture(helper) for ex in experiments.values()]
partial = experiments["first"].capture(
    functools.wraps(helper)(lambda *args, **kwargs: helper(*args, **kwargs))
)
tell(
    results=[ex.run(config_updates={"lr": 2, "data.size": 4}).result for ex in experiments.values()],
    shared=[each() for each in captured],
    changed=experiments["first"].run(config_updates={"lr": 5}).result,
    independent=[each() for each in captured],
    partial=outcome(partial),
    same=[captured[0] is captured[1], callable(helper), helper(1)],
    functions=[len(ex.captured_functions) for ex in experiments.values()],
)
if sys.argv[1:]:
    experiments[sys.argv.pop(1)].run_commandline()
