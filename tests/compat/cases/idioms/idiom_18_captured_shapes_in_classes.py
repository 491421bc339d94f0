"""Captured constructors, methods, properties, static methods, context managers, generators, keyword-only arguments."""
# run: with net.units=4
# run: with noise=0.5 kernel=9 net.act=tanh
# run: [no-numpy] with seed=3

from contextlib import contextmanager

from kit import outcome, tell

from sacred import Experiment, Ingredient

nem = Ingredient("net")
nem.add_config(units=2, act="relu", k=3)
ex = Experiment("neural", ingredients=[nem])
ex.add_config(noise=0.1, kernel=5, seed=11)


class Cell:
    """A cell whose sizes come from the configuration."""

    limit = 7

    @nem.capture
    def __init__(self, inputs, units, act="none", _seed=None):
        self.inputs = inputs
        self.shape = (inputs, units)
        self.act = act
        self.seeded = _seed

    @property
    @nem.capture
    def width(self, k):
        return self.inputs * k

    @staticmethod
    @nem.capture
    def norm(x, k):
        return x / k

    @classmethod
    @ex.capture
    def limited(cls, kernel):
        return min(cls.limit, kernel)

    @nem.capture
    def call(self, x, *, units, scale=1):
        return x * units * scale

    @ex.capture(prefix="net")
    def prefixed(self, units, act):
        return [units, act, self.inputs]


class Child(Cell):
    @ex.capture
    def __init__(self, noise, **kwargs):
        super().__init__(inputs=noise * 10)
        self.kwargs = sorted(kwargs)


@contextmanager
@nem.capture
def session(units, act):
    print("opened", units)
    yield act
    print("closed")


@ex.capture
def batches(kernel, noise):
    for index in range(kernel - 3):
        yield index + noise


@ex.capture
def keywords(a, *args, noise, **kwargs):
    return [a, args, noise, sorted(kwargs)]


@ex.main
def main(noise, _rnd):
    cell = Cell(3)
    with session() as act:
        opened = act
    tell(
        cell=[cell.shape, cell.act, cell.width, cell.norm(6), Cell.norm(9), cell.limited(), Cell.limited()],
        calls=[cell.call(2), cell.call(2, scale=3), cell.call(x=1, units=1), cell.prefixed()],
        seeded=[cell.seeded, Cell(1).seeded],
        child=[Child().shape, Child(noise=1).kwargs, Child(noise=2, other=1).kwargs],
        opened=opened,
        batches=list(batches()),
        keywords=[keywords(1), keywords(1, noise=4, z=5), outcome(keywords, 1, 2, noise=3)],
        names=[Cell.call.__name__, Cell.__init__.__name__, batches.__name__, Cell.__init__.__doc__],
        errors=[outcome(Cell), outcome(cell.call), outcome(Cell, 1, 2, 3, 4, 5), outcome(keywords)],
        random=type(_rnd).__name__,
    )


ex.run_commandline()
