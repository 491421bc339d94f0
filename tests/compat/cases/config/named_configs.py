"""Named configs of functions, dictionaries, files and ingredients: the last one wins, updates beat them."""
# run: with one
# run: with one two
# run: with two one a=100
# run: with plain part.large
# run: with nested.json part.size=3
# run: with part.large later
# run: with nope
# run: with part.nope
# run: with nowhere.nope

import json
from pathlib import Path

from kit import tell

from sacred import Experiment, Ingredient

Path("file.json").write_text(json.dumps({"a": 60}))
Path("nested.json").write_text(json.dumps({"part": {"size": 8}, "a": 9}))

part = Ingredient("part")


@part.config
def part_config():
    size = 1
    double = size * 2


@part.named_config
def large():
    size = 10


ex = Experiment("named", ingredients=[part])


@ex.config
def config():
    """Main."""
    a = 1
    b = a + 1
    d = {"x": 1, "y": 2}


@ex.named_config
def one():
    """First of two."""
    a = 10
    d = {"x": 10}


@ex.named_config
def two():
    a = 20
    c = a * 2
    d = {"y": 20, "z": 5}


@ex.named_config
def later():
    a = 5
    part = {"size": 77}


ex.add_named_config("plain", {"a": 50})
ex.add_named_config("filed", "file.json")
ex.add_named_config("words", b=3, d={"x": 0})


@ex.capture
def use(c):
    return c


@ex.main
def main(_config, _run):
    tell(config=_config, added=_run.config_modifications.added, modified=_run.config_modifications.modified)
    tell(named=list(ex.named_configs), gathered=[name for name, _ in ex.gather_named_configs()])


run = ex.run_commandline()
tell(meta=run.meta_info["named_configs"])
tell(python=ex.run(named_configs=["filed", "part.large"], config_updates={"b": 0}).config["part"])
tell(words=ex.run(named_configs=["words"]).config["d"])
