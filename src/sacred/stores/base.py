"""What every store can do; users meet it through :mod:`sacred.reader`, observers write beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO, Protocol, runtime_checkable

from sacred.errors import StoreError
from sacred.model.record import Document, StoredFile, compute_fingerprint
from sacred.model.series import Series
from sacred.query.nodes import Expression, SortKey

MOST_BYTES_AHEAD = 16 << 20
"""What all that a store returns at once of runs that are copied should take at most, in bytes."""

_RUNS_AHEAD = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a store that can't be read; all the rest is there.

    Attributes:
        run_id: whose it is; None if that can't be told.
        message: one line for people: what, and why.
    """

    run_id: str | None
    message: str


class RunStore(Protocol):
    """One place with runs. Ids are texts. Every method may raise :class:`StoreError`: a line for people.

    A store is used by one thread at a time, and by any number of processes.

    Attributes:
        location: its path or URL for people, without credentials.
        problems: what could not be read so far, each once.
    """

    location: str
    problems: list[Problem]

    def find_ids(
        self,
        query: Expression | None = None,
        sort: Sequence[SortKey] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[str]:
        """Return the ids of the runs that fit, sorted; what is equal comes in the order of the ids.

        Ids that are numbers come first, in their order, then the others as texts by code point.
        """

    def count(self, query: Expression | None = None) -> int:
        """Return how many runs fit."""

    def load(self, ids: Sequence[str], *, with_metrics: bool = False) -> dict[str, Document]:
        """Return the documents of some runs in one go, by id; those that are gone or unreadable are missing.

        Args:
            ids: of which runs.
            with_metrics: give each document ``metrics``, the summaries.
        """

    def list_metrics(self, run_id: str) -> list[str]:
        """Return the names of a run's metrics in the order of their first points; the system's come last."""

    def read_series(self, run_id: str, names: Sequence[str] | None = None) -> list[Series]:
        """Return all points of all metrics, or of the named ones that exist, in the order of the names."""

    def read_output(self, run_id: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return the output from byte ``start`` on to before ``stop``; less only where it ends."""

    def list_files(self, run_id: str) -> list[StoredFile]:
        """Return all files of a run: artifacts (those in folders one by one), sources, resources, record."""

    def open_file(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open one of them for reading; it can be sought in.

        Raises:
            StoreError: it is noted, but not kept.
        """

    def locate_file(self, run_id: str, file: StoredFile) -> str | None:
        """Return where it lies on this machine, absolute; None if it does not."""

    def annotate(self, run_id: str, *, tags: Sequence[str] | None = None, notes: str | None = None) -> None:
        """Replace the tags or the notes of a run; None leaves them."""

    def delete(self, ids: Sequence[str]) -> None:
        """Move runs to the store's trash, from where they can be restored until garbage is collected."""

    def list_trash(self) -> list[str]:
        """Return the ids of the runs in the trash."""

    def restore(self, ids: Sequence[str]) -> None:
        """Bring runs back from the trash."""

    def collect_garbage(self, *, dry_run: bool = False) -> "Garbage":
        """Empty the trash; remove sources and resources that no run refers to, and leftovers of writing.

        What may belong to a run that is just starting is left.
        """

    def list_fingerprints(self) -> Mapping[str, str]:
        """Return ``{fingerprint: id}`` of all runs, see :func:`sacred.model.record.compute_fingerprint`."""

    def add_runs(self, runs: Iterable["StoredRun"]) -> Iterator[tuple["StoredRun", str]]:
        """Take in runs of other stores, and yield each with its id here once it is safely kept.

        A run keeps its id where that is free and possible here, else it gets the next number. It is there
        whole or not at all; so what was not yielded can be added again.
        """

    def close(self) -> None:
        """Give back connections and files."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """What a store's :meth:`RunStore.collect_garbage` removed, or would have.

    Attributes:
        runs: how many runs were in the trash.
        files: how many stored files nobody needed.
        size_bytes: what all of it took.
    """

    runs: int = 0
    files: int = 0
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class RunParts:
    """Parts of a run that were read together with those of others; None stands for what was not.

    Attributes:
        series: all its points.
        output: all of it.
        files: all of them.
        contents: what is in some of the files, by their keys.
    """

    series: list[Series] | None = None
    output: bytes | None = None
    files: list[StoredFile] | None = None
    contents: Mapping[Any, bytes] = field(default_factory=dict)


@runtime_checkable
class PartsReader(Protocol):
    """What a store can do beside :class:`RunStore`, if it answers for many runs as fast as for one."""

    def read_parts(self, ids: Sequence[str]) -> Mapping[str, RunParts]:
        """Return parts of runs by id, as the methods for one run would: of all of them, or the first ones.

        It stops where the next run's parts would make it more than :data:`MOST_BYTES_AHEAD`. A part that
        is large, or can't be read, is left out: it is asked for by itself, and what is wrong is said then.
        """


class ReadingAhead:
    """The parts of runs that are needed one after the other, asked for together if the store can do that.

    Args:
        store: where the runs are.
        ids: of all that will be needed, in this order.
    """

    def __init__(self, store: RunStore, ids: Sequence[str]) -> None:
        self._store = store
        self._ids = ids
        self._known: dict[str, RunParts] = {}

    def get(self, run_id: str) -> RunParts:
        """Return the parts of a run that are there; what was read of others before may be gone."""
        if run_id not in self._known:
            self._known = {}  # before there are more
            self._known = {run_id: RunParts(), **self._read(run_id)}
        return self._known[run_id]

    def _read(self, run_id: str) -> Mapping[str, RunParts]:
        if not isinstance(self._store, PartsReader) or run_id not in self._ids:
            return {}
        place = self._ids.index(run_id)
        return self._store.read_parts(self._ids[place : place + _RUNS_AHEAD])


class StoredRun:
    """A run in a store, as another store takes it in.

    Args:
        store: where it is.
        document: with everything that is known of it; the id is there.
        ahead: reads parts of it together with those of others.
    """

    def __init__(self, store: RunStore, document: Document, ahead: ReadingAhead | None = None) -> None:
        self.store = store
        self.document = document
        self._ahead = ahead or ReadingAhead(store, ())

    @property
    def id(self) -> str:
        """Its id where it is."""
        return str(self.document["id"])

    def read_series(self) -> list[Series]:
        """Return its points."""
        series = self._ahead.get(self.id).series
        return self.store.read_series(self.id) if series is None else series

    def iter_output(self, size: int = 1 << 20) -> Iterator[bytes]:
        """Yield its output in pieces of ``size`` bytes; the last one may be shorter."""
        whole = self._ahead.get(self.id).output
        start = 0
        while piece := self._read_output(whole, start, start + size):
            yield piece
            start += len(piece)
            if len(piece) < size:
                return

    def _read_output(self, whole: bytes | None, start: int, stop: int) -> bytes:
        return self.store.read_output(self.id, start, stop) if whole is None else whole[start:stop]

    def list_files(self) -> list[StoredFile]:
        """Return its files."""
        files = self._ahead.get(self.id).files
        return self.store.list_files(self.id) if files is None else files

    def make_document(self) -> Document:
        """Return the document of a copy, with where that comes from; of a copy, where the first one was."""
        document = {key: value for key, value in self.document.items() if key != "metrics"}
        if not isinstance(document.get("origin"), dict):
            fingerprint = compute_fingerprint(document)
            document["origin"] = {"store": self.store.location, "id": self.id, "fingerprint": fingerprint}
        return document

    def open_file(self, file: StoredFile) -> BinaryIO | None:
        """Open one of its files; None if it is noted, and not kept.

        Raises:
            StoreError: its store does not answer any more.
        """
        contents = self._ahead.get(self.id).contents
        if contents and file.key in contents:
            return BytesIO(contents[file.key])
        try:
            return self.store.open_file(self.id, file)
        except StoreError:
            self.store.load([self.id])  # if that fails as well, it is not only this file that can't be had
            return None

    def locate_file(self, file: StoredFile) -> str | None:
        """Return the file's place on this machine, so that it can be cloned; None if it has none."""
        return self.store.locate_file(self.id, file)


def sort_ids(ids: Iterable[str]) -> list[str]:
    """Sort ids: numbers first, in their order, then the others by code point."""
    return sorted(ids, key=get_id_order)


def get_id_order(run_id: str) -> tuple[Any, ...]:
    """Return what ids are sorted by."""
    is_number = run_id.isascii() and run_id.isdigit()
    return (0, int(run_id), run_id) if is_number and len(run_id) < 19 else (1, 0, run_id)
