"""Default names, path and doc of experiments and ingredients, and where they show."""
# run:
# run: -n "other name"
# run: part.show

import sys
import types

from kit import Recorder, tell

from sacred import Experiment, Ingredient

part = Ingredient("part.with.dots")
ex = Experiment(ingredients=[part])
ex.observers.append(Recorder(only=["started_event"]))
spaced = Experiment("a name with spaces/and a slash")


@part.command
def show(_log):
    """Show the part."""
    _log.info("shown")
    return _log.name


@ex.main
def main(_log, _run):
    """Do it all."""
    _log.info("at work")
    return [_log.name, _run.experiment_info["name"]]


sys.argv = [sys.argv[0], *[word.replace("part.show", "part.with.dots.show") for word in sys.argv[1:]]]
module = types.ModuleType("made_by_hand", "Docs of the module.")
run = ex.run_commandline()
tell(
    path=[ex.path, spaced.path, part.path],
    docs=[ex.doc, part.doc, main.__doc__, show.__doc__],
    names=[main.__name__, show.__name__, main.__module__, main.__qualname__],
    commands=list(dict(ex.gather_commands())),
    result=run.result,
    name=run.experiment_info["name"],
    default=ex.default_command,
    representation=[isinstance(repr(ex), str), isinstance(str(part), str)],
)
ex.path = "set later"
spaced.main(lambda _run: _run.experiment_info["name"])
tell(later=ex.run().experiment_info["name"], spaced=spaced.run().result)
