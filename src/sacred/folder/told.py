"""Output and points of a run that an observer is told of, event by event, as Sacred 0.8 tells them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sacred.folder import layout
from sacred.folder.metrics import Columns, add_points
from sacred.folder.writer import FolderWriter
from sacred.model.serialize import format_json


class ToldFiles:
    """Writes ``cout.txt`` and ``metrics.json`` from what the events bring.

    Args:
        writer: of the observer's folder.

    Attributes:
        text: the output of the last heartbeat.
        points: all points so far, as in ``metrics.json``.
    """

    def __init__(self, writer: FolderWriter) -> None:
        self.text = ""
        self.points: dict[str, Columns] = {}
        self._writer = writer
        self._has_unsaved_points = False

    def take_output(self, text: str) -> None:
        """Take in the whole output so far."""
        self.text = text

    def take_points(self, metrics_by_name: Mapping[str, Any]) -> None:
        """Take in new points."""
        if metrics_by_name or not self._writer.has_written(layout.METRICS):
            self._has_unsaved_points = True
        add_points(self.points, metrics_by_name, partial(self._writer.flatten, layout.METRICS))

    def save_output(self) -> None:
        """Bring ``cout.txt`` up to date.

        Raises:
            OSError: it can't be written.
        """
        self._writer.write_output(self.text)

    def save_metrics(self) -> None:
        """Bring ``metrics.json`` up to date.

        Raises:
            OSError: it can't be written.
        """
        if self._has_unsaved_points:
            self._writer.write_text(layout.METRICS, format_json(self.points))
            self._has_unsaved_points = False

    def finish(self) -> None:
        """Do nothing: there are no other files."""
