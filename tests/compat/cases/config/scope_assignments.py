"""Augmented, annotated, chained, starred and conditional assignments, with fixed values among them."""
# run:
# run: with total=5 first=100
# run: with typed=x items=[0] text=new
# run: with walrus=3 low=9 mid=8
# run: with flag=True counts.a=7

from typing import Optional

from kit import tell

from sacred import Experiment

ex = Experiment("assignments")


@ex.config
def config():
    total = 1
    total += 2
    total *= 10
    total -= 5
    power = 2
    power **= 3
    floor = 17
    floor //= 3
    floor %= 4
    items = [1]
    items += [2, 3]
    items *= 2
    text = "a"
    text += "b"
    first, second = 1, 2
    first, second = second, first
    low, *mid, high = [1, 2, 3, 4]
    (x, y), [z] = (1, 2), [3]
    left = right = middle = 0
    number = walrus = 12
    flag = False
    counts = {"a": 0}
    counts["a"] += 5
    counts["a"], counts["b"] = counts["a"] + 1, 2
    chosen = "yes" if flag else "no"
    either = flag or items
    both = flag and items
    follows = [total, first, low, walrus, text]


@ex.config
def annotated(flag):
    typed: int = 5
    optional: Optional[str] = None
    without: float
    nested: dict = {"k": 1}
    nested["l"]: int = 2
    typed_twice = typed * 2


@ex.automain
def main(_config, _run):
    changes = _run.config_modifications
    types = {name: [kind.__name__ for kind in kinds] for name, kinds in changes.typechanged.items()}
    config = {name: value for name, value in _config.items() if name != "__annotations__"}
    tell(config=config, added=changes.added, modified=changes.modified, types=types)
