"""What is kept of the output: capture modes, filters, progress bars."""
# run: with seed=1 -C sys -F runs
# run: with seed=1 -C no -F runs
# run: with seed=1 -C fd
# run: filtered with seed=1 -C sys -F runs
# run: broken with seed=1 -C sys

import subprocess
import sys

from kit import tell

from sacred import Experiment
from sacred.utils import apply_backspaces_and_linefeeds

ex = Experiment("output")


def work():
    print("to stdout")
    for percent in (1, 50, 100):
        sys.stderr.write(f"\rdone {percent} %")
    sys.stderr.write("\n")
    sys.stdout.flush()
    subprocess.run(["echo", "from a child"], check=True)
    print("typo\b\b\bkeep", flush=True)


@ex.main
def main():
    work()


@ex.command
def filtered():
    ex.captured_out_filter = None
    work()


@ex.command
def broken():
    print("x")


def fail(text):
    raise ValueError("the filter is broken")


if sys.argv[1] == "filtered":
    ex.captured_out_filter = lambda text: apply_backspaces_and_linefeeds(text).upper()
elif sys.argv[1] == "broken":
    ex.captured_out_filter = fail
else:
    ex.captured_out_filter = apply_backspaces_and_linefeeds
run = ex.run_commandline()
if run.capture_mode == "sys":  # in fd mode, what 0.8.7 has kept by now is a matter of chance
    tell(captured=run.captured_out)
