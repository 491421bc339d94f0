"""Fresh processes of either side, timed from outside, and the folders of scripts they run in."""

import atexit
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from many_entries import write_program

OURS = "ours"
PEER = "0.8.7"
WORKLOADS = Path(__file__).parent / "workloads"
# what would make a child slower, or let it import the other side's packages
_HIDDEN = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
_LIMIT_SECONDS = 180
_LOOKS_SECONDS = 0.005
_LARGE_BYTES = 1 << 20


class WorkloadError(Exception):
    """A workload did not end well, so there is nothing to compare."""


@dataclass(frozen=True)
class Side:
    """One of the two versions: its label and its interpreter."""

    label: str
    python: str

    @property
    def is_ours(self) -> bool:
        """Whether this is the version in this repository."""
        return self.label == OURS

    def ask(self, expression: str) -> str:
        """Evaluate an expression of the names `sacred`, `numpy` and `sys` in a fresh process."""
        program = f"import sys, numpy, sacred; print({expression})"
        command = [self.python, "-W", "ignore", "-c", program]
        result = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), check=False)
        if result.returncode:
            raise WorkloadError(f"{self.label}: {result.stderr.strip() or 'the interpreter failed'}")
        return result.stdout.strip()


@dataclass(frozen=True)
class Finished:
    """A process that ended well."""

    folder: Path
    seconds: float
    """On the wall clock, for the whole process."""
    said: dict[str, Any]
    """What the script wrote to said.json."""
    anonymous: int
    """The most bytes of memory of its own that it was seen to have; 0 if nobody looked."""


def run_script(
    side: Side, script: str, *arguments: str, stdout: str = "stdout", is_watched: bool = False
) -> Finished:
    """Run a workload in a new folder of its own, outside any repository.

    Args:
        stdout: the file that standard output goes to.
        is_watched: look at its memory every 5 ms, which takes time from it.
    """
    folder = make_folder()
    _copy_scripts(folder)
    with Path(folder, stdout).open("w") as output, Path(folder, "stderr").open("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            [side.python, script, *arguments],
            cwd=folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        # not wait(timeout=...): that looks at the process at intervals of up to 50 ms
        limit = threading.Timer(_LIMIT_SECONDS, process.kill)
        limit.start()
        anonymous = _watch(process) if is_watched else 0
        code = process.wait()
        seconds = time.perf_counter() - started
        limit.cancel()
        errors.seek(0)
        if code:
            raise WorkloadError(f"{side.label}: {script} failed:\n{errors.read()[-2000:]}")
    said = Path(folder, "said.json")
    return Finished(folder, seconds, json.loads(said.read_bytes()) if said.exists() else {}, anonymous)


def make_folder(parent: str | None = None) -> Path:
    """Make a new folder that is there until the benchmark ends.

    Args:
        parent: the folder to make it in, if there is such; by default the one for temporary files.
    """
    return Path(tempfile.mkdtemp(dir=_get_root(parent if parent and os.path.isdir(parent) else None)))


def empty_large_files(folder: Path) -> None:
    """Give back the room of what a sample left; the files stay, for the reason at `_get_root`."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size > _LARGE_BYTES:
            os.truncate(path, 0)


@cache
def _get_root(parent: str | None) -> str:
    """Return the folder of all samples, which is removed once, at the end.

    ext4 leaves the places of files that were deleted in the last minutes alone, and looks at each of them
    when a file is made: a folder removed after every sample would slow the next one down.
    """
    root = tempfile.TemporaryDirectory(prefix="sacred-bench-", dir=parent)
    atexit.register(root.cleanup)
    return root.name


def _copy_scripts(folder: Path) -> None:
    for script in WORKLOADS.glob("*.py"):
        shutil.copy(script, folder)
    Path(folder, "many_entries.py").write_text(write_program(), encoding="utf-8")


def _watch(process: subprocess.Popen[bytes]) -> int:
    """Return the most anonymous memory that a process was seen to have until it ended, in bytes."""
    most = 0
    while process.poll() is None:
        found = re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text("ascii"))
        most = max(most, 1024 * int(found[1]) if found else 0)  # one that has just ended has none
        time.sleep(_LOOKS_SECONDS)
    return most


def clean_environment() -> dict[str, str]:
    """The variables of this process, without those that change how fast Python is and what it imports."""
    return {name: value for name, value in os.environ.items() if name not in _HIDDEN}
