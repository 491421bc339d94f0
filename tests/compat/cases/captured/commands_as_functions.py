"""Commands that call each other, main called by hand, commands of ingredients and their prefixes."""
# run:
# run: evaluate with split=val
# run: part.clean with part.level=9
# run: both
# run: nothing

from kit import Recorder, outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(level=1, inner={"depth": 2})
ex = Experiment("commands", ingredients=[part])
ex.observers.append(Recorder(only=["started_event", "completed_event"]))
ex.add_config(split="train", opts={"batch": 4})


@part.command
def clean(level):
    """Clean up."""
    tell(cleaned=level)
    return level


@part.command(prefix="inner")
def deep(depth, _config):
    return [depth, dict(_config)]


@ex.command
def evaluate(split, best=False):
    tell(evaluated=[split, best])
    return [split, best]


@ex.command(prefix="opts")
def batches(batch, _log):
    return [batch, _log.name]


@ex.command(unobserved=True)
def both(split):
    results = [evaluate(), evaluate(best=True), evaluate("given"), batches(), clean(), deep(), train()]
    tell(both=results, split=split)
    return results


@ex.command
def nothing():
    """Return nothing."""


@ex.main
def train(split, _run):
    told = [split, evaluate(best="from train"), _run.status]
    tell(trained=told)
    return told


run = ex.run_commandline()
tell(result=run.result, status=run.status, id=run._id)
options = {"--loglevel": "ERROR"}
tell(
    by_name=[ex.run("evaluate", options=options).result, ex.run("train", options=options).result],
    of_part=[ex.run("part.clean", {"part.level": 5}, options=options).result, ex.run("part.deep", options=options).result],
    default=[ex.default_command, sorted(ex.commands), sorted(part.commands)],
    unknown=["raises" in outcome(ex.run, name, options=options) for name in ("", "part", "part.nope", "nope.clean")],
)
