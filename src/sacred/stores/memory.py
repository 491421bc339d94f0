"""Runs in memory: the reference that every other store is compared with, and a store for tests.

It understands nothing faster than by applying the query to each document.
"""

import copy
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from sacred.errors import StoreError
from sacred.folder.silence import is_silent
from sacred.model import status
from sacred.model.record import Document, StoredFile, compute_fingerprint
from sacred.model.series import Series, summarize
from sacred.query.fields import needs_metrics
from sacred.query.nodes import Expression, SortKey
from sacred.stores.base import Garbage, Problem, StoredRun, sort_ids
from sacred.stores.narrowing import choose, cut


@dataclass
class KeptRun:
    """All of one run.

    Attributes:
        document: without metrics; the status as it was recorded.
        series: by name.
        output: as bytes.
        files: each with what is in it; None if that was noted, but is not there.
    """

    document: Document
    series: dict[str, Series] = field(default_factory=dict)
    output: bytes = b""
    files: list[tuple[StoredFile, bytes | None]] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        """What its output and its files take."""
        return len(self.output) + sum(len(content or b"") for _, content in self.files)


class MemoryStore:
    """A store that lives as long as the process.

    Args:
        location: what people are told it is.
    """

    def __init__(self, location: str = "memory") -> None:
        self.location = location
        self.problems: list[Problem] = []
        self._runs: dict[str, KeptRun] = {}
        self._trash: list[tuple[str, KeptRun]] = []

    def find_ids(
        self,
        query: Expression | None = None,
        sort: Sequence[SortKey] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[str]:
        """Return the ids of the runs that fit; see :class:`sacred.stores.base.RunStore`."""
        with_metrics = needs_metrics(query, sort)
        documents = (self._view(run_id, with_metrics) for run_id in self._runs)
        return cut(choose(documents, query, sort), limit, offset)

    def count(self, query: Expression | None = None) -> int:
        """Return how many runs fit."""
        return len(self.find_ids(query))

    def load(self, ids: Sequence[str], *, with_metrics: bool = False) -> dict[str, Document]:
        """Return copies of the documents of some runs, by id."""
        found = (run_id for run_id in ids if run_id in self._runs)
        return {run_id: copy.deepcopy(self._view(run_id, with_metrics)) for run_id in found}

    def list_metrics(self, run_id: str) -> list[str]:
        """Return the names of a run's metrics; the system's come last."""
        return sorted(self._get(run_id).series, key=lambda name: name.startswith("system."))

    def read_series(self, run_id: str, names: Sequence[str] | None = None) -> list[Series]:
        """Return all points of all metrics, or of the named ones."""
        series = self._get(run_id).series
        wanted = self.list_metrics(run_id) if names is None else names
        return [series[name] for name in wanted if name in series]

    def read_output(self, run_id: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return the output from byte ``start`` on to before ``stop``."""
        return self._get(run_id).output[start:stop]

    def list_files(self, run_id: str) -> list[StoredFile]:
        """Return all files of a run."""
        return [file for file, _ in self._get(run_id).files]

    def open_file(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open one of them for reading."""
        files = self._get(run_id).files
        known = isinstance(file.key, int) and 0 <= file.key < len(files)
        content = files[file.key][1] if known else None
        if content is None:
            raise StoreError(f'"{file.name}" of run {run_id} is noted, but not kept in {self.location}')
        return io.BytesIO(content)

    def locate_file(self, run_id: str, file: StoredFile) -> str | None:
        """Return None: nothing lies on a disk."""
        del run_id, file
        return None

    def annotate(self, run_id: str, *, tags: Sequence[str] | None = None, notes: str | None = None) -> None:
        """Replace the tags or the notes of a run."""
        document = self._get(run_id).document
        if tags is not None:
            document["tags"] = list(tags)
        if notes is not None:
            document["notes"] = notes

    def delete(self, ids: Sequence[str]) -> None:
        """Move runs to the trash."""
        for run_id in ids:
            self._trash.append((run_id, self._get(run_id)))
            del self._runs[run_id]

    def list_trash(self) -> list[str]:
        """Return the ids of the runs in the trash."""
        return sort_ids(run_id for run_id, _ in self._trash)

    def restore(self, ids: Sequence[str]) -> None:
        """Bring runs back; of several that had one id, the one deleted last."""
        for run_id in ids:
            places = [place for place, (deleted, _) in enumerate(self._trash) if deleted == run_id]
            if not places:
                raise StoreError(f'There is no run "{run_id}" in the trash of {self.location}')
            if run_id in self._runs:
                raise StoreError(f'There is another run "{run_id}" in {self.location} by now')
            self._runs[run_id] = self._trash.pop(places[-1])[1]

    def collect_garbage(self, *, dry_run: bool = False) -> Garbage:
        """Empty the trash; a run's files are its own, so nothing else is left over."""
        size = sum(run.size_bytes for _, run in self._trash)
        garbage = Garbage(runs=len(self._trash), size_bytes=size)
        if not dry_run:
            self._trash.clear()
        return garbage

    def list_fingerprints(self) -> Mapping[str, str]:
        """Return ``{fingerprint: id}`` of all runs."""
        return {compute_fingerprint(run.document): run_id for run_id, run in self._runs.items()}

    def add_runs(self, runs: Iterable[StoredRun]) -> Iterator[tuple[StoredRun, str]]:
        """Take in runs of other stores, and yield each with its id here."""
        for run in runs:
            kept = take_in(run)
            run_id = self._choose_id(run.id)
            kept.document["id"] = run_id
            self._runs[run_id] = kept
            yield run, run_id

    def put(self, document: Document, series: Iterable[Series] = (), output: bytes = b"") -> str:
        """Keep a run without files, replacing one of the same id; returns its id."""
        run_id = str(document["id"])
        self._runs[run_id] = KeptRun({**document, "id": run_id}, {one.name: one for one in series}, output)
        return run_id

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""

    def _get(self, run_id: str) -> KeptRun:
        if run_id not in self._runs:
            raise StoreError(f'There is no run "{run_id}" in {self.location}')
        return self._runs[run_id]

    def _view(self, run_id: str, with_metrics: bool) -> Document:
        run = self._runs[run_id]
        document = {**run.document, "id": run_id}
        if document.get("status") == status.RUNNING and is_silent(document):
            document["status"] = status.DEAD
        if with_metrics:
            document["metrics"] = {
                name: dict(summarize(run.series[name])) for name in self.list_metrics(run_id)
            }
        return document

    def _choose_id(self, wanted: str) -> str:
        if wanted and wanted not in self._runs:
            return wanted
        numbers = [int(run_id) for run_id in self._runs if run_id.isascii() and run_id.isdigit()]
        return str(max(numbers, default=0) + 1)


def take_in(run: StoredRun) -> KeptRun:
    """Read all of a run into memory.

    Raises:
        StoreError: something of it can't be read; a file that its store lost is taken as that.
    """
    document = copy.deepcopy(run.make_document())
    files = [(replace(file, key=number), _read(run, file)) for number, file in enumerate(run.list_files())]
    series = {one.name: one for one in run.read_series()}
    return KeptRun(document, series, b"".join(run.iter_output()), files)


def _read(run: StoredRun, file: StoredFile) -> bytes | None:
    opened = run.open_file(file)
    if opened is None:
        return None
    with opened:
        return opened.read()
