"""Captured functions in worker processes: they take their configuration and a seed of their own with them.

Try:

    python examples/workers.py with seed=1
    python examples/workers.py with seed=1 points=1000000
"""

import multiprocessing

import numpy as np

from sacred import Experiment

ex = Experiment("workers")


@ex.config
def config() -> None:
    points = 100_000  # thrown by each task
    tasks = 4
    processes = 2


@ex.capture
def throw(task: int, points: int, _rnd: np.random.Generator) -> int:
    """Count random points of the unit square that fall into the quarter circle."""
    inside = np.hypot(_rnd.random(points), _rnd.random(points)) < 1
    # flush: a pool ends its processes without asking them for what they still hold back
    print(f"task {task}: {np.mean(inside):.4f} of the points are inside", flush=True)
    return int(np.sum(inside))


@ex.automain
def main(points: int, tasks: int, processes: int) -> float:
    """Estimate pi."""
    # "spawn" starts fresh processes, which import this file. A captured function travels by its name, with
    # the values of this run; each time it is sent it gets a seed of its own, here one for each task.
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        results = [pool.apply_async(throw, [task]) for task in range(tasks)]
        inside = sum(result.get() for result in results)
    estimate = 4 * inside / (points * tasks)
    print(f"pi is about {estimate:.3f}")
    return estimate
