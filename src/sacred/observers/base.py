"""What an observer is told, and when."""

# ruff: noqa: ARG002 - a subclass overrides what it needs

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sacred.support.text import format_duration

__all__ = ["RunObserver", "reads_folder", "td_format"]

Event = TypeVar("Event", bound=Callable[..., Any])


def reads_folder(event: Event) -> Event:
    """Mark an event whose observer takes output and points from the run's folder, not from its arguments.

    It is then given no text and no points, which need not be built: they can be larger than memory. A
    subclass that overrides the event without the mark is given them.
    """
    event.reads_folder = True  # type: ignore[attr-defined]  # functions can have attributes
    return event


class RunObserver:
    """Is told of a run's events; a subclass overrides those that it needs.

    All arguments are passed by keyword. Moments are ``datetime`` objects in UTC without an offset. An event
    that raises stops nobody but this observer: the run and the others go on, and the final event is still
    tried. Only ``queued_event`` and ``started_event`` come before the run begins: an error in them fails it.

    Attributes:
        priority: observers with a higher one are told first, and choose the run's id.
    """

    priority: float = 0

    def for_run(self) -> "RunObserver":
        """Return the observer that will hear of one run: this one, unless it is busy with another.

        Called before each run. An observer that keeps something of its run has to return a new one here while
        :func:`sacred.observers.dispatch.is_busy` tells that it is in use; by default it is told of all runs.
        """
        return self

    def queued_event(
        self,
        ex_info: dict[str, Any],
        command: str,
        host_info: dict[str, Any],
        queue_time: datetime,
        config: dict[str, Any],
        meta_info: dict[str, Any],
        _id: Any,
    ) -> Any:
        """The run was only put in a queue; no other event follows.

        Args:
            ex_info: the experiment: ``name``, ``base_dir``, ``mainfile``, ``sources`` as pairs ``(file name
                relative to base_dir, MD5 checksum)``, ``dependencies`` as ``"package==version"``,
                ``repositories`` as ``{"url", "commit", "dirty"}``.
            command: name of the command to run.
            host_info: facts about the machine.
            queue_time: when that was.
            config: the whole configuration.
            meta_info: ``command``, ``options`` and what the user added.
            _id: the run's id, or None as long as no observer chose one.

        Returns:
            The id that this observer gave to the run, or None.
        """
        return None

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
        """The run is about to start.

        Args:
            ex_info: as in :meth:`queued_event`.
            command: as in :meth:`queued_event`.
            host_info: as in :meth:`queued_event`.
            start_time: when the run started.
            config: as in :meth:`queued_event`.
            meta_info: as in :meth:`queued_event`.
            _id: the run's id, or None as long as no observer chose one.

        Returns:
            The id that this observer gave to the run, or None.
        """
        return None

    def heartbeat_event(
        self, info: dict[str, Any], captured_out: str, beat_time: datetime, result: Any
    ) -> None:
        """The run is alive: sent at regular intervals, and once more before the final event.

        Args:
            info: the run's info dictionary.
            captured_out: all output so far, filtered.
            beat_time: the moment of this beat.
            result: the result so far, None if there is none.
        """

    def completed_event(self, stop_time: datetime, result: Any) -> None:
        """The run came to its end.

        Args:
            stop_time: when that was.
            result: what the command returned.
        """

    def interrupted_event(self, interrupt_time: datetime, status: str) -> None:
        """The run was stopped from outside, or stopped itself.

        Args:
            interrupt_time: when that was.
            status: ``"INTERRUPTED"``, ``"TIMED_OUT"`` or the ``STATUS`` of the user's own SacredInterrupt.
        """

    def failed_event(self, fail_time: datetime, fail_trace: list[str]) -> None:
        """The run failed with an exception.

        Args:
            fail_time: when that was.
            fail_trace: the traceback as lines, each with its line end.
        """

    def resource_event(self, filename: str) -> None:
        """The run reads a file.

        Args:
            filename: the file's absolute path.
        """

    def artifact_event(
        self,
        name: str,
        filename: str,
        metadata: dict[str, Any] | None = None,
        content_type: str | None = None,
    ) -> None:
        """The run made a file, or a folder of files.

        Args:
            name: under what name to keep it.
            filename: its absolute path.
            metadata: the user's own facts about it.
            content_type: its MIME type, if the user gave one.
        """

    def sources_event(self, base_dir: str, sources: list[tuple[str, str]]) -> None:
        """Sources were imported since the start; sent before a heartbeat. Observers need not have this event.

        Args:
            base_dir: as in ``ex_info`` of :meth:`started_event`.
            sources: pairs as in ``ex_info["sources"]``.
        """

    def log_metrics(self, metrics_by_name: dict[str, Any], info: dict[str, Any]) -> None:
        """The points that were logged since the last call; sent before each heartbeat.

        Args:
            metrics_by_name: ``{name: {"steps": [...], "values": [...], "timestamps": [...], "name": name}}``
                with lists of one length; timestamps are as all moments.
            info: the run's info dictionary; the observer may add to this one.
        """

    def join(self) -> None:
        """Wait until everything told is stored; called after the final event."""


def td_format(td_object: timedelta) -> str:
    """Return a duration in words, ``"less than a second"`` for a very short one."""
    return format_duration(td_object) or "less than a second"
