"""Exceptions from captured functions: tracebacks without internals, chains, missing values, exit codes."""
# run: raising
# run: chained
# run: missing_in_method
# run: missing_nested
# run: wrong_call
# run: raising -d

import functools

from kit import outcome, tell, text

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(k=1)
ex = Experiment("errors", ingredients=[part])
ex.add_config(a=1)


@part.capture
def divide(k, by):
    return k / by


@ex.capture
def outer(a):
    return divide(by=a - 1)


class Model:
    @ex.capture
    def __init__(self, a, width, depth):
        self.size = [a, width, depth]


@ex.command
def raising():
    outer()


@ex.command
def chained():
    try:
        outer()
    except ZeroDivisionError as error:
        raise RuntimeError("while dividing") from error


@ex.command
def missing_in_method():
    Model(width=1)


@part.capture
def needs(nowhere):
    return nowhere


@ex.command
def missing_nested():
    functools.reduce(lambda x, y: needs(), [1, 2])


@ex.command
def wrong_call(a):
    divide(1, 2, 3)


@ex.main
def main():
    pass


kinds = {
    "missing": lambda: Model(),
    "surplus": lambda: divide(1, 2, 3),
    "unknown": lambda: divide(kk=1),
    "twice": lambda: divide(1, k=2),
    "type": lambda: outer(a="text"),
}
tell(before={name: outcome(call)["raises"] for name, call in kinds.items()})
tell(named={name: [word in text(call) for word in ("divide", "Model", "__init__", "kk", "width")] for name, call in kinds.items()})
ex.run_commandline()
