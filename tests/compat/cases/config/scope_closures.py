"""Comprehensions, lambdas and inner functions that use entries: a NameError in 0.8 (contract, section 9)."""
# run:

from kit import outcome, tell

from sacred import Experiment


def outside():
    factor = 5

    def config():
        scaled = factor * 2

    return config


def comprehension():
    n = 3
    items = [n * i for i in range(n)]


def condition():
    limit = 2
    items = {i: i for i in range(5) if i > limit}


def lambda_():
    offset = 10
    items = sorted([1, 2, 3], key=lambda value: (value + offset) % 12)


def inner():
    rate = 0.5

    def decayed(step):
        return rate**step

    items = [decayed(1), decayed(2)]


def nested_comprehension():
    rows = [1, 2]
    columns = [3]
    items = [(row, column) for row in rows for column in columns]


def generator():
    scale = 2
    items = sum(scale * i for i in [1, 2])


def default_argument():
    scale = 2
    items = list(map(lambda i, scale=scale: scale * i, [1, 2]))


def run(function):
    ex = Experiment(function.__name__)
    ex.config(function)
    ex.main(lambda _config: dict(_config))
    return ex.run(config_updates={"seed": 1}, options={"--loglevel": "ERROR"}).result


functions = [comprehension, condition, lambda_, inner, nested_comprehension, generator, default_argument]
tell(**{function.__name__: outcome(run, function) for function in [*functions, outside()]})
