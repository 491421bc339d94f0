"""Named configs of ingredients: functions, dictionaries and files, on the command line and in Python."""
# run: with model.deep
# run: with model.deep model.wide model.layers=1
# run: with model.block.thick model.deep
# run: with everything model.deep
# run: with model.filed seed=3
# run: with model.relative

import json
from pathlib import Path

from kit import tell

from sacred import Experiment, Ingredient

Path("model.json").write_text(json.dumps({"layers": 40, "opts": {"bias": None}}))

block = Ingredient("model.block")
block.add_config(thickness=1, kind="plain")
model = Ingredient("model", ingredients=[block])


@model.config
def config(block):
    layers = 2
    opts = {"bias": True}
    params = layers * block["thickness"]


@block.named_config
def thick():
    thickness = 10


@model.named_config
def deep():
    layers = 30


@model.named_config
def relative():
    block = {"kind": "relative"}


model.add_named_config("wide", {"opts": {"width": 5}, "layers": 31})
model.add_named_config("filed", "model.json")


@model.capture
def build(layers, opts, params, block):
    return [layers, opts, params, block]


@model.capture(prefix="opts")
def with_options(width=None, bias=None):
    return [width, bias]


ex = Experiment("named_parts", ingredients=[model])


@ex.named_config
def everything():
    model = {"layers": 50, "block": {"thickness": 51}}


@ex.main
def main(_config, _run):
    tell(config=_config, built=[build(), with_options()])
    changes = _run.config_modifications
    tell(added=changes.added, modified=changes.modified, meta=_run.meta_info["named_configs"])


ex.run_commandline()
