"""cout.txt: what it holds of output, of filters and of modes, as tools read it."""
# run: plain -C sys -F runs
# run: plain -C no -F runs
# run: bars -C sys -F runs
# run: silent -C sys -F runs
# run: upper -C sys -F runs

import sys
from pathlib import Path

from kit import tell

from sacred import Experiment
from sacred.utils import apply_backspaces_and_linefeeds

ex = Experiment("texts")
ex.add_config(seed=1)
filters = {"bars": apply_backspaces_and_linefeeds, "upper": str.upper}
ex.captured_out_filter = filters.get(sys.argv[1])


@ex.command
def plain():
    print("first line")
    print("no end", end="")
    print(" - ended")
    print("to stderr", file=sys.stderr)
    print("\ttab, ü ✓, \x07bell", flush=True)


@ex.command
def bars():
    for step in range(4):
        print(f"\rstep {step}/3", end="")
    print()


@ex.command
def silent():
    pass


@ex.command
def upper():
    print("small\nletters")


run = ex.run_commandline()
content = Path("runs", run._id, "cout.txt").read_bytes().decode()
lines = [line for line in content.split("\n") if "INFO" not in line]
tell(lines=lines, same=content == run.captured_out)
