"""What kinds of values reach captured functions: arrays, objects, None, nested containers, other ingredients."""
# run:
# run: with none=1 nested.list=[5]

import collections
import decimal
import pathlib

import numpy as np
from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("data.part")
part.add_config(size=1)
ex = Experiment("values", ingredients=[part])
Point = collections.namedtuple("Point", "x y")


class Thing:
    def __init__(self, value):
        self.value = value


@ex.config
def config():
    array = np.arange(4).reshape(2, 2)
    scalar = np.float32(1.5)
    none = None
    thing = Thing(3)
    path = pathlib.Path("a") / "b"
    number = decimal.Decimal("1.5")
    nested = {"list": [1, {"deep": (1, 2)}], "thing": Thing(4)}
    raw = b"\x00"
    frozen = frozenset([1])
    complex_number = 1 + 2j
    big = 2**70
    empty = [{}, [], ()]
    ordered = collections.OrderedDict(b=1, a=2)
    default = collections.defaultdict(list, k=[1])
    point = Point(1, 2)
    ranged = range(3)


@ex.capture
def kinds(array, scalar, thing, path, number, raw, frozen, complex_number, big, ordered, default, point, ranged):
    values = [array, scalar, thing, path, number, raw, frozen, complex_number, big, ranged]
    return [*(type(value).__name__ for value in values), isinstance(ordered, dict), isinstance(default, dict), point]


@ex.capture
def use(array, thing, nested, empty, none="default"):
    array[0, 0] = 100
    thing.value += 1
    return [array.tolist(), thing.value, nested["thing"].value, nested["list"], empty, none]


@ex.capture
def of_part(data):
    return [data["part"]["size"], sorted(data)]


@ex.automain
def main(_config, array, none):
    tell(kinds=kinds(), used=[use(), use(none=3)], part=of_part(), none=none)
    tell(again=[array[0, 0], _config["thing"].value, list(_config["ordered"]), outcome(of_part, data={})["raises"][0]])
