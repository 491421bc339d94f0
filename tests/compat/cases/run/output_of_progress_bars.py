"""What apply_backspaces_and_linefeeds keeps of progress bars, as a filter and called directly."""
# run: bars -F runs
# run: unfiltered -F runs
# run: own_filter -F runs

import sys

from kit import tell

from sacred import Experiment
from sacred.utils import apply_backspaces_and_linefeeds

ex = Experiment("bars")
ex.add_config(seed=1)
texts = [
    "abc\rx",
    "abc\r\nx",
    "abc\n\rx",
    "ab\b\bcd",
    "\b\b",
    "a\b\n\bb",
    "first\nsecond\rover\n",
    "100%|###|\r100%|####|\n\n",
    "a\r",
    "a\r\r\rb\r",
    "ü✓\bx",
    "tab\tend\b\b\b",
    "\x1b[Aup",
    "",
]


def show_bar(total, nested):
    for step in range(total + 1):
        sys.stdout.write(f"\router {step}/{total}")
        if nested:
            sys.stdout.write("\n" + "\r".join(f"  inner {inner}/2" for inner in range(3)) + "\n")
    sys.stdout.write("\n")


@ex.main
def bars():
    print("start")
    show_bar(3, nested=False)
    show_bar(1, nested=True)
    print("spinner |\b/\b-\bdone")


@ex.command
def unfiltered():
    bars()


@ex.command
def own_filter():
    bars()


kind = sys.argv[1]
if kind == "bars":
    ex.captured_out_filter = apply_backspaces_and_linefeeds
elif kind == "own_filter":
    ex.captured_out_filter = lambda text: text.replace("\r", "<return>")
run = ex.run_commandline()
tell(captured=[line for line in run.captured_out.split("\n") if not line.startswith("INFO")])
tell(applied={repr(text): apply_backspaces_and_linefeeds(text) for text in texts})
