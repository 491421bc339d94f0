"""An experiment as seml's documentation shows them, with ingredients, named configs and a config hook."""

import numpy as np
from seml import Experiment

from sacred import Ingredient

data = Ingredient("data")
loader = Ingredient("data.loader")
ex = Experiment(ingredients=[data, loader])


@data.config
def data_config():
    size = 10
    name = "mnist"
    split = {"train": 0.8, "test": 0.2}
    half = size // 2


@data.named_config
def tiny():
    size = 2


@loader.config
def loader_config():
    workers = 1


@ex.config
def config(data):
    """The model and its training."""
    lr = 0.1  # the learning rate
    layers = [64, 32]
    model = {"type": "gcn", "hidden": 16, "dropout": 0.5}
    twice = lr * 2
    total = data["size"] * 3
    window = (1, 2)
    number = np.float64(2.5)


@ex.named_config
def big():
    model = {"hidden": 256}
    lr = 0.01


@ex.config_hook
def hook(config, command_name, logger):
    return {"hooked": [config["lr"], command_name]}


@data.capture
def load(size, name, _seed):
    return size, name


@ex.automain
def main(lr, layers, model, twice, total, _run, _log, seed):
    _log.info("learning rate %s", lr)
    return {"lr": lr, "twice": twice, "total": total, "hidden": model["hidden"], "loaded": load()[0]}
