"""Errors that config functions raise on purpose or by mistake: what is shown and the exit code."""
# run: with kind=missing
# run: with kind=invalid
# run: with kind=assert
# run: with kind=key
# run: with kind=none

from kit import tell

from sacred import Experiment
from sacred.utils import InvalidConfigError, MissingConfigError

ex = Experiment("errors")


@ex.config
def config():
    kind = "none"
    size = 3
    if kind == "missing":
        raise MissingConfigError("the size is needed", "size")
    if kind == "invalid":
        raise InvalidConfigError("the size is wrong", "size", "kind")
    if kind == "key":
        value = {}["nope"]
    assert kind != "assert", "no such kind"


@ex.automain
def main(kind):
    tell(ran=kind)
