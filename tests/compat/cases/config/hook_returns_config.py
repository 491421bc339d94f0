"""Config hooks that return the whole configuration, edited, or None, or something else."""
# run:
# run: with name=mine opts.level=5
# run: with broken=True
# run: with wrong=True
# run: debug

import os

from kit import Recorder, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.utils import InvalidConfigError

ex = Experiment("edited")


@ex.config
def config():
    name = "run"
    opts = {"level": 1, "tags": ["a"]}
    broken = False
    wrong = False


@ex.config_hook
def complete(config, command_name, logger):
    logger.warning("completing for %s", command_name)
    config["name"] = f"{config['name']}-{command_name}"
    config["opts"]["level"] += 10
    config["opts"]["tags"].append("hooked")
    config["folder"] = os.path.join("out", config["name"])
    ex.observers.append(FileStorageObserver(config["folder"]))
    ex.observers.append(Recorder(config["name"], only=["started_event", "completed_event"]))
    return config


@ex.config_hook
def check(config, command_name, logger):
    if config["broken"]:
        raise InvalidConfigError("can't be broken", "broken")
    if config["wrong"]:
        return ["no", "dictionary"]
    return {}


@ex.command
def debug(_config, name):
    tell(name=name, config=_config)


@ex.automain
def main(_config, _run, folder):
    tell(config=_config, folder=folder, modified=_run.config_modifications.modified)
    return folder
