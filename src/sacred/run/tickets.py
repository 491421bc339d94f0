"""What pickling a run sends to another process: where its folder is, and little more."""

import os
import pickle
from collections.abc import Mapping
from typing import Any, NamedTuple

from sacred.model import status
from sacred.observers.file_storage import FileStorageObserver
from sacred.observers.keeper import SpoolKeeper
from sacred.run.state import RunState
from sacred.support.files import make_absolute

_FACTS = (
    *("_id", "status", "start_time", "stop_time", "heartbeat_time", "beat_interval", "capture_mode"),
    *("unobserved", "force", "debug", "pdb", "queue_only", "rank"),
)
_FACTS_OF_THE_END = ("result", "info", "fail_trace", "experiment_info", "host_info", "meta_info")


class Ticket(NamedTuple):
    """What a process is sent to take part in a run.

    Attributes:
        token: tells the run from all others.
        process: the number of the process that runs the experiment.
        experiment: the experiment's name.
        folder: the run's folder, absolute; None if there is none.
        front: where points go on this machine: that folder, or the local one in front of it.
        is_kept: points and files are wanted.
        output_path: the file that output is appended to.
        store: how files are kept, as arguments of ``FileStorageObserver``; None if they can't be from there.
        config: the configuration, pickled; None if that can't be.
        facts: attributes of the run.
    """

    token: str
    process: int
    experiment: str
    folder: str | None
    front: str | None
    is_kept: bool
    output_path: str | None
    store: Mapping[str, Any] | None
    config: bytes | None
    facts: Mapping[str, Any]


def make_ticket(run: RunState) -> Ticket:
    """Return what pickling a run sends."""
    recording = run.recording
    is_over = run.status not in (None, status.RUNNING)
    names = (*_FACTS, *_FACTS_OF_THE_END) if is_over else _FACTS
    return Ticket(
        token=run.token,
        process=os.getpid(),
        experiment=run.experiment_info.get("name", ""),
        folder=None if recording is None else recording.path,
        front=None if recording is None else recording.front,
        is_kept=bool(run.dispatch.everybody),
        output_path=None if recording is None else recording.output_path,
        store=_describe_store(run),
        config=_try_to_pickle(run.config),
        facts={name: getattr(run, name) for name in names},
    )


def _try_to_pickle(value: Any) -> bytes | None:
    try:
        return pickle.dumps(value)
    except Exception:  # noqa: BLE001 -- objects of the user's; the function that is sent may not need them
        return None


def _describe_store(run: RunState) -> dict[str, Any] | None:
    """Return how the observer that keeps the run's folder keeps files."""
    for observer in run.dispatch.everybody:
        if isinstance(observer, FileStorageObserver) and not isinstance(observer, SpoolKeeper) and run.dir:
            home = os.path.dirname(make_absolute(run.dir, os.getcwd()))
            folders = {
                name: make_absolute(str(getattr(observer, name)), os.getcwd())
                for name in ("resource_dir", "source_dir")
            }
            return {"basedir": home, "copy_artifacts": observer.copy_artifacts, **folders}
    return None
