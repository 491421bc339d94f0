"""How the processes of a distributed run find each other: through small files in the folder of all runs.

``BASEDIR/.ranks/JOB/`` has a file for each rank, with a line for each run that it makes, and a file for each
run of rank 0. The *k*-th run of a rank belongs to the *k*-th of rank 0, of the same experiment and command.
"""

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping
from typing import Any

from sacred.errors import StoreError
from sacred.folder.processes import iter_ancestors
from sacred.folder.reader import read_run
from sacred.model import status
from sacred.support.files import write_atomically

FOLDER = ".ranks"

KEPT_SECONDS = 7 * 24 * 3600.0
"""How long after its last use the folder of a job is kept."""

FRESH_SECONDS = 600.0
"""How old a note of a run that has ended may be: an older one is that of an earlier job of the same name."""

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.01, 0.5


class Meeting:
    """Where the processes of one job meet for the runs of one experiment.

    Args:
        base: the folder of all runs.
        job: what tells the job from all others.
        name: of experiment and command.
    """

    def __init__(self, base: str, job: str, name: str) -> None:
        self._base = base
        self._name = name
        self._folder = os.path.join(base, FOLDER, _digest(job))

    def register(self, rank: int, process: Mapping[str, Any]) -> int | None:
        """Note that a rank makes a run, and return how many it made before.

        Args:
            rank: which one.
            process: this process, as ``run.lock`` describes it.

        Returns:
            None if a process that the rank's own one started makes a run: it does not belong to the others.

        Raises:
            OSError: the folder can't be written.
        """
        os.makedirs(self._folder, exist_ok=True)
        if rank == 0:
            self._remove_old()
        path = os.path.join(self._folder, f"rank{rank}.jsonl")
        known = _read_lines(path)
        if _is_below(known, process):
            return None
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({**process, "name": self._name}) + "\n")
        return len([line for line in known if line.get("name") == self._name])

    def _remove_old(self) -> None:
        parent = os.path.dirname(self._folder)
        for job in os.listdir(parent):
            path = os.path.join(parent, job)
            with contextlib.suppress(OSError):
                if time.time() - os.stat(path).st_mtime > KEPT_SECONDS and path != self._folder:
                    shutil.rmtree(path, ignore_errors=True)

    def _get_path(self, number: int) -> str:
        return os.path.join(self._folder, f"run{number}-{_digest(self._name)[:8]}.json")

    def publish(self, number: int, folder: str, facts: Mapping[str, Any]) -> None:
        """Tell the other ranks of a run of rank 0.

        Args:
            number: how many it made before.
            folder: of the run, relative to the folder of all runs.
            facts: what the others have to know.

        Raises:
            OSError: it can't be written.
        """
        note = {**facts, "folder": folder, "time": time.time()}
        write_atomically(self._get_path(number), json.dumps(note), durable=False)

    def wait(self, number: int, seconds: float) -> dict[str, Any]:
        """Return what rank 0 told of its run with the same number; ``folder`` is absolute.

        Args:
            number: how many this rank made before.
            seconds: how long to wait for it.

        Raises:
            StoreError: there was none.
        """
        end, pause = time.monotonic() + seconds, _FIRST_PAUSE_SECONDS
        while True:
            note = self._find_note(number)
            if note is not None:
                return note
            if time.monotonic() >= end:
                raise StoreError(f"rank 0 has made no run there within {seconds:g} seconds")
            time.sleep(min(pause, max(0.0, end - time.monotonic())))
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _find_note(self, number: int) -> dict[str, Any] | None:
        path = self._get_path(number)
        try:
            os.listdir(self._folder)  # so that a network file system looks again for what was not there
            with open(path, encoding="utf-8") as file:
                note: dict[str, Any] = json.load(file)
            note["folder"] = os.path.join(self._base, note["folder"])
            is_fresh = time.time() - note["time"] < FRESH_SECONDS
            return note if is_fresh or read_run(note["folder"]).get("status") == status.RUNNING else None
        except (OSError, ValueError, LookupError, TypeError, StoreError):
            return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read_lines(path: str) -> list[dict[str, Any]]:
    found = []
    with contextlib.suppress(OSError), open(path, encoding="utf-8") as file:
        for line in file:
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
    return found


def _is_below(known: list[dict[str, Any]], process: Mapping[str, Any]) -> bool:
    """Tell whether a known process has started this one, directly or not."""
    here = ("boot_id", "pid_namespace")
    others = {
        (line.get("pid"), line.get("process_start"))
        for line in known
        if all(line.get(key) == process.get(key) for key in here) and line.get("pid") != process.get("pid")
    }
    return any(tuple(ancestor) in others for ancestor in iter_ancestors())
