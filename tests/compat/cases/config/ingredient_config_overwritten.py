"""A config of the experiment that assigns an ingredient's name: which value wins, and what is told of it."""
# run:
# run: with part.size=3
# run: with over
# run: -f

from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
deep = Ingredient("deep.part")


@part.config
def part_config():
    size = 1
    opts = {"a": 1}


@deep.config
def deep_config():
    size = 10


ex = Experiment("overwritten", ingredients=[part, deep])


@ex.config
def assigned():
    before = 1
    part = {"size": 50}
    after = 2


@ex.config
def taken(deep, before):
    from_deep = deep["part"]["size"] + before


ex.add_config({"deep": {"part": {"size": 60}}})


@ex.named_config
def over():
    part = {"size": 70}


@part.capture
def show(size, opts):
    return [size, opts]


@deep.capture
def show_deep(size):
    return size


@ex.automain
def main(_config, _run):
    changes = _run.config_modifications
    tell(config=_config, shown=[show(), show_deep()], modified=changes.modified, added=changes.added)
