"""Config functions, dictionaries and files one after the other: later ones see and change what is there."""
# run:
# run: with base=10
# run: with opts.c=5 items=[0]
# run: with tuned
# run: with tuned base=3 opts.a=4

import json
from pathlib import Path

from kit import tell

from sacred import Experiment

Path("third.json").write_text(json.dumps({"opts": {"b": 30}, "from_file": True, "items": ["file"]}))
ex = Experiment("several")


@ex.config
def first():
    base = 1
    opts = {"a": base, "b": 2}
    items = ["first"]
    untouched = "first"


@ex.config
def second(base, opts, items):
    derived = base + 1
    opts["c"] = opts["a"] * 10
    opts["a"] = 100
    items.append("second")
    base = base + 1000


ex.add_config("third.json")
ex.add_config({"opts": {"d": {"e": 1}}, "derived": 77})


@ex.config
def fifth(opts, derived, base, untouched):
    total = sum(value for value in opts.values() if isinstance(value, int))
    deep = opts["d"]["e"]
    opts = {"d": {"f": 2}}
    seen = [derived, base, untouched]


@ex.config
def only_documents():
    pass


@ex.config
def sixth(opts):
    keys = sorted(opts)
    inner = sorted(opts["d"])


@ex.named_config
def tuned():
    base = 50
    opts = {"a": 51, "new": 52}
    derived = base + 1


@ex.automain
def main(_config, _run):
    changes = _run.config_modifications
    tell(config=_config, order=list(_config), modified=changes.modified, added=changes.added)
