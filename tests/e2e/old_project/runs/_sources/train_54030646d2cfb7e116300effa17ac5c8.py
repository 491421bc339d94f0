"""A project as many have it that were made with Sacred 0.8."""

import os
import shutil

from data import data_ingredient, load_data
from observer import Summary
from sacred import SETTINGS, Experiment
from sacred.commands import print_config
from sacred.observers import FileStorageObserver
from sacred.utils import apply_backspaces_and_linefeeds

SETTINGS["CAPTURE_MODE"] = "sys"
SETTINGS.CONFIG.READ_ONLY_CONFIG = False

ex = Experiment("digits", ingredients=[data_ingredient])
ex.captured_out_filter = apply_backspaces_and_linefeeds
ex.add_config("defaults.yaml")


@ex.config
def config(optimizer):
    """How to train."""
    epochs = 3
    model = {
        "width": 16,
        "layers": [8, 4],
    }  # the network
    rate = 0.1 if optimizer == "sgd" else 0.01  # how fast to learn
    name = f"{optimizer}_{model['width']}"
    run_dir = os.environ.get("RUNS", "runs")
    ex.observers.append(FileStorageObserver.create(run_dir))
    ex.observers.append(Summary("summary.txt"))


@ex.named_config
def wide():
    model = {"width": 64}
    epochs = 2


ex.add_named_config("adam", {"optimizer": "adam"})


@ex.config_hook
def shorten(config, command_name, logger):
    if config["data"]["size"] < 10:
        return {"epochs": 1}
    return {}


@ex.capture(prefix="model")
def build(width, layers):
    return [width, *layers]


@ex.capture
def step(weights, rate, _rnd):
    return [weight - rate * _rnd.uniform(-1, 1) for weight in weights]


@ex.command(unobserved=True)
def check(_config, _log):
    _log.info("rate %s", _config["rate"])
    return build()


@ex.automain
def main(epochs, rate, _run, _seed, _log):
    print_config(_run)
    data = load_data()
    weights = build()
    for epoch in range(epochs):
        weights = step(weights)
        loss = sum(weight**2 for weight in weights) / len(data)
        _run.log_scalar("loss", loss, epoch)
        _run.info.setdefault("losses", []).append(loss)
        print(f"epoch {epoch}: ...\b\b\b{loss:.3f}")
    with open("weights.txt", "w") as file:
        file.write(" ".join(f"{weight:.6f}" for weight in weights))
    ex.add_artifact("weights.txt")
    folder = _run.observers[0].dir
    shutil.copy("defaults.yaml", os.path.join(folder, "defaults_used.yaml"))
    return loss
