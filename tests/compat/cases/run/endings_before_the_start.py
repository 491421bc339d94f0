"""Interrupts, exits and errors before a run has started: in configs, hooks of options and configs, observers."""
# run: -F runs with how=interrupt
# run: -F runs with how=exit
# run: -F runs with how=stop
# run: -F runs with how=error where=hook
# run: -F runs with how=exit where=hook
# run: -c exit -F runs

import sys

from kit import Recorder, tell

from sacred import Experiment
from sacred.utils import SacredInterrupt

ex = Experiment("before")
ex.observers.append(Recorder())


def end(how):
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "exit":
        sys.exit(3)
    if how == "stop":
        raise SacredInterrupt("stop here")
    if how == "error":
        raise LookupError("not found")


@ex.option_hook
def options(options):
    end(options["--comment"])


@ex.config
def config():
    how = None
    where = "config"
    seed = 1
    if where == "config":
        end(how)


@ex.config_hook
def configure(config, command_name, logger):
    if config["where"] == "hook":
        end(config["how"])
    return {}


@ex.main
def main():
    print("main runs")


try:
    ex.run_commandline()
finally:
    tell(run=ex.current_run)
