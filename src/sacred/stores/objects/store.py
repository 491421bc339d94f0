"""Run folders in an object storage as a store."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.output_reader import read_output_part
from sacred.model import status as statuses
from sacred.model.record import Document, StoredFile
from sacred.model.series import Series
from sacred.stores.base import Garbage, Problem, StoredRun
from sacred.stores.folders.annotations import ANNOTATIONS, clean_annotations
from sacred.stores.folders.catalogue import Catalogue
from sacred.stores.folders.catalogued import CataloguedRuns
from sacred.stores.folders.database import find_private_cache
from sacred.stores.folders.documents import read_run
from sacred.stores.folders.points import FolderPoints
from sacred.stores.folders.points_cache import PointsCache
from sacred.stores.folders.summaries import MetricSummaries
from sacred.stores.objects.adding import Adding
from sacred.stores.objects.files import iter_shared, list_files, shorten_sources
from sacred.stores.objects.image import Image
from sacred.stores.objects.place import Place
from sacred.stores.objects.scan import (
    DOCUMENTS,
    ObjectScan,
    describe,
    is_possible,
    make_small_folder,
    write_documents,
)
from sacred.stores.objects.trash import Trash

_OUTPUT_FILES = frozenset({layout.RUN, layout.OUTPUT, *layout.OUTPUT_HELPERS})
_POINT_FILES = re.compile(r"(metrics|system)\.((\d+\.)?(journal|names|side)|json)")


class ObjectStore(CataloguedRuns):
    """The runs below a URL that fsspec opens; see :class:`sacred.stores.base.RunStore`.

    Args:
        url: such as ``s3://bucket/runs``. What is not in it, keys above all, is taken from where the
            storage's own tools take it.

    Raises:
        MissingExtraError: a package is missing.
        StoreError: the URL is wrong.
    """

    _scan: ObjectScan

    def __init__(self, url: str) -> None:
        self._place = Place(url)
        self.location = self._place.location
        self.problems: list[Problem] = []
        self._catalogue = Catalogue(
            find_private_cache("catalogues"), self._place.name_for_ever, self._read_whole
        )
        self._scan = ObjectScan(self._place, self._catalogue)
        self._image = Image(self._place, self._scan.list_run)
        self._points = _FetchedPoints(self._image)
        self._trash = Trash(self._place)

    # --- documents

    def _load(self, ids: Sequence[str] | None, with_metrics: bool) -> dict[str, Document]:
        documents = super()._load(ids, with_metrics)
        return {run_id: shorten_sources(document) for run_id, document in documents.items()}

    def _make_summaries(self) -> MetricSummaries:
        return MetricSummaries("", self._catalogue, self._points)

    def _read_document(self, run_id: str) -> Document:
        contents = self._place.read_many(f"{run_id}/{name}" for name in DOCUMENTS)
        with make_small_folder() as base:
            folder = os.path.join(base, "run")
            write_documents(folder, {name: contents.get(f"{run_id}/{name}") for name in DOCUMENTS})
            try:
                return read_run(folder, run_id).document
            except StoreError as error:
                raise StoreError(describe(error, folder, f"{self.location}/{run_id}")) from error

    def _get_document(self, run_id: str) -> Document:
        document = self.load([run_id]).get(run_id) if is_possible(run_id) else None
        if document is None:
            raise StoreError(f'There is no run "{run_id}" in "{self.location}"')
        return document

    # --- points, output, files

    def list_metrics(self, run_id: str) -> list[str]:
        """Return the names of a run's metrics in the order of their first points; the system's come last."""
        return [series.name for series in self.read_series(run_id)]

    def read_series(self, run_id: str, names: Sequence[str] | None = None) -> list[Series]:
        """Return all points of all metrics, or of the named ones that exist."""
        self._get_document(run_id)
        try:
            return self._points.read(run_id, names)
        except StoreError as error:
            raise StoreError(self._image.name_places(str(error))) from error

    def read_output(self, run_id: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return the output from byte ``start`` on to before ``stop``."""
        length = self._find_output_length(run_id, self._get_document(run_id))
        if length is not None:
            stop = length if stop is None else min(stop, length)
            if start >= stop:
                return b""
            try:
                return self._place.read_part(f"{run_id}/{layout.OUTPUT}", start, stop)
            except FileNotFoundError:
                return b""
        folder = self._image.bring(run_id, _OUTPUT_FILES.__contains__)
        try:
            return read_output_part(folder, start, stop)
        except OSError as error:
            raise StoreError(
                f"The output of run {run_id} can't be read: {error.strerror or error}"
            ) from error

    def _find_output_length(self, run_id: str, document: Document) -> int | None:
        """Return how much of one object is the output; None if it has to be put together."""
        recorder = document.get("recorder")
        if isinstance(recorder, dict):
            length = recorder.get("output_bytes")
            return length if isinstance(length, int) else None
        found = self._scan.list_run(run_id)
        if not found.keys().isdisjoint(layout.OUTPUT_HELPERS):
            return None
        return found[layout.OUTPUT].size_bytes if layout.OUTPUT in found else 0

    def list_files(self, run_id: str) -> list[StoredFile]:
        """Return all files of a run."""
        document = self._get_document(run_id)
        return list_files(
            run_id, document, self._scan.list_run(run_id), self._scan.find_shared(iter_shared(document))
        )

    def open_file(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open one of them for reading."""
        del run_id
        if not isinstance(file.key, str):
            raise StoreError(f'The {file.kind} "{file.name}" is noted, but not kept in "{self.location}"')
        try:
            return self._place.open(file.key)
        except FileNotFoundError as error:
            raise StoreError(f'"{self.location}/{file.key}" does not exist') from error

    def locate_file(self, run_id: str, file: StoredFile) -> str | None:
        """Return None: nothing lies on this machine."""
        del run_id, file
        return None

    # --- changes

    def annotate(self, run_id: str, *, tags: Sequence[str] | None = None, notes: str | None = None) -> None:
        """Replace the tags or the notes of a run; of two who do so at the same time, the last one wins."""
        document = self._get_document(run_id)
        name = f"{run_id}/{ANNOTATIONS}"
        try:
            present = clean_annotations(json.loads(self._place.read(name)))
        except FileNotFoundError:
            present = clean_annotations(document)
        except ValueError as error:
            raise StoreError(f'"{self.location}/{name}" is damaged: {error}') from error
        present |= {} if tags is None else {"tags": list(tags)}
        present |= {} if notes is None else {"notes": notes}
        self._place.write(name, json.dumps(clean_annotations(present), indent=2, sort_keys=True).encode())
        self._scan.forget()

    def delete(self, ids: Sequence[str]) -> None:
        """Move runs to the trash: they are copied and removed, object by object."""
        for run_id in ids:
            self._check_is_over(run_id)
        for run_id in ids:
            self._trash.delete(run_id)
            self._image.drop(run_id)
            self._scan.forget()

    def _check_is_over(self, run_id: str) -> None:
        self._scan.forget()
        found = self._scan.list_run(run_id) if is_possible(run_id) else {}
        if layout.RUN not in found:
            raise StoreError(f'There is no run "{run_id}" in "{self.location}"')
        document = self.load([run_id]).get(run_id, {})  # a damaged one can be deleted
        if document.get("status") == statuses.RUNNING:
            raise StoreError(f"Run {run_id} is under way: delete it when it has ended")

    def list_trash(self) -> list[str]:
        """Return the ids of the runs in the trash."""
        return self._trash.list_ids()

    def restore(self, ids: Sequence[str]) -> None:
        """Bring runs back; of several that had one id, the one deleted last."""
        for run_id in ids:
            self._trash.restore(run_id)
        self._scan.forget()

    def collect_garbage(self, *, dry_run: bool = False) -> Garbage:
        """Empty the trash; remove sources and resources that no run refers to, and leftovers of adding."""

        def load() -> dict[str, Document]:
            self._refresh()
            return self._load(None, False)

        documents = self._catalogue.use(load)
        # of a run that can't be read nobody knows what it needs
        is_whole = not self._catalogue.list_problems()
        used = (
            {name for document in documents.values() for name in iter_shared(document)} if is_whole else None
        )
        return self._trash.collect_garbage(used, dry_run=dry_run)

    def add_runs(self, runs: Iterable[StoredRun]) -> Iterator[tuple[StoredRun, str]]:
        """Take in runs of other stores, and yield each with its id here."""
        with Adding(self._place) as adding:
            for run in runs:
                run_id = adding.add(run)
                self._scan.forget()
                yield run, run_id

    def close(self) -> None:
        """Let go of the catalogue and of temporary files."""
        self._catalogue.close()
        self._image.close()


class _FetchedPoints(FolderPoints):
    """Reads the points of runs that are brought here first; a "folder" is the id of a run."""

    def __init__(self, image: Image) -> None:
        super().__init__("", PointsCache(None))
        self._image = image

    def read(self, folder: str, names: Iterable[str] | None = None) -> list[Series]:
        """Return the series of a run."""
        place = self._image.bring(folder, _is_of_points)
        self._root = self._image.root  # made with the first run
        return super().read(place, names)


def _is_of_points(name: str) -> bool:
    return _POINT_FILES.fullmatch(name) is not None
