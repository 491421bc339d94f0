"""Comprehensions, generator expressions, lambdas and inner functions that 0.8 can evaluate."""
# run:
# run: with n=2 base=[5]
# run: with squares=[7] table.b=9
# run: with lr_schedule=None

import itertools

from kit import tell

from sacred import Experiment

ex = Experiment("comprehensions")
LEVELS = ("low", "high")


def scaled(value, factor=3):
    return value * factor


@ex.config
def config():
    n = 4
    base = [1, 2, 3]
    squares = [number**2 for number in range(n)]
    total = sum(value for value in base)
    table = {key: len(key) for key in ["a", "b", "long"]}
    pairs = [(left, right) for left, right in zip(base, squares)]
    even = [value for value in squares if value % 2 == 0]
    longest = max((name for name in LEVELS), key=len)
    scales = [scaled(value) for value in base]
    grid = [list(pair) for pair in itertools.product(LEVELS, [1, 2])]
    flags = dict((level, index) for index, level in enumerate(LEVELS))
    lr_schedule = sorted({step for step in (30, 10, 20)})
    ordered = sorted(base, key=lambda value: -value)
    mapped = list(map(lambda value, offset=10: value + offset, base))
    any_large = any(value > 5 for value in squares)
    joined = "-".join(str(value) for value in base)
    name = f"n={n},sum={total:03d},{longest!r:>8}"


@ex.automain
def main(_config, _run):
    tell(config=_config, modified=_run.config_modifications.modified)
