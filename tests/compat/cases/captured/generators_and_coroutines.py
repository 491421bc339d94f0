"""Captured generators, coroutines and asynchronous generators, with special arguments in each."""
# run: with seed=5
# run: with seed=5 steps=2

import asyncio
import inspect

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("asynchronous")
ex.add_config(steps=3, rate=0.5)


@ex.capture
def count(steps, _log, start=0):
    for step in range(start, steps):
        received = yield step
        if received:
            yield ["received", received]


@ex.capture
def delegate(rate):
    total = yield from count()
    yield rate
    return total


@ex.capture
async def fetch(rate, _seed, times=1):
    await asyncio.sleep(0)
    return [rate * times, _seed]


@ex.capture
async def stream(steps, _rnd):
    for step in range(steps):
        yield [step, int(_rnd.integers(1000))]


@ex.capture
def failing(steps):
    yield steps
    raise ValueError("in the middle")


class Loader:
    @ex.capture
    def __iter__(self, steps):
        return iter(range(steps))

    @ex.capture
    async def load(self, rate):
        return rate


async def use_all():
    first = await fetch()
    gathered = await asyncio.gather(fetch(times=2), fetch(rate=1), Loader().load())
    return [first, gathered, [item async for item in stream()]]


@ex.command
async def asynchronous(rate):
    return rate


@ex.automain
def main():
    sent = count()
    told = [next(sent), sent.send("word"), next(sent)]
    tell(
        generators=[list(count()), list(count(start=1)), list(delegate()), told],
        failing=outcome(list, failing()),
        started=[inspect.isgenerator(count()), next(failing(7))],
        asynchronous=asyncio.run(use_all()),
        iterated=[list(Loader()), sorted(Loader())],
    )
    coroutine = asynchronous()
    tell(command=[inspect.iscoroutine(coroutine), asyncio.run(coroutine)])
