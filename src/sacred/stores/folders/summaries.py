"""What sums up the metrics of runs: worked out when somebody asks for it, and kept of runs that are over."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from sacred.errors import StoreError
from sacred.model.record import Document
from sacred.model.series import summarize
from sacred.stores.folders.catalogue import SETTLED, Catalogue
from sacred.stores.folders.points import FolderPoints
from sacred.stores.folders.telling import Telling

_BATCH = 500

Summaries = dict[str, dict[str, Any]]
"""The summary of each metric of a run, by name."""


class MetricSummaries:
    """The summaries of a store's runs.

    Args:
        root: the store's folder.
        catalogue: of it.
        points: of it.
    """

    def __init__(self, root: str, catalogue: Catalogue, points: FolderPoints) -> None:
        self._root = root
        self._catalogue = catalogue
        self._points = points

    def add_to(self, documents: Mapping[str, Document]) -> list[tuple[str, str]]:
        """Give documents their summaries; return ids and what could not be read of them."""
        found, problems = self.find(list(documents))
        for run_id, document in documents.items():
            if found.get(run_id):
                document["metrics"] = found[run_id]
        return problems

    def prepare(self) -> list[tuple[str, str]]:
        """Have the summaries of all runs that are over in the catalogue, and marks at the others.

        Returns:
            Ids, and what could not be read of them.
        """
        states = self._catalogue.list_unsummarized()
        under_way = [run_id for run_id, state in states.items() if state != SETTLED]
        if under_way:
            self._catalogue.mark_unsummarized(under_way)
        over = [run_id for run_id, state in states.items() if state == SETTLED]
        return self.find(over)[1] if over else []

    def find(self, ids: Sequence[str]) -> tuple[dict[str, Summaries], list[tuple[str, str]]]:
        """Return the summaries of some runs by id, and ids with what could not be read of them."""
        found = self._catalogue.load_summaries(ids)
        missing = [run_id for run_id in ids if run_id not in found]
        problems: list[tuple[str, str]] = []
        telling = Telling(f"Reading the metrics of {len(missing):,} runs", len(missing))
        try:
            for start in range(0, len(missing), _BATCH):
                new = self._work_out(missing[start : start + _BATCH], problems, telling)
                self._catalogue.put_summaries(new)
                found |= new
        finally:
            telling.finish()
        return found, problems

    def _work_out(
        self, ids: Sequence[str], problems: list[tuple[str, str]], telling: Telling
    ) -> dict[str, Summaries]:
        found = {}
        for run_id in ids:
            try:
                series = self._points.read(os.path.join(self._root, run_id))
            except StoreError as error:
                problems.append((run_id, str(error)))  # and not kept: it is told each time
                continue
            found[run_id] = {one.name: dict(summarize(one)) for one in series}
            telling.advance()
        return found
