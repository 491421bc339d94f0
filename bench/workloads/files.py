"""Keep files in a run: `python files.py large BYTES` or `python files.py many COUNT`.

What `cp` takes for the same is measured beside it, as disks differ.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from said import read_process, say

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

CHUNK = os.urandom(1 << 20)
FILES_OF_FOLDER = 1000

ex = Experiment("files", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


def clock(function: Any, *arguments: Any) -> float:
    """Seconds that a call takes, when nothing of the one before goes on beside it."""
    for thread in threading.enumerate():
        if thread.name == "sacred-checksums":
            thread.join()
    started = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - started


def copy(*arguments: str) -> None:
    """Copy as every system does."""
    subprocess.run([shutil.which("cp") or "/bin/cp", *arguments], check=True)


@ex.command
def large(size: int, _run: Run) -> dict[str, float]:
    """Keep one large file as artifact, and as resource."""
    with Path("large.bin").open("wb") as file:
        file.writelines(CHUNK for _ in range(size // len(CHUNK)))
        file.flush()
        os.fsync(file.fileno())  # what follows does not wait for it
    took = {"cp": clock(copy, "large.bin", "copy.bin")}
    os.truncate("copy.bin", 0)
    took["artifact"] = clock(_run.add_artifact, "large.bin")
    os.truncate(Path("runs", "1", "large.bin"), 0)
    took["resource"] = clock(_run.add_resource, "large.bin")
    return took


@ex.command
def many(count: int, _run: Run) -> dict[str, float]:
    """Keep a folder of many small files, and keep it again."""
    for number in range(count):
        folder = Path("many", str(number // FILES_OF_FOLDER))
        if number % FILES_OF_FOLDER == 0:
            folder.mkdir(parents=True)
        (folder / str(number)).write_bytes(CHUNK[: number % FILES_OF_FOLDER + 1])
    took = {"cp": clock(copy, "-r", "many", "copy")}
    took["artifact"] = clock(_run.add_artifact, "many")
    took["again"] = clock(_run.add_artifact, "many")
    return took


if __name__ == "__main__":
    kind, number = sys.argv[1], int(sys.argv[2])
    before = read_process("status", "VmHWM")
    run = ex.run(kind, {"size" if kind == "large" else "count": number})
    say(**run.result, memory=read_process("status", "VmHWM") - before)
