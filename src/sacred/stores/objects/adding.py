"""Bringing runs into an object storage: each is made as a run folder here, and then uploaded."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.stores.base import StoredRun
from sacred.stores.folders.adding import Adding as FolderAdding
from sacred.stores.folders.paths import SHARED_FOLDERS
from sacred.stores.objects.place import Place
from sacred.stores.objects.reservations import Reservations


class Adding:
    """Takes in runs, one after another; a context manager.

    Args:
        place: where they shall be.

    Raises:
        StoreError: it can't be read.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._reservations = Reservations(place)
        present = place.list()
        self._known = {name.split("/", 1)[0] for name in present if "/" in name}
        self._shared = {name for name in present if name.split("/", 1)[0] in SHARED_FOLDERS}
        self._folder = tempfile.mkdtemp(prefix="sacred-")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, run: StoredRun) -> str:
        """Take in a run and return its id here.

        Raises:
            StoreError: it can't be read, or the storage can't be written; then it is not there.
        """
        folder = self._build(run)
        try:
            run_id = self._reservations.take(run.id, self._known)
            try:
                self._upload(folder, run_id)
            finally:
                with contextlib.suppress(StoreError):  # it is this process's own, and goes stale with it
                    self._reservations.give_back(run_id)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self._known.add(run_id)
        return run_id

    def _build(self, run: StoredRun) -> str:
        """Make a run folder here, and sources and resources beside it; return its path."""
        ((_, local_id),) = FolderAdding(self._folder).add([run])
        return os.path.join(self._folder, local_id)

    def _upload(self, folder: str, run_id: str) -> None:
        shared = {
            name: path
            for top in SHARED_FOLDERS
            for name, path in _iter_files(os.path.join(self._folder, top), top)
            if name not in self._shared
        }
        self._place.upload(shared)
        self._shared |= shared.keys()
        names = dict(_iter_files(folder, run_id))
        last = f"{run_id}/{layout.RUN}"
        rest = {name: path for name, path in names.items() if name != last}
        try:
            self._place.upload(rest)
            # with it the run is there
            self._place.upload({last: names[last]})
        except BaseException:
            with contextlib.suppress(StoreError):  # what went wrong first is what is told
                self._place.remove([last, *rest])
            raise


def _iter_files(folder: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the names and paths of all files below a folder; links are no part of a run."""
    for place, _, names in os.walk(folder):
        inner = os.path.relpath(place, folder)
        prefix = name if inner == os.curdir else f"{name}/{inner}"
        for one in names:
            path = os.path.join(place, one)
            if not os.path.islink(path):
                yield f"{prefix}/{one}", path
