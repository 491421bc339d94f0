"""Config functions that take ingredients: nested paths, parts of them, changes to what they took."""
# run:
# run: with train.data.batch=7
# run: with train.fast
# run: with model.size=4 train.model_size=1

from kit import tell

from sacred import Experiment, Ingredient

model = Ingredient("model")
data = Ingredient("train.data")
train = Ingredient("train", ingredients=[data, model])


@model.config
def model_config():
    size = 2
    layers = [size, size * 2]


@data.config
def data_config():
    batch = 10
    names = {"a": 1}


@train.config
def first(data, model):
    steps = 100 // data["batch"]
    model_size = model["size"]
    names = dict(data["names"], b=2)


@train.config
def second(steps, model_size, model, data):
    total = steps * model_size + len(model["layers"])
    batch = data.get("batch")
    has = ["size" in model, sorted(model), isinstance(data, dict)]


@train.named_config
def fast():
    steps = 1


ex = Experiment("parameters", ingredients=[train, model])


@ex.config
def config(train, model):
    everything = [train["total"], train["data"]["batch"], model["layers"]]
    layers = model["layers"]
    layers.append(1000)
    copied = {**train["names"], "c": 3}


@ex.config
def last(layers, model, _log):
    after = [layers, model["layers"]]
    logged = _log.name


@train.capture
def fit(steps, total, data, model):
    return [steps, total, data, model]


@ex.automain
def main(_config, _run):
    tell(config=_config, fitted=fit(), modified=_run.config_modifications.modified)
