"""What print_config prints, and the function called directly."""
# run: print_config with seed=1
# run: print_config with seed=1 a=5 part.k=text extra=3 d.new=1 -f
# run: print_config with seed=1 small
# run: with seed=1 -p
# run: direct with seed=1 a=2

import sys

from sacred import Experiment, Ingredient
from sacred.commands import print_config, save_config

part = Ingredient("part")
ex = Experiment("printed", ingredients=[part])


@part.config
def part_config():
    k = 1  # of the part
    empty = {}


@ex.config
def config():
    """Settings of the experiment."""
    a = 1  # number of things
    # comment above
    text = "words"
    items = [1, "two", None]
    d = {"z": 1, "b": {"c": 2.5}}
    long_name_of_an_entry_that_goes_on = True  # after column 35


@ex.named_config
def small():
    a = 0


@ex.capture
def use(extra=None):
    return extra


@ex.command
def direct(_run, _config, _log):
    print_config(_run)
    sys.stdout.flush()
    save_config(_config, _log, "saved.json")
    with open("saved.json") as file:
        print(file.read())


@ex.automain
def main():
    print("main")
