"""When a run warns that nobody observes it: with which options, commands and observers."""
# run: with seed=1
# run: with seed=1 -u
# run: with seed=1 -d
# run: quiet with seed=1
# run: print_config with seed=1
# run: with seed=1 -q

import contextlib
import io

from kit import Recorder, tell

from sacred import Experiment

ex = Experiment("watched")


@ex.command(unobserved=True)
def quiet():
    return "quiet"


@ex.main
def main(_run):
    return _run.unobserved


with contextlib.redirect_stdout(io.StringIO()):
    run = ex.run_commandline()
tell(result=run.result, unobserved=run.unobserved, observers=len(run.observers))
ex.observers.append(Recorder(only=[]))
tell(observed=ex.run(config_updates={"seed": 2}).unobserved)
