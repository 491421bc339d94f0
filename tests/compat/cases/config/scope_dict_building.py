"""Nested configurations by dict(), literals, update, subscripts, copies and merges, with updates inside them."""
# run:
# run: with model.hidden=256 optimizer.kwargs.lr=1
# run: with model.depth=9 "optimizer={'name': 'sgd', 'kwargs': {'momentum': 0.9}}" -f
# run: with defaults.a=5 trainer.logger.level=debug
# run: with large optimizer.kwargs.lr=2

from copy import deepcopy

from kit import tell

from sacred import Experiment

ex = Experiment("dictionaries")
BASE = dict(lr=0.1, betas=(0.9, 0.999))


@ex.config
def config():
    model = dict(name="net", hidden=64, dropout=None)
    model["depth"] = model["hidden"] // 16
    model["widths"] = [model["hidden"]] * 2
    optimizer = dict(name="adam", kwargs=dict(BASE, lr=0.01))
    optimizer["kwargs"].update(weight_decay=0, eps=1e-8)
    optimizer["kwargs"]["steps"] = {}
    optimizer["kwargs"]["steps"]["first"] = 10
    defaults = {"a": 1, "b": {"c": 2}}
    copied = deepcopy(defaults)
    copied["b"]["c"] = 3
    shallow = dict(defaults)
    shallow["a"] = 10
    merged = {**defaults, "a": 20, "new": True}
    merged.update({"b": {"d": 4}})
    joined = defaults | {"z": 26}
    trainer = {}
    trainer["logger"] = {"level": "info"}
    trainer["epochs"] = 3
    trainer.setdefault("epochs", 10)
    trainer.setdefault("patience", 5)
    patience = trainer.pop("patience")
    keys = list(defaults.keys()) + sorted(model)
    size = len(model) + sum(1 for _ in trainer.items())
    got = [model.get("hidden"), model.get("nothing"), model.get("nothing", "fallback"), "hidden" in model]


@ex.named_config
def large():
    model = dict(hidden=1024)
    optimizer = {"kwargs": {"lr": 0.5}}


@ex.automain
def main(_config, _run):
    changes = _run.config_modifications
    tell(config=_config, added=changes.added, modified=changes.modified)
