"""Training on handwritten digits, in turns with and without sacred: `python training.py ROUNDS STEPS`."""

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from said import say
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

HIDDEN = [160]  # so that a step takes some 10 ms

images, labels = load_digits(return_X_y=True)
images /= 16
ex = Experiment("training", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


def train(steps: int, log: Callable[[str, Any], None]) -> float:
    """Do the same work each time, and return the seconds a step took."""
    network = MLPClassifier(HIDDEN, random_state=1)
    network.partial_fit(images, labels, classes=range(10))
    started = time.perf_counter()
    for step in range(steps):
        network.partial_fit(images, labels)
        accuracy = network.score(images, labels)
        log("train.loss", network.loss_)
        log("train.accuracy", accuracy)
        log("train.rate", network.learning_rate_init)
        print(f"step {step}: loss {network.loss_:.4f}, accuracy {accuracy:.1%}")
    return (time.perf_counter() - started) / steps


@ex.main
def main(_run: Run) -> float:
    """Train as without sacred, and log."""
    return train(int(sys.argv[2]), _run.log_scalar)


def train_alone() -> float:
    """Train without sacred."""
    return train(int(sys.argv[2]), lambda _name, _value: None)


def train_recorded() -> float:
    """Train in a run; the beats come often, so that each short run has its share of them."""
    seconds: float = ex.run(options={"--beat-interval": 0.5}).result
    return seconds


if __name__ == "__main__":
    ways = [train_alone, train_recorded, train_alone]  # the second time shows what the machine's noise makes
    took: list[list[float]] = []
    with threadpool_limits(1):  # BLAS threads that wait for a busy core would drown what is looked for
        train_alone()
        for number in range(int(sys.argv[1])):
            order = sorted(range(3), key=lambda way: (way + number) % 3)
            seconds = {way: ways[way]() for way in order}
            took.append([seconds[way] for way in range(3)])
    step = median(alone for alone, _, _ in took)
    say(
        alone=step,
        recorded=step * median(recorded / alone for alone, recorded, _ in took),
        again=step * median(again / alone for alone, _, again in took),
    )
