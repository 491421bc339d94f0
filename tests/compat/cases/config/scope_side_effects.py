"""A config function is really executed, and how often: folders, environment, observers, over several runs."""
# run:
# run: with name=changed
# run: with chosen
# run: print_config with name=shown

import os
import sys

from kit import Recorder, tell

from sacred import Experiment, Ingredient

calls = []
part = Ingredient("part")
ex = Experiment("effects", ingredients=[part])


@part.config
def part_config():
    calls.append("part")
    size = 1


@ex.config
def first():
    name = "given"
    calls.append(f"first {name}")
    os.makedirs(os.path.join("out", name), exist_ok=True)
    os.environ["CUDA_VISIBLE_DEVICES"] = name
    print("configuring", name)
    sys.stderr.write("to stderr\n")


@ex.config
def second(name):
    calls.append(f"second {name}")
    if not any(isinstance(observer, Recorder) for observer in ex.observers):
        ex.observers.append(Recorder(name, only=["started_event", "completed_event"]))


@ex.named_config
def chosen():
    calls.append("chosen")
    name = "from named"


@ex.config_hook
def hook(config, command_name, logger):
    calls.append(f"hook {config['name']} {command_name}")
    return {}


@ex.main
def main(name):
    tell(device=os.environ["CUDA_VISIBLE_DEVICES"], folders=sorted(os.listdir("out")))
    return name


ex.run_commandline()
if "print_config" not in sys.argv:
    calls.append("again")
    ex.run(config_updates={"name": "third"})
    ex.run("main", named_configs=["chosen"], config_updates={"seed": 1})
    tell(calls=calls, observers=len(ex.observers))
