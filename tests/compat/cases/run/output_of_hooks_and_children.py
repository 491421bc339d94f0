"""Whose output is kept: of hooks, of the command, of child processes, of warnings and of logging."""
# run: with seed=1 -C sys -F runs
# run: with seed=1 -C no -F runs

import logging
import subprocess
import sys
import warnings

from kit import tell

from sacred import Experiment

ex = Experiment("outputs")
print("before the experiment")


@ex.config
def config():
    print("in a config")
    a = 1


@ex.config_hook
def configure(config, command_name, logger):
    print("in the config hook")
    return {}


@ex.pre_run_hook
def before():
    print("in the hook before")


@ex.post_run_hook
def after():
    print("in the hook after")


@ex.main
def main(_log):
    print("in main")
    print("to stderr", file=sys.stderr)
    sys.stdout.flush()
    subprocess.run([sys.executable, "-c", "print('of a child')"], check=True)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("look out", stacklevel=1)
    logging.getLogger("library").warning("of a library")
    sys.stdout.write("no end of line")


run = ex.run_commandline()
print("after the run")
lines = [line for line in run.captured_out.splitlines() if " - " not in line and "warnings.warn" not in line]
tell(captured=[line.partition("py:")[0] if "UserWarning" in line else line for line in lines])
