"""What becomes an entry of the configuration, and in which form."""
# run:

from kit import tell

from sacred import Experiment

ex = Experiment("entries")


@ex.config
def config():
    """Documentation of the config."""
    import os

    import numpy as np

    _hidden = 1
    number: float = 0.5
    unset: int
    for index in range(3):
        last = index * 2
    a, (b, *c) = 1, (2, 3, 4)
    chained = again = "x"
    nothing = None
    pair = (1, (2, 3))
    scalars = [np.float32(0.5), np.int64(7), np.bool_(True), np.str_("s")]
    array = np.arange(3)
    nested = {"t": (1,), 5: "five"}
    nested["added"] = 1
    number += 1
    big = 10**30
    raw = b"bytes"
    chosen = {3, 1, 2}
    if number > 1:
        only_if = True
    else:
        only_else = True
    text = f"{number:.2f}"
    temporary = 1
    del temporary
    del os, np


@ex.automain
def main(_config):
    tell(config=_config, order=[name for name in _config if name != "__annotations__"])
