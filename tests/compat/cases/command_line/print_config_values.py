"""print_config: how values of all kinds are written, nested ones and ingredients' ones too, without comments."""
# run: print_config with seed=1
# run: print_config with seed=1 nested.inner.deep=False data.size=7 text=other "number=2.5" -f
# run: print_config with seed=1 more=1 "items=['x']" data.fast
# run: train -p with seed=1 items=[]

import contextlib
import io
import re

import numpy as np
from kit import tell

from sacred import Experiment, Ingredient

data = Ingredient("data")
ex = Experiment("values", ingredients=[data])


@data.config
def data_config():
    size = 5
    paths = {"train": "data/train", "test": None}


@data.named_config
def fast():
    size = 1


@ex.config
def config():
    text = "Größe ✓"
    lines = "one\ntwo"
    number = 1e-10
    big = 10**20
    items = [1, "two", [3.0, None], {"four": 4}]
    nested = {"inner": {"deep": True, "other": False}, "b": 1, "a": 2}
    empty_dict = {}
    empty_list = []
    scalar = np.float32(0.5)
    pair = (1, "b")
    url = "https://example.org/a?b=c"


@ex.command
def train(more=None):
    print("trained")


@ex.main
def main():
    print("main runs")


text = io.StringIO()
with contextlib.redirect_stdout(text):
    ex.run_commandline()
plain = re.sub("\x1b[^m]*m", "", text.getvalue())
lines = [line.partition(" #")[0].rstrip() for line in plain.splitlines()]
tell(lines=[line for line in lines if line])
