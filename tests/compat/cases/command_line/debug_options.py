"""`-d` and `-D`: whole tracebacks of user errors and of mistakes, and the debugger without an input."""
# run: -d
# run: fine -d with a=2
# run: with a=text -d
# run: fine -d -F runs
# run: post_mortem -D

import io
import sys

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("debugged")
ex.add_config(a=1, seed=1)


@ex.capture
def divide(a):
    return 1 / (a - 1)


@ex.command
def fine(_run):
    return [_run.debug, _run.pdb]


@ex.command
def post_mortem():
    print("before")
    divide()


@ex.main
def main():
    divide()


text = io.StringIO()
if "-D" in sys.argv:
    sys.stdin = io.StringIO("p a\nq\n")
found = outcome(ex.run_commandline)
run = ex.current_run
tell(found=found if "raises" in found else "fine", run=[run.status, run.debug, run.pdb, run.result])
