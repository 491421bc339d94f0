"""Functions, classes and instances that a config function leaves behind, and who can use them."""
# run:
# run: with optimizer=mine loss.name=l2
# run: print_config

import functools
import os.path as path_module

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("objects")


class Loss:
    def __init__(self, weight):
        self.weight = weight

    def __repr__(self):
        return f"Loss({self.weight})"


def build(size):
    return ["built", size]


@ex.config
def config():
    import math

    optimizer = "adam"
    loss = {"name": "l1", "weights": [1, 2]}
    size = math.ceil(2.5)
    del math

    def schedule(step):
        return step * 0.1

    class Options:
        depth = 3

    rates = list(map(schedule, [1, 2]))
    depth = Options.depth
    shorten = lambda text: text[:2]
    short = shorten("abcdef")
    joined = path_module.join("a", "b")
    result = build(size)
    total = functools.reduce(lambda x, y: x + y, [1, 2, 3])


@ex.config
def later(size, loss):
    weights = [*loss["weights"], size]


@ex.config_hook
def add_observer(config, command_name, logger):
    ex.observers.append(FileStorageObserver("runs"))
    return {"hooked": sorted(name for name in config if name in ("rates", "depth", "short"))}


@ex.automain
def main(_config, rates, depth, short, joined, result, total, weights):
    objects = ("schedule", "Options", "shorten")
    tell(objects=[name for name in objects if name in _config])
    tell(config={name: value for name, value in _config.items() if name not in objects})
    tell(values=[rates, depth, short, joined, result, total, weights])
