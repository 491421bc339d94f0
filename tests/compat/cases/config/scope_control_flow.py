"""Branches, loops, `try` and `with` in a config function, steered by updates that come before them."""
# run:
# run: with dataset=cifar
# run: with dataset=other depth=5
# run: with debug=True epochs=7
# run: with cifar_long
# run: with widths=[8,8] batch_size=None

import contextlib

from kit import tell

from sacred import Experiment

ex = Experiment("control_flow")


@ex.config
def config():
    dataset = "mnist"  # one of mnist, cifar
    debug = False
    if dataset == "mnist":
        classes = 10
        mean = 0.1307
    elif dataset == "cifar":
        classes = 100
        mean = [0.49, 0.48, 0.45]
        augment = {"flip": True, "crop": 32}
    else:
        classes = None
        mean = 0
    depth = 3
    widths = []
    for layer in range(depth):
        widths.append(16 * 2**layer)
    last_width = widths[-1]
    epochs = 100 if not debug else 1
    halvings = 0
    while epochs / 2**halvings > 10:
        halvings += 1
        if halvings >= 6:
            break
    try:
        batch_size = 256 // (classes - 10)
    except ZeroDivisionError:
        batch_size = 32
    except TypeError as error:
        batch_size = str(type(error).__name__)
    else:
        divided = True
    finally:
        finished = True
    with contextlib.suppress(KeyError):
        option = {"a": 1}["b"]
    if debug and epochs < 10: batch_size = 2
    lr = 0.1 * (batch_size or 1) if isinstance(batch_size, int) else 0.5


@ex.named_config
def cifar_long():
    dataset = "cifar"
    epochs = 400


@ex.automain
def main(_config, _run):
    changes = _run.config_modifications
    tell(config=_config, order=list(_config), added=changes.added, modified=changes.modified)
