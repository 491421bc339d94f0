"""What is recorded of which command: built-in ones, unobserved ones, commands of ingredients, with prefixes."""
# run: print_config with seed=1 -F runs
# run: save_config with seed=1 -F runs
# run: part.work with seed=1 -F runs
# run: quiet with seed=1 -F runs
# run: prefixed with seed=1 -F runs
# run: print_named_configs with seed=1 -F runs

import contextlib
import io

from kit import Recorder, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(k=1, seed=2)
ex = Experiment("recorded", ingredients=[part])
ex.add_config(d={"x": 1})
ex.observers.append(Recorder(only=["started_event", "completed_event"]))


@part.command
def work(k):
    return k


@ex.command(unobserved=True)
def quiet():
    return "quiet"


@ex.command(prefix="d")
def prefixed(x):
    return x


@ex.main
def main():
    return "main"


with contextlib.redirect_stdout(io.StringIO()):
    run = ex.run_commandline()
tell(run=[run._id, run.unobserved, run.result, run.meta_info["command"], len(run.observers)])
