"""Captured lambdas, partial functions, callable objects, builtins and functions made in a loop."""
# run:
# run: with a=5 scale=3

import functools

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("callables")
ex.add_config(a=1, scale=2, x=9)


def combine(a, scale, extra=0):
    return [a, scale, extra]


class Scaler:
    def __init__(self, extra):
        self.extra = extra

    def __call__(self, a, scale=10):
        return [self.extra, a, scale]

    def method(self, a, scale=10):
        return ["method", self.extra, a, scale]


lambda_ = ex.capture(lambda a, scale=7: [a, scale])
later = ex.capture(combine)
functions = [ex.capture(lambda a, i=i: [i, a]) for i in range(3)]


@ex.capture
def recursive(a, depth=0):
    return [a, depth] if depth >= 2 else recursive(depth=depth + 1)


@ex.capture
def calls_other(scale):
    return [later(), later(a=scale), later(1, 2, 3)]


@ex.capture
def inner_function(a):
    @ex.capture
    def inner(scale):
        return [a, scale]

    return outcome(inner)


def plain_caller(function, *args):
    return function(*args)


@ex.automain
def main(_config):
    tell(
        lambdas=[lambda_(), lambda_(scale=1)],
        original=[combine(1, 2), later(), later(extra=5)],
        loop=[function() for function in functions],
        bound=outcome(lambda: ex.capture(Scaler("bound").method)(a=1)),
        instance=outcome(lambda: ex.capture(Scaler("instance"))(a=1)),
        recursive=[recursive(), recursive(a=7)],
        calls=calls_other(),
        partial=[functools.partial(later, extra=4)(), functools.partial(later, 8)(), plain_caller(later, 9)],
        mapped=[list(map(later, [1, 2])), sorted([3, 1], key=lambda value: later(value)[0])],
        partial_captured=outcome(lambda: ex.capture(functools.partial(combine, 1))(scale=5)),
        names=[lambda_.__name__, later.__name__, later is combine],
    )
