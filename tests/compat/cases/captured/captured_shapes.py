"""Captured functions of all shapes: methods, properties, generators, keyword-only and collected arguments."""
# run: with seed=1

import functools
from contextlib import contextmanager

from kit import tell

from sacred import Experiment

ex = Experiment("shapes")


@ex.config
def config():
    a = 1
    b = 2
    none = None
    d = {"x": 10}


@ex.capture
def plain(a, b=20, c=30):
    """Documented."""
    return [a, b, c]


@ex.capture
def keyword(a, *, b, c=3, **more):
    return [a, b, c, more]


@ex.capture
def collected(a, *rest, **more):
    return [a, list(rest), more]


@ex.capture
def with_none(none=5, missing=6):
    return [none, missing]


@ex.capture
def annotated(a: int, b: "str" = "x") -> list:
    return [a, b]


@ex.capture
def generator(a, b):
    yield a
    yield b


def wrapped(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return ["wrapped", function(*args, **kwargs)]

    return inner


@ex.capture
@wrapped
def decorated(a, b):
    return [a, b]


class Model:
    @ex.capture
    def __init__(self, a, own=None):
        self.a = [a, own]

    @ex.capture
    def method(self, b, c=3):
        return [self.a, b, c]

    @staticmethod
    @ex.capture
    def static(a, b=1):
        return [a, b]

    @classmethod
    @ex.capture
    def on_class(cls, a):
        return [cls.__name__, a]

    @property
    @ex.capture
    def value(self, a):
        return a

    @ex.capture
    def callable(self, d):
        return d["x"]


class Child(Model):
    def method(self):
        return ["child", super().method()]


@contextmanager
@ex.capture
def manager(a):
    yield a


@ex.automain
def main(_config, _log, _run, _seed, _rnd):
    model = Model(own=5)
    with manager() as managed:
        pass
    tell(
        plain=[plain(), plain(7), plain(b=8), plain(1, 2, 3), plain(c=9, a=0)],
        keyword=[keyword(), keyword(5, c=7), keyword(b=1, extra=2)],
        collected=[collected(), collected(5, 6, 7), collected(extra=2)],
        with_none=with_none(),
        annotated=annotated(),
        generator=[list(generator()), next(generator(b=3))],
        decorated=[decorated(), decorated(b=5)],
        methods=[model.method(), model.method(5), Model(3).method(c=1), Model.method(model)],
        others=[Model.static(), model.static(b=2), Model.on_class(), model.value, model.callable()],
        inherited=[Child(2).method(), managed],
        names=[plain.__name__, plain.__doc__, plain.__module__, Model.method.__name__],
        specials=[
            type(_log).__name__,
            _log.name,
            type(_run).__name__,
            type(_seed).__name__,
            type(_rnd).__name__,
        ],
        sorted=sorted(_config),
        again=ex.capture(plain) is plain,
    )
