"""Later configs win; nested dictionaries are merged, lists replaced."""
# run:
# run: with d.x=9 top=5
# run: with "d={'y': {'p': 7}}"

from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part")


@part.config
def part_config():
    size = 4
    double = size * 2


ex = Experiment("order", ingredients=[part])


@ex.config
def one():
    a = 1
    d = {"x": 1, "y": {"p": 1}}
    items = [1, 2]
    top = 10


@ex.config
def two(a, d, part):
    b = a + 1
    e = d["x"] * 2
    d = {"x": 2, "z": 3, "y": {"q": 2}}
    items = [3]
    from_part = part["double"]


ex.add_config({"d": {"new": 5}, "a": 100})
ex.add_config(top=11, f=(1, (2, 3)))


@ex.config
def three(top, d):
    below = top + 1
    total = d["x"] + d["new"]


@ex.automain
def main(_config, _run):
    tell(config=_config, run=_run.config, order=list(_config))
