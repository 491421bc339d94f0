"""One function captured by two experiments and an ingredient: whose values it gets, and when."""
# run:
# run: with a=5 part.a=7

from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
first = Experiment("first", ingredients=[part])
second = Experiment("second", ingredients=[part])
part.add_config(a="part", only_part=1)
first.add_config(a="first", only_first=2)
second.add_config(a="second", only_second=3)


@part.capture
def shared(a, only_part):
    return [a, only_part]


def plain(a, _log):
    return [a, _log.name]


in_first = first.capture(plain)
in_second = second.capture(plain)
in_part = part.capture(plain)


@first.capture
def of_first(a, only_first=None, only_second=None):
    return [a, only_first, only_second]


both = second.capture(of_first)


def calls():
    functions = {
        "shared": shared,
        "in_first": in_first,
        "in_second": in_second,
        "in_part": in_part,
        "of_first": of_first,
        "both": both,
    }
    return {name: outcome(function).get("returns", "error") for name, function in functions.items()}


@second.main
def second_main(a):
    return {"a": a, **calls()}


@first.main
def main(a):
    before = calls()
    nested = second.run(config_updates={"a": "nested"}, options={"--loglevel": "ERROR"}).result
    tell(before=before, nested=nested, after=calls())
    return a


tell(outside=calls(), same=[both is of_first, in_first is in_second])
first.run_commandline()
tell(afterwards=calls())
second.run(options={"--loglevel": "ERROR"})
tell(last=calls())
