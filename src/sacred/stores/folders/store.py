"""A folder of runs as a store: those that this version records, and those of Sacred 0.8 and 0.7."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.model.record import Document, StoredFile
from sacred.model.series import Series
from sacred.stores.base import Garbage, Problem, StoredRun
from sacred.stores.folders import annotations, trash
from sacred.stores.folders.catalogue import Catalogue
from sacred.stores.folders.catalogued import CataloguedRuns
from sacred.stores.folders.database import find_private_cache
from sacred.stores.folders.documents import read_run
from sacred.stores.folders.paths import format_reason, is_inside
from sacred.stores.folders.scan import Scan
from sacred.support.files import find_working_folder, make_absolute

if TYPE_CHECKING:
    from sacred.stores.folders.points import FolderPoints
    from sacred.stores.folders.summaries import MetricSummaries


class FolderStore(CataloguedRuns):
    """The runs in a folder; see :class:`sacred.stores.base.RunStore`.

    Args:
        path: the folder.

    Raises:
        StoreError: there is no such folder.
    """

    _scan: Scan

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.location = os.fspath(path)
        self.problems: list[Problem] = []
        self._root = make_absolute(os.path.expanduser(self.location), find_working_folder())
        if not os.path.isdir(self._root):
            reason = "is a file, and no folder" if os.path.exists(self._root) else "does not exist"
            raise StoreError(f'The folder of runs "{self.location}" {reason}')
        self._catalogue = Catalogue(
            find_private_cache("catalogues"), os.path.realpath(self._root), self._read_whole
        )
        self._scan = Scan(self._root, self._catalogue)

    # --- documents ------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        super()._refresh()
        self._note_problems(
            (name, "its name is no UTF-8: rename the folder") for name in self._scan.unreadable
        )

    def _read_document(self, run_id: str) -> Document:
        return read_run(self.find_run_folder(run_id), run_id).document

    def find_run_folder(self, run_id: str) -> str:
        """Return the folder of a run.

        Raises:
            StoreError: there is no such run.
        """
        return trash.find_run_folder(self._root, run_id)

    # what is below loads when it is used: a list of runs needs none of it

    @cached_property
    def _points(self) -> "FolderPoints":
        from sacred.stores.folders.points import FolderPoints
        from sacred.stores.folders.points_cache import PointsCache

        return FolderPoints(self._root, PointsCache(find_private_cache("points")))

    def _make_summaries(self) -> "MetricSummaries":
        from sacred.stores.folders.summaries import MetricSummaries

        return MetricSummaries(self._root, self._catalogue, self._points)

    # --- points, output, files ------------------------------------------------------------------------------

    def list_metrics(self, run_id: str) -> list[str]:
        """Return the names of a run's metrics in the order of their first points; the system's come last."""
        self.find_run_folder(run_id)

        def list_names() -> list[str]:
            self._scan.refresh_some([run_id])
            found, problems = self._summaries.find([run_id])  # they are kept: else all points would be read
            if problems:
                raise StoreError(problems[0][1])
            return list(found[run_id])

        return self._catalogue.use(list_names)

    def read_series(self, run_id: str, names: Sequence[str] | None = None) -> list[Series]:
        """Return all points of all metrics, or of the named ones that exist."""
        return self._points.read(self.find_run_folder(run_id), names)

    def read_output(self, run_id: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return the output from byte ``start`` on to before ``stop``."""
        from sacred.folder.output_reader import read_output_part
        from sacred.folder.reader import read_ahead

        folder = self.find_run_folder(run_id)
        for name in (layout.OUTPUT, *layout.OUTPUT_HELPERS):
            path = os.path.join(folder, name)
            if os.path.islink(path) and not is_inside(path, self._root):
                raise StoreError(f'"{path}" is a link that leads out of the store: it is not followed')

        def read(place: str) -> bytes:
            try:
                return read_output_part(place, start, stop)
            except OSError as error:
                raise StoreError(
                    f"The output of run {run_id} can't be read: {format_reason(error)}"
                ) from error

        return read_ahead(folder, read)

    def list_files(self, run_id: str) -> list[StoredFile]:
        """Return all files of a run."""
        from sacred.stores.folders.files import list_files

        return list_files(self._root, run_id, read_run(self.find_run_folder(run_id), run_id).document)

    def open_file(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open one of them for reading."""
        del run_id
        from sacred.stores.folders.files import open_file

        return open_file(self._root, file)

    def locate_file(self, run_id: str, file: StoredFile) -> str | None:
        """Return where it lies."""
        del run_id
        from sacred.stores.folders.files import locate_file

        return locate_file(self._root, file)

    # --- changes --------------------------------------------------------------------------------------------

    def annotate(self, run_id: str, *, tags: Sequence[str] | None = None, notes: str | None = None) -> None:
        """Replace the tags or the notes of a run; None leaves them."""
        annotations.annotate(self.find_run_folder(run_id), tags, notes)
        self._scan.forget()

    def change_tags(self, run_id: str, change: Callable[[list[str]], list[str]]) -> list[str]:
        """Change the tags that a run has at this moment, and return those that it has then."""
        tags = annotations.change_tags(self.find_run_folder(run_id), change)
        self._scan.forget()
        return tags

    def delete(self, ids: Sequence[str]) -> None:
        """Move runs to the trash."""
        trash.delete_runs(self._root, ids)
        self._scan.forget()

    def list_trash(self) -> list[str]:
        """Return the ids of the runs in the trash."""
        return trash.list_trash(self._root)

    def restore(self, ids: Sequence[str]) -> None:
        """Bring runs back from the trash."""
        trash.restore_runs(self._root, ids)
        self._scan.forget()

    def collect_garbage(self, *, dry_run: bool = False) -> Garbage:
        """Empty the trash; remove sources and resources that no run refers to, and leftovers of writing."""
        from sacred.stores.folders.garbage import collect_garbage

        found, reason = collect_garbage(self._root, dry_run=dry_run)
        if reason is not None:
            self.problems.append(Problem(None, f"Stored files were left: {reason}"))
        return found

    def add_runs(self, runs: Iterable[StoredRun]) -> Iterator[tuple[StoredRun, str]]:
        """Take in runs of other stores, and yield each with its id here."""
        from sacred.stores.folders.adding import Adding

        for added in Adding(self._root).add(runs):
            self._scan.forget()
            yield added

    def close(self) -> None:
        """Let go of the catalogue."""
        self._catalogue.close()
