"""An observer of our own: the part of one rank in the folder of a distributed run."""

# ruff: noqa: ARG002 - the signatures are those of all observers

import logging
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sacred.folder import layout
from sacred.folder.live import LiveRun
from sacred.folder.lock import describe_process
from sacred.folder.ranks import fold_output, name_output, write_entry
from sacred.model import status as statuses
from sacred.observers.base import reads_folder
from sacred.observers.file_storage import FileStorageObserver
from sacred.support.clock import format_naive_utc
from sacred.support.files import write_atomically

LOGGER = logging.getLogger("sacred")


class RankKeeper(FileStorageObserver):
    """Lets a rank other than 0 write into the folder of rank 0's run: output, points and files.

    The record itself is rank 0's. How this rank fares is in a file of its own.

    Args:
        base: the folder of all runs.
        rank: the rank.
        wait: waits for rank 0's run, and returns what is known of it.
    """

    def __init__(self, base: str, rank: int, wait: Callable[[], dict[str, Any]]) -> None:
        super().__init__(base)
        self.rank = rank
        self.output_names = name_output(rank)
        self._wait = wait
        self._entry: dict[str, Any] = {}

    def started_event(
        self,
        ex_info: dict[str, Any],
        command: str,
        host_info: dict[str, Any],
        start_time: datetime,
        config: dict[str, Any],
        meta_info: dict[str, Any],
        _id: Any,
    ) -> Any:
        """Wait for the run of rank 0, and return its id.

        Raises:
            StoreError: there is none.
        """
        place = self._wait()
        run = self._next_run
        for name, value in (place.get("store") or {}).items():
            setattr(self, name, value)
        self.copy_artifacts = place.get("store") is not None and self.copy_artifacts
        self._begin()
        self.take_part(place["folder"], place["process"])
        self._run = run
        self._entry = {
            **describe_process(),
            "rank": self.rank,
            "status": statuses.RUNNING,
            "start_time": format_naive_utc(start_time),
        }
        self._save()
        return place["id"]

    def find_run_folder(self, run: LiveRun) -> str | None:
        """Return the absolute path of a run's folder; None if it is not, or not yet, the present run."""
        return self.dir if self._run is run else None

    def sources_event(self, base_dir: str, sources: list[tuple[str, str]]) -> None:
        """Do nothing: the sources are rank 0's."""

    @reads_folder
    def heartbeat_event(
        self, info: dict[str, Any], captured_out: str, beat_time: datetime, result: Any
    ) -> None:
        """Do nothing: the output is in the folder."""

    @reads_folder
    def log_metrics(self, metrics_by_name: dict[str, Any], info: dict[str, Any]) -> None:
        """Do nothing: the points are in the folder."""

    def completed_event(self, stop_time: datetime, result: Any) -> None:
        """Write how this rank ended."""
        self._end(stop_time, status=statuses.COMPLETED, result=self._folder.flatten(layout.RUN, result))

    def interrupted_event(self, interrupt_time: datetime, status: str) -> None:
        """Write how this rank ended."""
        self._end(interrupt_time, status=status)

    def failed_event(self, fail_time: datetime, fail_trace: list[str]) -> None:
        """Write how this rank ended, with the traceback."""
        self._end(fail_time, status=statuses.FAILED, fail_trace=fail_trace)

    def _end(self, stop_time: datetime, **facts: Any) -> None:
        if not self._entry:
            return  # it did not start
        self._entry |= {"stop_time": format_naive_utc(stop_time), **facts}
        self._save()
        if self._run is None or self.dir is None:
            return
        fold_output(self.dir, self.rank)
        if not self._run.appends_output:  # raw until now, or nowhere
            path, text = os.path.join(self.dir, self.output_names[0]), self._run.read_text()
            self._folder.attempt(lambda: write_atomically(path, text, durable=False))

    def _save(self) -> None:
        if self.dir is not None:
            folder = self.dir
            self._folder.attempt(lambda: write_entry(folder, self.rank, self._entry))
