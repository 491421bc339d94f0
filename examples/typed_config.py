"""Configurations with types: a dataclass, and a pydantic model (which needs the package pydantic).

Try:

    python examples/typed_config.py with optimizer.rate=0.5
    python examples/typed_config.py with epochs=many            # an error that names the entry
    python examples/typed_config.py with data.batch_size=0      # pydantic checks more than types
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from sacred import Experiment, Ingredient


class DataConfig(BaseModel):
    """The configuration of the data set."""

    path: str = "digits.csv"
    batch_size: Annotated[int, Field(gt=0, description="images in one step")] = 32


data = Ingredient("data")
data.add_config(DataConfig)


@dataclass
class Optimizer:
    """A part of the configuration below."""

    kind: Literal["sgd", "adam"] = "sgd"
    rate: float = 0.1  # step size


@dataclass
class Config:
    """The configuration of the experiment; comments document its entries, as in a config function."""

    epochs: int = 10  # passes over the data
    optimizer: Optimizer = field(default_factory=Optimizer)
    tags: list[str] = field(default_factory=list)


ex = Experiment("typed", ingredients=[data])
ex.add_config(Config)


@ex.automain
def main(epochs: int, optimizer: dict[str, Any], data: dict[str, Any]) -> None:
    print(f"{epochs} epochs, {data['batch_size']} images a step, {optimizer['kind']} at {optimizer['rate']}")
