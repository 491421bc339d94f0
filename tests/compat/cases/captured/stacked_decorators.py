"""`capture` above and below staticmethod, classmethod, property, contextmanager, lru_cache and wraps."""
# run:
# run: with a=10 b.c=20

import functools
from contextlib import contextmanager

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("stacked")


@ex.config
def config():
    a = 1
    b = {"c": 2}


def logged(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return ["logged", function(*args, **kwargs)]

    return inner


class Model:
    @staticmethod
    @ex.capture
    def static_outside(a, x=0):
        return [a, x]

    @classmethod
    @ex.capture
    def class_outside(cls, a, x=0):
        return [cls.__name__, a, x]

    @property
    @ex.capture
    def property_outside(self, b):
        return b["c"]

    @contextmanager
    @ex.capture
    def manager_method(self, a):
        yield [type(self).__name__, a]

    @logged
    @ex.capture
    def logged_outside(self, a, x=0):
        return [a, x]

    @ex.capture
    @logged
    def logged_inside(self, a, x=0):
        return [a, x]

    @functools.cached_property
    def cached(self):
        return self.logged_inside(x=9)


@contextmanager
@ex.capture
def manager_outside(a, x=0):
    yield [a, x]


@ex.capture
@contextmanager
def manager_inside(a, x=0):
    yield [a, x]


@ex.capture
@functools.lru_cache(maxsize=None)
def cached_inside(a, x=0):
    return [a, x]


@functools.lru_cache(maxsize=None)
@ex.capture
def cached_outside(a, x=0):
    return [a, x]


@ex.capture(prefix="b")
@logged
def prefixed(c):
    return c


@ex.capture
@ex.capture
def twice(a):
    return a


class Child(Model):
    pass


def try_static_inside():
    @ex.capture
    @staticmethod
    def static_inside(a):
        return a


def enter(manager):
    with manager as value:
        return value


@ex.automain
def main():
    model, child = Model(), Child()
    tell(
        static=[Model.static_outside(), model.static_outside(5), Child.static_outside(x=3)],
        of_class=[Model.class_outside(), child.class_outside(7), Child.class_outside(x=3)],
        properties=[model.property_outside, child.cached],
        managers=[enter(manager_outside()), enter(manager_inside(x=2)), enter(child.manager_method())],
        logged=[model.logged_outside(), model.logged_inside(x=1), child.logged_inside(5)],
        cached=[cached_inside(), cached_outside(), cached_outside(4)],
        others=[prefixed(), prefixed(c=8), twice()],
        refused="raises" in outcome(try_static_inside),
    )
