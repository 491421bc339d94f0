"""Captured functions in threads, after runs, and in functions given away: which values they have there."""
# run: with seed=3
# run: with seed=3 a=10

import threading
from concurrent.futures import ThreadPoolExecutor

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("threads")
ex.add_config(a=1, d={"x": 2})
kept = []


@ex.capture
def use(a, d, extra=0):
    return [a, d["x"], extra]


@ex.capture
def draw(_seed, _run, _log):
    return [_seed, _run is ex.current_run, _log.name]


class Worker(threading.Thread):
    def __init__(self):
        super().__init__()
        self.seen = None

    @ex.capture
    def run(self, a):
        self.seen = [a, use(extra="thread"), draw()]


@ex.capture
def keep(a):
    kept.append(lambda: [a, use()])


@ex.main
def main():
    worker = Worker()
    worker.start()
    worker.join()
    with ThreadPoolExecutor(1) as pool:
        mapped = list(pool.map(lambda extra: use(extra=extra), range(3)))
        drawn = [pool.submit(draw).result(), draw(), pool.submit(draw).result()]
        failing = outcome(pool.submit(use, 1, 2, 3, 4).result)["raises"][0]
    keep()
    tell(thread=worker.seen, mapped=mapped, drawn=drawn, failing=failing)


ex.run_commandline()
tell(after=[kept[0](), use(), use(a=5)])
ex.run(config_updates={"a": 100}, options={"--loglevel": "ERROR"})
tell(second=[kept[0](), kept[1]()])
