"""What named configs take from named configs before them, and what can't be added twice."""
# run:

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("parameters")


@ex.config
def config():
    a = 1
    b = 2


@ex.named_config
def base():
    a = 10
    n = {"k": 1}


@ex.named_config
def more(a, n):
    b = a + n["k"]


@ex.capture
def use(n):
    return n


@ex.main
def main(_config):
    return dict(_config)


def run(*names, **updates):
    return ex.run(named_configs=names, config_updates={"seed": 1, **updates}).result


tell(
    both=run("base", "more"),
    fixed=run("base", "more", a=100),
    unknown=outcome(run, "nope"),
    name_twice=outcome(ex.named_config, lambda: None)["raises"][-2:],
    dict_twice=outcome(ex.add_named_config, "base", {"a": 1}),
    nothing=outcome(ex.add_named_config, "empty"),
    number=outcome(ex.add_named_config, "number", 5),
    missing=outcome(ex.add_named_config, "file", "nope.json"),
)
