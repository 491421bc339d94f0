"""Seeds and random numbers of captured functions that call each other, from one root seed."""
# run: with seed=3
# run: [no-numpy] with seed=3
# run: other with seed=123456789

from kit import tell

from sacred import Experiment

ex = Experiment("nested")
seen = []


def draw(rnd):
    return float(rnd.random())


@ex.capture
def without():
    return 0


@ex.capture
def inner(_seed, _rnd, times=1):
    seen.append(["inner", _seed, type(_rnd).__name__, [draw(_rnd) for _ in range(times)]])


@ex.capture
def outer(_seed, _rnd):
    seen.append(["outer", _seed, draw(_rnd)])
    inner(times=2)
    without()
    seen.append(["outer again", draw(_rnd)])


@ex.command
def other(_seed, _rnd):
    outer()
    seen.append(["other", _seed, draw(_rnd)])
    tell(seen=seen)


@ex.automain
def main(_seed, _rnd, seed):
    inner()
    outer()
    inner()
    seen.append(["main", seed, _seed, draw(_rnd)])
    inner(_seed=5)
    inner()
    tell(seen=seen)
