"""A run in a process that was sent it.

What a worker logs goes into files of its own in that folder
(``docs/record.md``), so that no process waits for another, and nothing is lost with the one that dies.
"""

import atexit
import contextlib
import logging
import os
import pickle
import sys
from typing import Any, NoReturn

from sacred.collect.output.worker import WorkerOutput
from sacred.config.config_summary import ConfigSummary
from sacred.errors import StoreError
from sacred.folder.reader import read_config, read_run
from sacred.model import status
from sacred.observers.file_storage import FileStorageObserver
from sacred.run.logs import NO_LOGGER
from sacred.run.run import Run
from sacred.run.state import RunState, find_run, set_joined_run
from sacred.run.tickets import Ticket
from sacred.support.clock import format_naive_utc

LOGGER = logging.getLogger("sacred")

_taken_part: dict[str, "JoinedRun"] = {}


def join_run(ticket: Ticket) -> RunState:
    """Return the run that was sent here: itself, in its own process, elsewhere one that takes part in it."""
    run = find_run(ticket.token) or _taken_part.get(ticket.token)
    if run is not None:
        return run
    joined = JoinedRun(ticket)
    if joined.status != status.RUNNING:
        joined.metrics.close()  # whoever logs is told so
    else:
        _leave_runs()  # pools that live on serve one run after the other
        _leave_at_exit()
        _taken_part[ticket.token] = joined
        set_joined_run(ticket.experiment, joined)
        joined.take_part()
    return joined


def _leave_runs() -> None:
    while _taken_part:
        _taken_part.popitem()[1].leave()


def _leave_at_exit() -> None:
    """Bring everything to its end when this process ends by itself."""
    atexit.register(_leave_runs)
    util = sys.modules.get("multiprocessing.util")  # its processes do not call what atexit has
    if util is not None:
        util.Finalize(None, _leave_runs, exitpriority=-100)


class JoinedRun(Run):
    """A run in a process that takes part in it, or that was sent it after the end.

    Points, output and files go to the run's folder; what changes in ``info`` stays here.

    Args:
        ticket: what was sent.
    """

    def __init__(self, ticket: Ticket) -> None:
        logger = logging.getLogger(ticket.experiment)
        entry = _read_entry(ticket)
        super().__init__(
            config=_load_config(ticket),
            config_modifications=ConfigSummary(),
            main_function=_refuse_to_run,
            observers=[],
            root_logger=logging.getLogger(),
            run_logger=logger if ticket.is_kept else NO_LOGGER,
            experiment_info=entry.get("experiment", {"name": ticket.experiment}),
            host_info=entry.get("host", {}),
            pre_run_hooks=[],
            post_run_hooks=[],
        )
        self.meta_info = entry.get("meta", {})
        self.token = ticket.token
        self._ticket = ticket
        self._output: WorkerOutput | None = None
        self._has_warned = False
        vars(self).update(ticket.facts)
        if self.status == status.RUNNING and "status" in entry:
            self.status = entry["status"]  # it may have ended on the way

    def take_part(self) -> None:
        """Log, print and keep files into the run's folder from now on."""
        ticket = self._ticket
        if ticket.folder is None or not os.path.isdir(ticket.folder):
            self.metrics.discard()
            if ticket.is_kept:
                LOGGER.warning("%s", self._explain_absence(ticket.folder))
            return
        is_here = ticket.front is not None and os.path.isdir(ticket.front)
        self.metrics.join(ticket.front if ticket.front is not None and is_here else ticket.folder)
        self._output = WorkerOutput(self.capture_mode, ticket.output_path)
        self.dispatch.start("started_event", self._id)  # to nobody: who is added hears what follows
        if ticket.store is not None:
            keeper = FileStorageObserver(**ticket.store)
            keeper.take_part(ticket.folder, ticket.process)
            self.dispatch.keeper = keeper

    def _explain_absence(self, folder: str | None) -> str:
        place = "it has none" if folder is None else f"{folder} is not here"
        return (
            f"What process {os.getpid()} logs is not recorded: it can't write to the folder of run "
            f"{self._id}: {place}"
        )

    def leave(self) -> None:
        """Log no more, and bring the files of this process to their end."""
        self.metrics.close()
        if self._output is not None:
            self._output.end()

    @property
    def dir(self) -> str | None:
        """The folder that this run writes to; None if it writes to none."""
        return self._ticket.folder

    def __call__(self, *args: Any) -> NoReturn:
        """Refuse: a run is started where it was made.

        Raises:
            RuntimeError: always.
        """
        _refuse_to_run(*args)

    def _check_running(self, method: str) -> None:
        super()._check_running(method)
        if self._ticket.is_kept and self.dispatch.keeper is None and not self._has_warned:
            self._has_warned = True
            LOGGER.warning(
                "%s does nothing in process %d: files of this run are kept by the process that runs it",
                method,
                os.getpid(),
            )

    def __reduce__(self) -> tuple[Any, ...]:
        return join_run, (self._ticket,)


def _refuse_to_run(*_: Any) -> NoReturn:
    raise RuntimeError("A run can only be started in the process that made it.")


def _read_entry(ticket: Ticket) -> dict[str, Any]:
    """Return what ``run.json`` says, if it is this run's."""
    if ticket.folder is None or ticket.facts["status"] != status.RUNNING:
        return {}
    with contextlib.suppress(StoreError):
        entry = read_run(ticket.folder)
        if entry.get("start_time") == format_naive_utc(ticket.facts["start_time"]):
            return entry
    return {}


def _load_config(ticket: Ticket) -> dict[str, Any]:
    """Return the configuration with its very objects; where they can't be had, as it is in the record."""
    if ticket.config is not None:
        with contextlib.suppress(Exception):  # a class of the user's that is not there
            config: dict[str, Any] = pickle.loads(ticket.config)  # noqa: S301 -- part of what is unpickled anyway
            return config
    if ticket.folder is not None:
        with contextlib.suppress(StoreError):
            return read_config(ticket.folder)
    return {}
