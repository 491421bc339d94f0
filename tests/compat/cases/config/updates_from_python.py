"""`ex.run(config_updates=…, named_configs=…)` in the forms that scripts and sweeps use."""
# run:

import itertools

from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(size=1, opts={"a": 1})
ex = Experiment("sweep", ingredients=[part])


@ex.config
def config():
    lr = 0.1
    model = {"depth": 2, "width": [1, 2], "act": {"name": "relu", "slope": None}}
    area = model["depth"] * len(model["width"])


@ex.named_config
def small():
    model = {"depth": 1}


@ex.main
def main(_config):
    return dict(_config)


@ex.command
def evaluate(lr, checkpoint="none"):
    return [lr, checkpoint]


def run(updates=None, *names, command=None):
    options = {"--loglevel": "ERROR"}
    updates = dict(updates or {}, seed=1)
    return ex.run(command, config_updates=updates, named_configs=names, options=options).result


tell(
    dotted=run({"model.depth": 5, "part.opts.a": 6}),
    nested=run({"model": {"act": {"slope": 0.1}}, "part": {"opts": {"a": 3}, "size": 2}}),
    whole=run({"model": {"depth": 9, "width": (3,), "act": {"name": "tanh"}}}),
    named=run({"model.width": []}, "small"),
    order=run({"model.depth": 3}, "small")["model"],
    grid=[run({"lr": lr, "model.depth": depth})["area"] for lr, depth in itertools.product([1, 2], [3, 4])],
    command=[run(command="evaluate"), run({"checkpoint": "best"}, command="evaluate")],
    none=run({"lr": None})["lr"],
    twice=[run({"lr": 2})["lr"], run()["lr"]],
    strings=run({"lr": "1e-3", "model.act.name": "a.b"})["lr"],
    conflict=outcome(run, {"lr": {"x": 1}})["returns"]["lr"],
    unknown_command=outcome(run, {}, command="nope")["raises"][-3:],
    unknown_name=outcome(run, {}, "nope")["raises"][-3:],
    positional=ex.run("evaluate", {"lr": 7}, ["small"]).result,
)
