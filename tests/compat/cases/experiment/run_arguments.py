"""Every shape of arguments that ex.run and ex.run_commandline take."""
# run:

import types

from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(k=1, deep={"x": 1, "y": 2})
part.add_named_config("large", k=100)
ex = Experiment("shapes", ingredients=[part])
ex.add_config(a=1, b={"c": 2, "d": [1, 2]}, name="n")
ex.add_named_config("named", a=10)
ex.add_named_config("more", b={"c": 20})


@ex.main
def main(a, b, part, name):
    return [a, b["c"], b["d"], part["k"], part["deep"], name]


@ex.command
def other(a):
    return ["other", a]


@part.command
def inside(k):
    return ["inside", k]


def result(*args, **kwargs):
    found = outcome(ex.run, *args, **kwargs)
    return found["returns"].result if "returns" in found else found


def line(argv):
    found = outcome(ex.run_commandline, argv)
    return found["returns"].result if "returns" in found else found


tell(
    nothing=result(),
    command=[result("other"), result(command_name="main"), result("part.inside"), result(None)],
    wrong=[result("nope"), result("part.nope"), result("")],
    nested=result(config_updates={"b": {"c": 5}, "part": {"deep": {"x": 9}}}),
    dotted=result(config_updates={"b.c": 5, "part.deep.x": 9, "part.k": 3}),
    both=result(config_updates={"b.c": 5, "b": {"d": [3]}}),
    mapping=result(config_updates=types.MappingProxyType({"a": 4})),
    tuples=result(config_updates={"b.d": (1, 2)}),
    named=[
        result(named_configs=["named"]),
        result(named_configs=("more", "part.large")),
        result("main", {}, ["named"]),
    ],
    order=[result(config_updates={"a": 3}, named_configs=["named"]), result(named_configs=["nope"])],
    added=[result(config_updates={"nope": 1}), result(config_updates={"part.nope": 1})],
    forced=result(config_updates={"nope": 1}, options={"--force": True}),
    positional=result("main", {"a": 2}, ["more"], {"i": 1}, {"m": 2}, {"--loglevel": "ERROR"}),
    unknown=outcome(ex.run, nope=1),
)
tell(
    argv=[
        line(["prog"]),
        line(["prog", "with", "a=2"]),
        line("prog other with a=5"),
        line("prog with b.c=7 named part.large 'name=two words'"),
        line(["prog", "part.inside", "with", "part.k=3"]),
        line(("prog", "with", "a=3")),
    ],
    wrong=[line(["prog", "nope"]), line(["prog", "with"]), line(5), line(["prog", "with", "nope=1"])],
)
