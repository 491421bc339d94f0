"""Train a small neural network on handwritten digits, and keep a record of the run.

The digits are the 1,797 real ones that come with scikit-learn: 8 by 8 pixels each. Try:

    python examples/digits.py -F demo_runs
    python examples/digits.py -F demo_runs with small data.noise=0.3
    python examples/digits.py print_config with batch_size=64
    python examples/digits.py -F demo_runs evaluate with model=demo_runs/1/model.joblib
"""

import json
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier
from tqdm import tqdm

from sacred import Experiment, Ingredient
from sacred.run import Run
from sacred.utils import apply_backspaces_and_linefeeds

# --- the data set: an ingredient, which other experiments could use as well ------------------------

data = Ingredient("data")


@data.config
def data_config() -> None:
    split = "digits_split.json"  # which images are for testing
    noise = 0.0  # strength of noise in training images


@data.named_config
def noisy() -> None:
    """Training images that are hard to read."""
    noise = 0.4


class Digits(NamedTuple):
    """What the experiment gets of the data set."""

    train_images: NDArray[np.float64]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.float64]
    test_labels: NDArray[np.int64]
    names: list[str]


@data.capture
def load(split: str, noise: float, _run: Run, _rnd: np.random.Generator) -> Digits:
    with _run.open_resource(Path(__file__).with_name(split)) as file:  # the record keeps a copy
        description = json.load(file)
    images, labels = load_digits(return_X_y=True)
    is_test = np.isin(np.arange(len(labels)), description["test"])
    images /= 16
    train_images = images[~is_test]
    train_images += noise * _rnd.normal(size=train_images.shape)  # the same noise for the same seed
    return Digits(
        train_images, labels[~is_test], images[is_test], labels[is_test], names=description["labels"]
    )


# --- the experiment --------------------------------------------------------------------------------

ex = Experiment("digits", ingredients=[data])
ex.captured_out_filter = apply_backspaces_and_linefeeds  # keeps the last state of a progress bar


@ex.config
def config() -> None:
    hidden = [64]  # widths of the hidden layers
    epochs = 15  # passes over all images
    batch_size = 32  # images in one step
    rate = 0.003 * batch_size / 32  # step size, follows batch_size
    model = "demo_runs/1/model.joblib"  # for the command evaluate


@ex.named_config
def small() -> None:
    """A network that trains in a second."""
    hidden = [16]
    epochs = 5


@ex.command
def evaluate(model: str, _run: Run) -> float:
    """Test a model of an earlier run, and show what it takes for what."""
    digits = load()
    with _run.open_resource(model, "rb") as file:
        network = joblib.load(file)
    counts = confusion_matrix(digits.test_labels, network.predict(digits.test_images))
    print("\n         taken for" + "".join(f"{digit:5}" for digit in range(10)))
    for name, row in zip(digits.names, counts, strict=True):
        print(f"  {name:>15} " + "".join(f"{count or '·':>5}" for count in row))
    accuracy = float(np.trace(counts) / counts.sum())
    print(f"\n  {accuracy:.1%} of {counts.sum()} test images are right\n")
    return accuracy


@ex.capture
def train(
    network: MLPClassifier, digits: Digits, epochs: int, batch_size: int, _run: Run, _rnd: np.random.Generator
) -> float:
    images, labels = digits.train_images, digits.train_labels
    accuracy = 0.0
    steps = epochs * -(-len(labels) // batch_size)
    with tqdm(total=steps, ncols=76, bar_format="{desc} |{bar}| {n}/{total} steps, {elapsed}") as bar:
        for epoch in range(1, epochs + 1):
            for batch in batches(_rnd.permutation(len(labels)), batch_size):
                network.partial_fit(images[batch], labels[batch], classes=range(10))
                bar.update()
                _run.log_scalar("train.loss", network.loss_)
                _run.log_scalar("train.accuracy", network.score(images[batch], labels[batch]))
            accuracy = float(network.score(digits.test_images, digits.test_labels))
            _run.log_scalar("test.accuracy", accuracy, epoch)
            bar.set_description_str(f"epoch {epoch:2}, test accuracy {accuracy:.1%}")
            _run.result = accuracy  # so far: observers hear of it at the next heartbeat
    return accuracy


def batches(order: NDArray[np.int64], size: int) -> list[NDArray[np.int64]]:
    return [order[start : start + size] for start in range(0, len(order), size)]


@ex.automain
def main(hidden: list[int], rate: float, _run: Run, _seed: int) -> float:
    """Train a network, and keep it."""
    digits = load()
    print(f"{len(digits.train_labels)} images to learn from, {len(digits.test_labels)} for testing")
    network: Any = MLPClassifier(hidden, learning_rate_init=rate, random_state=_seed)
    accuracy = train(network, digits)
    wrong = digits.test_labels[network.predict(digits.test_images) != digits.test_labels]
    _run.info["mistakes"] = {name: int(np.sum(wrong == digit)) for digit, name in enumerate(digits.names)}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.joblib")
        joblib.dump(network, file)
        _run.add_artifact(file, metadata={"test accuracy": accuracy})
    return accuracy
