"""Print many lines of 100 bytes: `python lines.py COUNT recorded|alone`; alone is without sacred."""

import sys
import time

from said import count_bytes, say

LINE = "x" * 99


def print_lines(count: int) -> float:
    """Seconds until all is out of Python's hands."""
    started = time.perf_counter()
    for _ in range(count):
        print(LINE)
    sys.stdout.flush()
    return time.perf_counter() - started


def record_lines(count: int) -> None:
    """Print in a run, and see how much the record has, and when it has it."""
    from sacred import Experiment
    from sacred.observers import FileStorageObserver

    ex = Experiment("lines", save_git_info=False)
    ex.observers.append(FileStorageObserver("runs"))
    printed = []

    @ex.main
    def main() -> None:
        printed.append(print_lines(count))

    started = time.perf_counter()
    ex.run(options={"--capture": "fd"})
    say(printed=printed[0], ended=time.perf_counter() - started, kept=count_bytes("cout.txt"))


if __name__ == "__main__":
    if sys.argv[2] == "recorded":
        record_lines(int(sys.argv[1]))
    else:
        say(printed=print_lines(int(sys.argv[1])))
