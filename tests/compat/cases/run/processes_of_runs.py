"""Child processes of a run: forked ones, their exit codes and output, pools, and what the record holds of them."""
# run: main -F runs
# run: exits -F runs
# run: pool -F runs

import multiprocessing
import os
import subprocess
import sys

from kit import tell

from sacred import Experiment

ex = Experiment("processes")
ex.add_config(a=2, seed=1)


@ex.capture
def power(number, a):
    return number**a


@ex.main
def main(a, _run):
    pid = os.fork()
    if not pid:
        os._exit(power(3))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    done = subprocess.run([sys.executable, "-c", "print(5)"], capture_output=True, text=True, check=True)
    return [code, done.stdout]


@ex.command
def exits(_run):
    pid = os.fork()
    if not pid:
        sys.exit(4)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@ex.command
def pool():
    with multiprocessing.get_context("fork").Pool(2) as workers:
        return workers.map(power_of, [1, 2, 3])


def power_of(number):
    return power(number)


run = ex.run_commandline()
tell(result=run.result, status=run.status)
