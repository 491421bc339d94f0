"""Who can set an ingredient's entry: its own config, the experiment's config, named configs, updates, hooks."""
# run:
# run: with model.size=5
# run: with from_experiment
# run: with model.own from_experiment
# run: with from_experiment model.own
# run: with from_experiment "model={'size': 6}" model.opts.a=0

from kit import tell

from sacred import Experiment, Ingredient

model = Ingredient("model")


@model.config
def first():
    size = 1
    opts = {"a": 1, "b": [1]}


@model.config
def second(size):
    area = size**2
    opts = {"c": 3}


@model.named_config
def own():
    size = 20
    opts = {"a": 20}


@model.capture
def show(size, area, opts):
    return [size, area, opts]


ex = Experiment("override", ingredients=[model])
ex.add_config({"learning": 1})


@ex.config
def config(model, learning):
    total = model["area"] + learning
    copied = dict(model)


@ex.named_config
def from_experiment():
    learning = 30
    model = {"size": 30, "opts": {"b": [30], "d": 30}}


@ex.automain
def main(_config, _run, model):
    changes = _run.config_modifications
    tell(config=_config, shown=show(), added=changes.added, modified=changes.modified, seen=model["size"])
