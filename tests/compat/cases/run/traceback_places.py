"""Tracebacks of errors: in main, captured functions, ingredients, config functions, and code called from there."""
# run: nested
# run: captured
# run: of_ingredient
# run: method
# run: with wrong=True
# run: library

import sys
from pathlib import Path

Path("helper.py").write_text("def call_back(function):\n    return function()\n")
sys.path.insert(0, ".")

from helper import call_back  # noqa: E402

from sacred import Experiment, Ingredient  # noqa: E402

part = Ingredient("part")
ex = Experiment("places", ingredients=[part])


@ex.config
def config():
    seed = 1
    wrong = False
    if wrong:
        raise ValueError("wrong configuration")


@part.capture
def load(size=3):
    raise FileNotFoundError(f"no data of size {size}")


@ex.capture
def divide(number, by=0):
    return number / by


class Model:
    @ex.capture
    def fit(self, _log):
        return divide(1)


@ex.command
def nested():
    def inner():
        raise KeyError("lost")

    inner()


@ex.command
def captured():
    divide(3)


@ex.command
def of_ingredient():
    load()


@ex.command
def method():
    Model().fit()


@ex.command
def library():
    call_back(lambda: divide(2))


@ex.main
def main():
    print("main runs")


ex.run_commandline()
