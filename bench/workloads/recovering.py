"""Recovers a run folder as soon as it is told to: `python recovering.py FOLDER`; says "ready" before it."""

import sys

from sacred.folder.recovery import recover

if __name__ == "__main__":
    print("ready", flush=True)
    recover(sys.argv[1])
