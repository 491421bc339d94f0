"""A captured function's seed depends on its place among all commands, hooks and captured functions."""
# run: with seed=5
# run: second with seed=5

from kit import tell

from sacred import Experiment

ex = Experiment("order")
seen = []


@ex.pre_run_hook
def before(_seed):
    seen.append(["before", _seed])


@ex.config
def config():
    size = 3


@ex.command
def second(_seed):
    helper()
    seen.append(["second", _seed])


@ex.config_hook
def hook(config, command_name, logger):
    return {}


@ex.capture
def unused(size):
    return size


class Model:
    @ex.capture
    def __init__(self, size, _seed):
        seen.append(["model", size, _seed])

    @ex.capture
    def step(self, _seed, _rnd):
        seen.append(["step", _seed, int(_rnd.integers(1000))])


@ex.capture
def helper(_rnd):
    seen.append(["helper", int(_rnd.integers(1000))])


@ex.main
@ex.capture
def main(_seed):
    model = Model()
    model.step()
    Model().step()
    helper()
    seen.append(["main", _seed])


@ex.post_run_hook
def after(_seed):
    seen.append(["after", _seed])
    tell(seen=seen)


ex.run_commandline()
