"""An ingredient's entries set by the experiment's named config as a dictionary, and by its own on the command line."""
# run: with big
# run: with big model.layers=3
# run: with model.tiny
# run: with model.tiny big

from kit import tell

from sacred import Experiment, Ingredient

model = Ingredient("model")


@model.config
def model_config():
    layers = 2
    opts = {"bias": True, "dims": [1, 2]}
    params = layers * 100


@model.named_config
def tiny():
    layers = 1
    opts = {"bias": False}


ex = Experiment("main", ingredients=[model])


@ex.config
def config(model):
    size = model["params"] + 1


@ex.named_config
def big():
    model = {"layers": 50, "opts": {"dims": [9]}}
    size = 5


@model.capture
def build(layers, opts, _config):
    return [layers, opts, sorted(_config)]


@ex.automain
def main(_config, _run):
    tell(config=_config, built=build(), modified=_run.config_modifications.modified)
