"""Wrong calls of captured functions: which error, what is shown, which exit code."""
# run: surplus
# run: unknown
# run: twice
# run: missing
# run: main

from kit import outcome, tell, text

from sacred import Experiment

ex = Experiment("wrong")
ex.add_config(a=1)


@ex.capture
def f(a, b=2):
    return [a, b]


@ex.capture
def g(need, more, *, last):
    return need


class K:
    @ex.capture
    def m(self, x):
        return x


@ex.command
def surplus():
    f(1, 2, 3, 4)


@ex.command
def unknown():
    f(bad=1)


@ex.command
def twice():
    f(1, a=2)


@ex.command
def missing():
    g(more=1)


@ex.automain
def main():
    calls = {
        "surplus": lambda: f(1, 2, 3, 4),
        "unknown": lambda: f(bad=1, worse=2),
        "twice": lambda: f(1, a=2),
        "missing": g,
        "method": lambda: K().m(),
        "unbound": lambda: K.m(x=1),
        "own": lambda: f(a="x") + 1,
    }
    tell(kinds={name: outcome(call) for name, call in calls.items()})
    tell(texts={name: text(call) for name, call in calls.items()})
