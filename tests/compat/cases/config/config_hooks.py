"""Hooks see the whole configuration, add to it, and change what nobody fixed."""
# run:
# run: with a=100 part.size=3
# run: with fixed
# run: show

from kit import Recorder, outcome, tell

from sacred import Experiment, Ingredient
from sacred.utils import get_by_dotted_path

part = Ingredient("part")
calls = []


@part.config
def part_config():
    size = 1
    rest = {"x": 1, "y": 2}


def library_hook(ingredient):
    @ingredient.config_hook
    def hook(config, command_name, logger):
        own = get_by_dotted_path(config, ingredient.path)
        calls.append([ingredient.path, command_name, sorted(config), own["size"], logger.name])
        return {"size": 50, "from_hook": own["size"] * 2}


library_hook(part)
ex = Experiment("hooks", ingredients=[part])


@ex.config
def config():
    a = 1
    b = 2
    d = {"x": 1, "y": 2}


@ex.named_config
def fixed():
    b = 20


@ex.config_hook
def whole(config, command_name, logger):
    calls.append(["whole", command_name, sorted(config), config["part"]])
    ex.observers.append(Recorder(str(config["a"]), only=["completed_event"]))
    config.update(new=config["a"] + 1)
    return config


@ex.config_hook
def change(config, command_name, logger):
    return {"a": 7, "b": 8, "d": {"y": 9}, "part": {"size": 1000}}


@ex.config_hook
def nothing(config, command_name, logger):
    pass


@ex.command
def show(_config):
    tell(config=_config, calls=calls)


@ex.main
def main(_config, _run):
    tell(config=_config, calls=calls, modified=_run.config_modifications.modified)


def wrong(config, name):
    return {}


tell(wrong=outcome(ex.config_hook, wrong), same=ex.config_hook(nothing) is nothing)
ex.run_commandline()
