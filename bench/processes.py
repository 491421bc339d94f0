"""Fresh processes of either side, timed from outside, and the folder of scripts they run."""

import atexit
import json
import os
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

WORKLOADS = Path(__file__).parent / "workloads"
# what would make a child slower, or let it import the other side's packages
_HIDDEN = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
_LIMIT_SECONDS = 120


class WorkloadError(Exception):
    """A workload did not end well, so there is nothing to compare."""


@dataclass(frozen=True)
class Side:
    """One of the two versions: its label and its interpreter."""

    label: str
    python: str

    def ask(self, expression: str) -> str:
        """Evaluate an expression of the names `sacred`, `numpy` and `sys` in a fresh process."""
        program = f"import sys, numpy, sacred; print({expression})"
        command = [self.python, "-W", "ignore", "-c", program]
        result = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=False)
        if result.returncode:
            raise WorkloadError(f"{self.label}: {result.stderr.strip() or 'the interpreter failed'}")
        return result.stdout.strip()


@dataclass(frozen=True)
class Finished:
    """A process that ended well: seconds on the wall clock, and what its last line said."""

    seconds: float
    said: dict[str, Any]


def run_script(side: Side, script: str, *arguments: str) -> Finished:
    """Run a workload in a new folder of its own, outside any repository, and time the whole process."""
    folder = Path(tempfile.mkdtemp(dir=_get_root()))
    if script == "many_entries.py":
        Path(folder, script).write_text(write_program(), encoding="utf-8")
    else:
        shutil.copy(WORKLOADS / script, folder)
    with Path(folder, "stdout").open("w+") as output, Path(folder, "stderr").open("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            [side.python, script, *arguments],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        # not wait(timeout=...): that looks at the process at intervals of up to 50 ms
        limit = threading.Timer(_LIMIT_SECONDS, process.kill)
        limit.start()
        code = process.wait()
        seconds = time.perf_counter() - started
        limit.cancel()
        output.seek(0)
        errors.seek(0)
        if code:
            raise WorkloadError(f"{side.label}: {script} failed:\n{errors.read()[-2000:]}")
        return Finished(seconds, _last_object(output.read()))


@cache
def _get_root() -> str:
    """Return the folder of all samples, which is removed once, at the end.

    ext4 leaves the places of files that were deleted in the last minutes alone, and looks at each of them
    when a file is made: a folder removed after every sample would slow the next one down.
    """
    root = tempfile.TemporaryDirectory(prefix="sacred-bench-")
    atexit.register(root.cleanup)
    return root.name


def _last_object(text: str) -> dict[str, Any]:
    lines = [line for line in text.splitlines() if line.startswith("{")]
    found: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return found


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _HIDDEN}
