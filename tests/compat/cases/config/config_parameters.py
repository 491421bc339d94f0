"""What a config function may take as parameters, and what it may not be."""
# run:

from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
deep = Ingredient("a.b")
ex = Experiment("parameters", ingredients=[part, deep])


@part.config
def part_config():
    size = 4


@deep.config
def deep_config():
    v = 1


@ex.config
def first(_log):
    logger = _log.name
    x = 1


@ex.config
def second(x, part, a, *, logger):
    sum_ = x + part["size"] + a["b"]["v"]
    seen = logger


@ex.main
def main(_config):
    return _config


def with_return():
    x = 1
    return x


def with_yield():
    x = 1
    yield x


def with_nested_return():
    def f():
        return 1

    x = f()
    del f


def with_default(x=1):
    y = x


def unknown(nope):
    y = nope


ex.run_commandline()
tell(config=ex.current_run.config)
tell(call=first(preset={"_log": ex.current_run.run_logger})["x"])
wrong = {}
for function in (with_return, with_yield, with_default):
    wrong[function.__name__] = "raises" in outcome(Experiment("other", save_git_info=False).config, function)
tell(wrong=wrong)
other = Experiment("nested")
other.config(with_nested_return)
other.main(lambda: None)
tell(nested=other.run().config["x"])
ex.config(unknown)
tell(unknown=outcome(ex.run))
