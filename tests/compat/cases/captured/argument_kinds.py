"""Positional-only, keyword-only, variadic, defaulted and mutable arguments: which value wins."""
# run:
# run: with a=10 c=30 rest=[7] more.y=5
# run: with key=None default=5

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("kinds")


@ex.config
def config():
    a = 1
    b = 2
    c = 3
    key = "from config"
    rest = ["config"]
    more = {"y": 1}
    mutable = [0]
    self = "a config entry named self"
    kwargs = {"z": 1}
    args = [1]


@ex.capture
def positional_only(a, b, /, c):
    return [a, b, c]


@ex.capture
def keyword_only(*, key, other="default"):
    return [key, other]


@ex.capture
def variadic(a, *rest, key="own", **more):
    return [a, list(rest), key, more]


@ex.capture
def named_like_entries(a, *args, **kwargs):
    return [a, list(args), kwargs]


@ex.capture
def defaults(a, default=0, mutable=None, key=None):
    return [a, default, mutable, key]


@ex.capture
def nothing():
    return "nothing"


@ex.capture
def all_kinds(a, /, b, *rest, c, key="k", **more):
    return [a, b, list(rest), c, key, more]


class Model:
    @ex.capture
    def method(self, a, b):
        return [type(self).__name__, a, b]

    @ex.capture
    def odd_self(this, a):
        return [type(this).__name__, a]


@ex.capture
def takes_self(self, a):
    return [self, a]


@ex.automain
def main():
    calls = {
        "only_entries": lambda: positional_only(),
        "only_first": lambda: positional_only(5),
        "only_all": lambda: positional_only(5, 6, 7),
        "only_by_name": lambda: positional_only(a=5),
        "keyword": lambda: [keyword_only(), keyword_only(key=5), keyword_only(other=None)],
        "keyword_by_position": lambda: keyword_only(5),
        "variadic": lambda: [variadic(), variadic(x=1), variadic(5, key=7, x=8)],
        "variadic_more": lambda: variadic(5, 6),
        "entries": lambda: [named_like_entries(), named_like_entries(1, 2, z=3)],
        "defaults": lambda: [defaults(), defaults(None), defaults(default=7), defaults(mutable=[1], key=0)],
        "nothing": lambda: [nothing(), outcome(nothing, 1)],
        "all_kinds": lambda: all_kinds(5, 6, 7, 8, c=9, x=10),
        "methods": lambda: [Model().method(), Model().method(b=5), Model.method(Model(), 7), Model().odd_self()],
        "self": lambda: takes_self(a=2),
        "none": lambda: [defaults(a=None), keyword_only(key=None)],
    }
    tell(**{name: outcome(call) for name, call in calls.items()})
