"""`sacred ls` as the command does it: `python list_runs.py STORE [ARGUMENT…]`."""

import sys

from sacred.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["ls", "--store", *sys.argv[1:]]))
