"""Named configs: sets of entries that are switched on by their name.

Try:

    python examples/named_configs.py print_named_configs
    python examples/named_configs.py with deep
    python examples/named_configs.py with deep slow             # from left to right, the last one wins
    python examples/named_configs.py with data.tiny rate=0.5    # a single entry wins over all of them
    python examples/named_configs.py with examples/large.json   # a file is used the same way
"""

from itertools import pairwise
from pathlib import Path

from sacred import Experiment, Ingredient

data = Ingredient("data")
data.add_config(images=60_000)
data.add_named_config("tiny", images=100)  # as data.tiny

ex = Experiment("named_configs", ingredients=[data])


@ex.config
def config() -> None:
    layers = [64]
    rate = 0.1
    weights = sum(first * second for first, second in pairwise(layers))


@ex.named_config
def deep() -> None:
    """Eight layers of the same width."""
    width = 32
    layers = [width for _ in range(8)]
    del width  # else it would be an entry


@ex.named_config
def slow(rate: float) -> None:
    """A tenth of the rate that it would be."""
    rate = rate / 10


ex.add_named_config("large", str(Path(__file__).with_name("large.json")))


@ex.automain
def main(layers: list[int], rate: float, weights: int, data: dict[str, int]) -> None:
    print(f"layers {layers}, {weights} weights between them, rate {rate}, {data['images']} images")
