"""The files that a run writes by itself while it lives, as seen by an observer of that run.

The run writes its output and its points into one folder, at once. The observer whose folder it is has little
to add; another one copies what is new.
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sacred.folder import layout
from sacred.folder.files import copy_file
from sacred.folder.journal_files import count_slots_of_children, find_journal_files, find_journals
from sacred.folder.metrics import write_metrics_json
from sacred.folder.told import ToldFiles
from sacred.folder.writer import FolderWriter
from sacred.support.digests import CHUNK_BYTES

MOST_POINTS = 20_000
"""With more points ``metrics.json`` is written only at the end: else the cost grows with the square."""

_PAUSE_SECONDS = 0.0005


class LiveRun(Protocol):
    """A run that writes its own files.

    Attributes:
        front: the folder they are in: the run's own, or a local one that is mirrored into it; None before it
            is known, or if there is none.
        writes_output: ``cout.txt`` is among them (a filter of the user's own needs the whole text instead).
        appends_output: ``cout.txt`` only grows (the built-in filter changes its last line).
        is_over: the command has returned.
        point_count: how many points were logged.
        gaps: what could not be kept, as ``(kind, name, reason)``.
    """

    front: str | None
    writes_output: bool
    appends_output: bool
    is_over: bool
    gaps: list[tuple[str, str, str]]

    @property
    def point_count(self) -> int:
        """How many points were logged."""

    def read_text(self) -> str:
        """Return the output so far, filtered."""

    def describe(self) -> dict[str, Any]:
        """Return ``recorder`` of ``run.json``."""


class LiveFiles:
    """What is left for an observer to do with its folder.

    Args:
        run: the run.
        writer: of the observer's folder.
    """

    def __init__(self, run: LiveRun, writer: FolderWriter) -> None:
        self.run = run
        self._writer = writer
        self._points_written = -1
        self._told: ToldFiles | None = None

    @property
    def text(self) -> str:
        """The output so far."""
        return self.run.read_text()

    @property
    def points(self) -> dict[str, Any]:
        """What a subclass of the observer made of the points; the run's own are in the folder."""
        return self._told.points if self._told else {}

    def take_output(self, text: str) -> None:
        """Do nothing: the output is in the folder."""

    def take_points(self, metrics_by_name: Mapping[str, Any]) -> None:
        """Take in points that a subclass of the observer made of the run's, for ``metrics.json``."""
        if metrics_by_name:  # the observer itself is told of none: the run's are in the folder
            self._told = self._told or ToldFiles(self._writer)
            self._told.take_points(metrics_by_name)

    def _find_other(self) -> str | None:
        """Return the run's folder if it is not this one."""
        return None if self.run.front in (None, self._writer.front) else self.run.front

    def save_output(self) -> None:
        """Bring ``cout.txt`` up to date.

        Raises:
            OSError: it can't be written.
        """
        other = self._find_other()
        if not self.run.writes_output:
            self._writer.write_output(self.run.read_text())
        elif self._writer.is_inherited():
            return
        elif other is not None:
            copy: Callable[[str, str], object] = _append_new if self.run.appends_output else copy_file
            copy(os.path.join(other, layout.OUTPUT), self._writer.get_document_path(layout.OUTPUT))
        self._writer.sync_later(layout.OUTPUT)

    def save_metrics(self) -> None:
        """Bring ``metrics.json`` up to date, if that is cheap or the run is over.

        Raises:
            OSError: it can't be written.
        """
        if self._told is not None:
            self._told.save_metrics()
            return
        source = self.run.front
        journals = [] if source is None else find_journals(source)
        count = self.run.point_count + count_slots_of_children(journals)
        # what forked children logged, the run has not counted
        is_known = count == self._points_written and not (self.run.is_over and len(journals) > 1)
        if is_known or self._writer.is_inherited():
            return
        waits = count > MOST_POINTS and not self.run.is_over
        if waits and self._points_written >= 0:
            return
        if source is None or waits:
            self._writer.write_text(layout.METRICS, "{}")
        elif source != self._writer.front and os.path.exists(os.path.join(source, layout.METRICS)):
            copy_file(os.path.join(source, layout.METRICS), self._writer.get_document_path(layout.METRICS))
        else:
            pause = None if self.run.is_over else _pause
            write_metrics_json(self._writer.front, durable=self._writer.is_old(), pause=pause)
        self._points_written = count

    def finish(self) -> None:
        """Copy the journal of a run that is over, if it is in another folder.

        Raises:
            OSError: it can't be copied.
        """
        other = self._find_other()
        if other is None or self._writer.is_inherited():
            return
        for path in [*find_journal_files(other), *find_journal_files(other, layout.SYSTEM)]:
            copy_file(path, self._writer.get_document_path(os.path.basename(path)))
        for name in filter(layout.is_further_record, os.listdir(other)):
            copy_file(os.path.join(other, name), self._writer.get_document_path(name))


def _append_new(source: str, target: str) -> None:
    """Append what a growing file has beyond its copy."""
    with open(source, "rb") as reader, open(target, "ab") as writer:
        reader.seek(writer.tell())
        while chunk := reader.read(CHUNK_BYTES):
            writer.write(chunk)


def _pause() -> None:
    time.sleep(_PAUSE_SECONDS)  # a real one: the thread of the experiment gets the interpreter meanwhile
