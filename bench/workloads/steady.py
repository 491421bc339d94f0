"""Points of three metrics at a steady pace: `python steady.py POINTS_PER_SECOND SECONDS BEAT_INTERVAL`."""

import sys
import time

from said import count_bytes, read_process, say, wait_for_points

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

NAMES = ("loss", "accuracy", "rate")
TICK_SECONDS = 0.01

each = round(float(sys.argv[1]) * TICK_SECONDS)
ticks = round(float(sys.argv[2]) / TICK_SECONDS)
ex = Experiment("steady", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


@ex.main
def main(_run: Run) -> None:
    """Log some points each hundredth of a second."""
    log = _run.log_scalar
    started = time.perf_counter()
    for tick in range(ticks):
        for point in range(tick * each, (tick + 1) * each):
            log(NAMES[point % 3], point / 7, point // 3)
        time.sleep(max(0.0, started + (tick + 1) * TICK_SECONDS - time.perf_counter()))


def read_written() -> tuple[int, int]:
    """The bytes given to the kernel by write and the like, and those that it says have to go to the disk."""
    return read_process("io", "wchar"), read_process("io", "write_bytes")


if __name__ == "__main__":
    busy, (given, to_disk) = time.process_time(), read_written()
    ex.run(options={"--beat-interval": sys.argv[3]})
    wait_for_points(each * ticks)
    given_after, to_disk_after = read_written()
    # what goes into a memory map is in no count of write: the journal is written once, whole
    written = max(given_after - given + count_bytes("*.journal"), to_disk_after - to_disk)
    say(processor=time.process_time() - busy, written=written, kept=count_bytes("*"))
