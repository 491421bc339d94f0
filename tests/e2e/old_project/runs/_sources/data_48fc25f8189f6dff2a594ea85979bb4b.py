"""The data, as an ingredient."""

from sacred import Ingredient

data_ingredient = Ingredient("data")


@data_ingredient.config
def config():
    size = 20
    noise = 0.5  # of the standard deviation


@data_ingredient.named_config
def small():
    size = 5


@data_ingredient.capture
def load_data(size, noise, _rnd, _log):
    _log.info("loading %d rows", size)
    return [noise * _rnd.random() for _ in range(size)]
