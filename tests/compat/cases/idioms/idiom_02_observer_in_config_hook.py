"""A config hook that appends the observer and gives back the whole configuration."""
# run:
# run: with name=other size=5
# run: with model.depth=7
# run: save_config with name=other

import os

from kit import tell

from sacred import Experiment, Ingredient
from sacred.observers import FileStorageObserver

model = Ingredient("model")


@model.config
def model_config():
    depth = 3
    width = 2 * depth


ex = Experiment("hooked", ingredients=[model])


@ex.config
def config():
    name = "first"
    size = 10


@ex.config_hook
def add_observer(config, command_name, logger):
    folder = os.path.join("results", config["name"], command_name)
    ex.observers.append(FileStorageObserver(folder))
    logger.info("records go to %s", folder)
    config["exp_dir"] = folder
    config["n_parameters"] = config["size"] * config["model"]["depth"]
    return config


@ex.main
def main(_config, _run, exp_dir, n_parameters, model):
    tell(
        config={key: value for key, value in _config.items() if key != "seed"},
        model=dict(model),
        modifications=[sorted(_run.config_modifications.added), sorted(_run.config_modifications.modified)],
        arguments=[exp_dir, n_parameters],
    )
    return n_parameters


run = ex.run_commandline()
tell(command=run.meta_info["command"], result=run.result)
