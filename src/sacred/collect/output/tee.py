"""``python -m sacred.pytee [FILE ...]``: standard input to standard output, and to files, as ``tee`` does."""

import contextlib
import os
import sys
from collections.abc import Sequence

CHUNK = bytearray(1 << 16)
"""What was read last."""


def copy_input(filenames: Sequence[str] = ()) -> int:
    """Copy standard input to standard output and to files until it ends.

    Returns:
        The exit code: 0, or 1 when a file could not be written (the rest is copied all the same).
    """
    failed = False
    with contextlib.ExitStack() as files:
        targets = [sys.stdout.fileno()]
        for filename in filenames:
            try:
                targets.append(files.enter_context(open(filename, "wb", buffering=0)).fileno())
            except OSError as error:
                sys.stderr.write(f"pytee: {filename}: {error.strerror}\n")
                failed = True
        while count := os.readv(sys.stdin.fileno(), [CHUNK]):
            failed |= _write_to_all(targets, memoryview(CHUNK)[:count])
    return int(failed)


def _write_to_all(targets: list[int], data: memoryview) -> bool:
    """Write to every descriptor; drop those that fail, and tell whether one did."""
    failed = False
    for target in list(targets):
        rest = data
        try:
            while rest:
                rest = rest[os.write(target, rest) :]
        except OSError:
            targets.remove(target)
            failed = True
    return failed


def main() -> int:
    """Run as a program, with file names as arguments."""
    return copy_input(sys.argv[1:])
