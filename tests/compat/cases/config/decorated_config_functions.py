"""Config functions under decorators of the user's, and one function given to two experiments by decorators."""
# run:
# run: with lr=5 size=7

import functools

from kit import outcome, tell

from sacred import Experiment, Ingredient

calls = []
part = Ingredient("part")
ex = Experiment("decorated", ingredients=[part])
other = Experiment("other")


def announced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        calls.append(function.__name__)
        return function(*args, **kwargs)

    return wrapper


def marked(function):
    function.marked = True
    return function


@ex.config
@announced
def wrapped():
    """Under a wrapper."""
    lr = 0.1  # how fast
    double = lr * 2


@ex.config
@marked
def with_attribute(lr):
    size = 3
    product = lr * size


@ex.named_config
@announced
def fast():
    lr = 10


@ex.config_hook
def hook(config, command_name, logger):
    return {"hooked": config["size"]}


def shared():
    common = 1


def share():
    other.config(ex.config(shared))
    part.config(shared)


@ex.main
@announced
def main(_config, _run):
    tell(config=_config, docs=_run.config_modifications.docs, calls=calls)


other.main(lambda _config: dict(_config))
tell(shared=outcome(share), kinds=[type(wrapped).__name__, type(fast).__name__])
ex.run_commandline()
options = {"--loglevel": "ERROR"}
tell(other=outcome(lambda: other.run(config_updates={"seed": 1}, options=options).result))
tell(named=outcome(lambda: ex.run(named_configs=["fast"], options=options).config["double"]))
