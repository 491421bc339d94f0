"""Named configs with branches, side effects, nested dictionaries, and entries that only they know."""
# run: with base
# run: with base scaled
# run: with base scaled factor=7 opts.width=1
# run: with scaled
# run: with tagged base tagged_again
# run: with part.tuned base

from kit import tell

from sacred import Experiment, Ingredient

calls = []
part = Ingredient("part")


@part.config
def part_config():
    rate = 0.1
    steps = [1, 2]
    product = rate * len(steps)


@part.named_config
def tuned():
    calls.append("tuned")
    rate = 0.5
    if rate > 0.3:
        steps = [5]


ex = Experiment("depending", ingredients=[part])


@ex.config
def config(part):
    factor = 1
    opts = {"width": 2, "deep": {"a": 1, "b": 2}}
    tags = []
    total = factor * opts["width"] + part["product"]


@ex.named_config
def base():
    calls.append("base")
    factor = 10
    opts = {"deep": {"a": 10}}
    opts["width"] = factor // 2
    tags = ["base"]


@ex.named_config
def scaled(factor):
    calls.append(f"scaled {factor}")
    opts = {"width": factor * 100, "deep": {"b": factor}}
    part = {"rate": factor / 10}


@ex.named_config
def tagged():
    tags = ["tagged"]
    factor = 3


@ex.named_config
def tagged_again():
    tags = ["tagged", "again"]


@ex.automain
def main(_config, _run):
    changes = _run.config_modifications
    tell(config=_config, calls=calls, modified=changes.modified, added=changes.added)
