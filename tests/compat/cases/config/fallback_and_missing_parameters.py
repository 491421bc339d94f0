"""Parameters of config functions that nobody has, or only later configs have: KeyError and its text."""
# run:
# run: with later=3
# run: broken

import sys

from kit import outcome, tell, text

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(size=1)


def make(*functions):
    ex = Experiment("missing", ingredients=[part])
    for function in functions:
        ex.config(function)
    ex.main(lambda _config: dict(_config))
    return ex


def takes_later(later):
    x = later


def gives_later():
    later = 1


def takes_part(part):
    size = part["size"]


def takes_missing_entry(part):
    size = part["nope"]


def takes_seed(seed):
    x = seed


def takes_run(_run):
    x = 1


def run(*functions, **updates):
    options = {"--loglevel": "ERROR"}
    return make(*functions).run(config_updates={"seed": 1, **updates}, options=options).result


tell(
    before=outcome(run, takes_later, gives_later),
    after=outcome(run, gives_later, takes_later),
    updated=outcome(run, gives_later, takes_later, later=5),
    part=outcome(run, takes_part),
    entry=outcome(run, takes_missing_entry),
    seed=outcome(run, takes_seed),
    special=outcome(run, takes_run),
    names="later" in text(run, takes_later, gives_later),
)
ex = make(takes_later, gives_later) if "broken" in sys.argv else make(gives_later, takes_later)


@ex.command
def broken():
    tell(ran=True)


ex.run_commandline()
