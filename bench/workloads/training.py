"""Training on handwritten digits, in turns with and without sacred: `python training.py ROUNDS STEPS`.

The turns are short, as the machine's speed changes by more than what is looked for within seconds.
"""

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from said import say
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

BATCH_IMAGES, BATCHES = 32, 8  # so that a step takes some 10 ms
WARMING_STEPS = 5  # not timed
ROUNDS, STEPS = map(int, sys.argv[1:])

images, labels = load_digits(return_X_y=True)
images /= 16
ex = Experiment("training", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))
took: list[float] = []  # by the last turn


def train(log: Callable[[str, Any], None]) -> None:
    """Do the same work each time, and note how long a step took."""
    network = MLPClassifier([64], random_state=1)
    for step in range(-WARMING_STEPS, STEPS):
        if step == 0:
            started = perf_counter()
        for batch in range(BATCHES):
            chosen = slice(batch * BATCH_IMAGES, (batch + 1) * BATCH_IMAGES)
            network.partial_fit(images[chosen], labels[chosen], classes=range(10))
        log("train.loss", network.loss_)
        log("train.accuracy", float(network.score(images[chosen], labels[chosen])))
        log("train.rate", network.learning_rate_init)
        print(f"step {step}: loss {network.loss_:.4f}")
    took[:] = [(perf_counter() - started) / STEPS]


@ex.main
def train_recorded(_run: Run) -> None:
    """Train in a run."""
    train(_run.log_scalar)


def train_alone() -> None:
    """Train without sacred."""
    train(lambda _name, _value: None)


if __name__ == "__main__":
    ways: list[Callable[[], object]] = [train_alone, ex.run, train_alone]  # twice: to see the noise
    rounds: list[list[float]] = []
    with threadpool_limits(1):  # BLAS threads that wait for a busy core would drown what is looked for
        for number in range(ROUNDS):
            seconds = [0.0, 0.0, 0.0]
            for way in sorted(range(3), key=lambda way: (way + number) % 3):
                ways[way]()
                seconds[way] = took[0]
            rounds.append(seconds)
    alone = median(seconds[0] for seconds in rounds)
    say(
        alone=alone,
        recorded=alone * median(recorded / alone for alone, recorded, _ in rounds),
        again=alone * median(again / alone for alone, _, again in rounds),
    )
