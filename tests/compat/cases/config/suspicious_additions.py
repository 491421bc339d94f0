"""Entries that only updates, named configs or files add: taken somewhere, or an error naming them."""
# run: with extra=1
# run: with method_argument=2 prefix.inner=3
# run: with nope=1 nada.deep=2
# run: with adding
# run: with adding_nothing_uses
# run: with hidden=1 --force

from kit import outcome, tell, text

from sacred import Experiment, Ingredient
from sacred.utils import ConfigAddedError

part = Ingredient("part")
part.add_config(size=1)
ex = Experiment("additions", ingredients=[part])
ex.add_config(a=1)


@part.capture
def of_part(size, ratio=None):
    return [size, ratio]


@ex.capture
def use(extra=None):
    return extra


class Model:
    @ex.capture
    def __init__(self, method_argument=0):
        self.argument = method_argument


@ex.capture(prefix="prefix")
def prefixed(inner=0):
    return inner


@ex.named_config
def adding():
    extra = 5
    part = {"ratio": 0.5}


@ex.named_config
def adding_nothing_uses():
    unused = 5


@ex.main
def main(_config, _run):
    changes = _run.config_modifications
    tell(config=_config, added=changes.added, modified=changes.modified)
    return [use(), Model().argument, prefixed(), of_part()]


def add(**updates):
    return ex.run(config_updates=updates, options={"--loglevel": "ERROR"}).result


tell(
    python=[outcome(add, extra=2), outcome(add, part={"ratio": 2}), outcome(add, typo=2), outcome(add, a={"b": 1})],
    forced=outcome(ex.run, config_updates={"typo": 1}, options={"--force": True, "--loglevel": "ERROR"})
    .get("returns")
    .config["typo"],
    names="typo" in text(add, typo=1),
    is_error=issubclass(ConfigAddedError, Exception),
)
ex.run_commandline()
