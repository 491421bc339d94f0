"""print_filtered_stacktrace and format_filtered_stacktrace called by code, for errors of all places."""
# run: with seed=1

import sys

from kit import tell

from sacred import Experiment
from sacred.utils import SacredError, format_filtered_stacktrace, print_filtered_stacktrace

ex = Experiment("traces")


@ex.capture
def fail(kind):
    if kind == "user":
        raise ValueError("of the user")
    if kind == "missing":
        needs_more()
    if kind == "chained":
        try:
            int("x")
        except ValueError as error:
            raise SacredError("chained") from error


@ex.capture
def needs_more(more):
    return more


def shorten(text):
    lines = [line for line in text.splitlines() if line.strip(" ~^")]
    return [line for line in lines if not line.startswith("    ") and "site-packages" not in line]


@ex.automain
def main():
    found = {}
    for kind in ("user", "missing", "chained"):
        try:
            fail(kind)
        except Exception:
            text = format_filtered_stacktrace()
            found[kind] = [
                type(text).__name__,
                [line for line in shorten(text) if "File" not in line or "<" in line],
            ]
            found[kind].append(text.endswith("\n"))
            print_filtered_stacktrace()
            sys.stderr.flush()
    tell(found=found)
