"""A store that several threads may use: they wait for each other."""

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from sacred.errors import StoreError
from sacred.model.record import Document, StoredFile
from sacred.model.series import Series
from sacred.query.nodes import Expression, SortKey
from sacred.stores.base import Garbage, PartsReader, Problem, RunParts, RunStore, StoredRun


class LockedStore:
    """Passes everything on to a store, one call at a time.

    It can be pickled if its URL is known: it is opened again where it arrives.

    Args:
        store: the store.
        url: by which it can be opened again, with everything that this needs; None if it can't be.
    """

    def __init__(self, store: RunStore, url: str | None = None) -> None:
        self.store = store
        self.url = url
        self.location = store.location
        self._lock = threading.RLock()
        self._downloads = contextlib.ExitStack()

    def __reduce__(self) -> tuple[Any, ...]:
        if self.url is None:
            raise StoreError(f"{self.location} can't be opened in another process: it has no URL")
        return _reopen, (self.url,)

    @property
    def problems(self) -> list[Problem]:
        """What could not be read so far."""
        return self.store.problems

    @problems.setter
    def problems(self, problems: list[Problem]) -> None:
        self.store.problems = problems

    def find_ids(
        self,
        query: Expression | None = None,
        sort: Sequence[SortKey] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[str]:
        """Return the ids of the runs that fit."""
        with self._lock:
            return self.store.find_ids(query, sort, limit, offset)

    def count(self, query: Expression | None = None) -> int:
        """Return how many runs fit."""
        with self._lock:
            return self.store.count(query)

    def load(self, ids: Sequence[str], *, with_metrics: bool = False) -> dict[str, Document]:
        """Return documents by id."""
        with self._lock:
            return self.store.load(ids, with_metrics=with_metrics)

    def list_metrics(self, run_id: str) -> list[str]:
        """Return the names of a run's metrics."""
        with self._lock:
            return self.store.list_metrics(run_id)

    def read_series(self, run_id: str, names: Sequence[str] | None = None) -> list[Series]:
        """Return points."""
        with self._lock:
            return self.store.read_series(run_id, names)

    def read_output(self, run_id: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return output."""
        with self._lock:
            return self.store.read_output(run_id, start, stop)

    def list_files(self, run_id: str) -> list[StoredFile]:
        """Return the files of a run."""
        with self._lock:
            return self.store.list_files(run_id)

    def open_file(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open a file."""
        with self._lock:
            return self.store.open_file(run_id, file)

    def locate_file(self, run_id: str, file: StoredFile) -> str | None:
        """Return where a file lies on this machine, if it does."""
        with self._lock:
            return self.store.locate_file(run_id, file)

    def read_parts(self, ids: Sequence[str]) -> Mapping[str, RunParts]:
        """Return parts of runs, if the store can read several at once."""
        with self._lock:
            return self.store.read_parts(ids) if isinstance(self.store, PartsReader) else {}

    def annotate(self, run_id: str, *, tags: Sequence[str] | None = None, notes: str | None = None) -> None:
        """Replace tags or notes."""
        with self._lock:
            self.store.annotate(run_id, tags=tags, notes=notes)

    def delete(self, ids: Sequence[str]) -> None:
        """Move runs to the trash."""
        with self._lock:
            self.store.delete(ids)

    def list_trash(self) -> list[str]:
        """Return the ids of the runs in the trash."""
        with self._lock:
            return self.store.list_trash()

    def restore(self, ids: Sequence[str]) -> None:
        """Bring runs back from the trash."""
        with self._lock:
            self.store.restore(ids)

    def collect_garbage(self, *, dry_run: bool = False) -> Garbage:
        """Empty the trash."""
        with self._lock:
            return self.store.collect_garbage(dry_run=dry_run)

    def list_fingerprints(self) -> Mapping[str, str]:
        """Return the fingerprints of all runs."""
        with self._lock:
            return self.store.list_fingerprints()

    def add_runs(self, runs: Iterable[StoredRun]) -> Iterator[tuple[StoredRun, str]]:
        """Take in runs of other stores; other threads come in between two of them."""
        with self._lock:
            added = iter(self.store.add_runs(runs))
        while True:
            with self._lock:
                one = next(added, None)
            if one is None:
                return
            yield one

    def make_temporary_folder(self) -> str:
        """Return a new folder, which is removed when the store is closed or the program ends."""
        import tempfile

        with self._lock:
            return self._downloads.enter_context(tempfile.TemporaryDirectory(prefix="sacred-"))

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Keep other threads away for several calls."""
        with self._lock:
            yield

    def close(self) -> None:
        """Give back connections and files."""
        with self._lock:
            self._downloads.close()
            self.store.close()


def _reopen(url: str) -> LockedStore:
    from sacred.stores.opening import open_run_store

    return LockedStore(open_run_store(url), url)
