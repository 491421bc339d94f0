"""A fixed value wins over every assignment, also in nested dictionaries; computed values follow it."""
# run:
# run: with x=5 l=[9,8] t=(5,6) n=None
# run: with d.a=50 d.b.c=51
# run: with d.a=50 loop=7 "e={'k': {'m': 5}}"

from kit import tell

from sacred import Experiment

ex = Experiment("fixed")


@ex.config
def config():
    x = 1
    x2 = x
    x = x + 1
    x += 10
    l = [1]
    l.append(2)
    l += [3]
    l2 = l + [7]
    length = len(l)
    t = (1, 2)
    n = 3
    d = {"a": 1, "b": {"c": 2, "d": 3}}
    d["a"] = 2
    d.update({"a": 3, "z": 1})
    d.setdefault("a", 4)
    d["b"]["c"] = 10
    d2 = dict(d)
    d3 = d["a"] * 2
    for loop in range(2):
        pass
    e = {}
    e["k"] = {"m": 1, "o": 2}
    e_sum = sum(e["k"].values())


@ex.config
def later(d, x, e):
    twice = d["a"] * 2, x * 2
    d["late"] = 1
    e["k"]["m"] = 3


@ex.automain
def main(_config, _run):
    changes = _run.config_modifications
    typechanged = {name: [kind.__name__ for kind in kinds] for name, kinds in changes.typechanged.items()}
    tell(config=_config, added=changes.added, modified=changes.modified, typechanged=typechanged)
