"""Code that replaces or inspects sys.stdout while it runs, in the modes sys and no."""
# run: -C sys -F runs
# run: -C no -F runs

import contextlib
import io
import os
import sys

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("streams")
ex.add_config(seed=1)
before = sys.stdout, sys.stderr


@ex.main
def main():
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        print("into a text")
    print("plain")
    print("to the original", file=sys.__stdout__, flush=True)
    print("to a function", file=sys.stdout)
    sys.stdout.writelines(["one\n", "two\n"])
    print("äöü ✓")
    sys.stdout.flush()
    os.write(1, b"by descriptor\n")
    return [
        text.getvalue(),
        sys.stdout.isatty(),
        sys.stdout.encoding.lower(),
        outcome(sys.stdout.fileno),
        sys.stdout.writable(),
        outcome(input)["raises"][0],
        sys.stdout.errors,
    ]


run = ex.run_commandline()
tell(result=run.result, restored=[sys.stdout is before[0], sys.stderr is before[1]])
tell(lines=[line for line in run.captured_out.splitlines() if "INFO" not in line])
