"""A short run that prints some lines and ends: `python last_line.py fd|sys returns|raises`."""

import sys
from contextlib import suppress

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("last_line", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


@ex.main
def main() -> None:
    """Print, and end as asked for."""
    for number in range(3):
        print("line", number)
    print("the last line")
    if sys.argv[2] == "raises":
        raise ArithmeticError("as asked for")


if __name__ == "__main__":
    with suppress(ArithmeticError):
        ex.run(options={"--capture": sys.argv[1]})
