"""A TinyDB folder as a store of runs."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields
from typing import Any, BinaryIO

from sacred.errors import StoreError
from sacred.model import status as statuses
from sacred.model.packing import unpack_series
from sacred.model.record import Document, StoredFile, compute_fingerprint
from sacred.model.series import Series
from sacred.query.fields import list_needed_keys, needs_metrics
from sacred.query.nodes import Expression, SortKey
from sacred.stores.base import Garbage, Problem, StoredRun, sort_ids
from sacred.stores.checking import DamagedDocumentError
from sacred.stores.narrowing import choose, cut
from sacred.stores.tinydb import METADATA
from sacred.stores.tinydb.adding import add_runs
from sacred.stores.tinydb.contents import Contents
from sacred.stores.tinydb.metadata import Metadata, Row
from sacred.stores.tinydb.rows import OUTPUT, OWN, RUNS, get_mark, get_own, read_files, read_id, read_row
from sacred.stores.tinydb.trash import Trash


class TinyDbStore:
    """The runs in a folder of a TinyDbObserver; see :class:`sacred.stores.base.RunStore`.

    Args:
        folder: where ``metadata.json`` is, or will be with the first run.

    Attributes:
        location: the folder, absolute.
        problems: what could not be read so far.
    """

    def __init__(self, folder: str) -> None:
        self.location = os.path.abspath(folder)
        self.problems: list[Problem] = []
        self._metadata = Metadata(self.location)
        self._contents = Contents(self.location)
        self._trash = Trash(self._metadata, self._contents, self.location)
        self._rows: dict[str, Row] | None = None
        self._numbers: dict[str, str] = {}

    def _note(self, run_id: str | None, message: str) -> None:
        problem = Problem(run_id, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def _list_numbers(self) -> dict[str, str]:
        """Return the number of each run's row, by the run's id.

        TinyDB keeps no two runs from having one id; a later one is the first one's with ``.2`` after it.
        """
        rows = self._metadata.read().get(RUNS, {})
        if rows is self._rows:
            return self._numbers
        numbers: dict[str, str] = {}
        for number, row in rows.items():
            run_id = read_id(row)
            if run_id is None:
                self._note(None, f"{METADATA}: row {number} can't be read: it is no run's")
                continue
            unique, count = run_id, 1
            while unique in numbers:
                count += 1
                unique = f"{run_id}.{count}"
            numbers[unique] = number
        self._rows, self._numbers = rows, numbers
        return numbers

    def _find(self, run_id: str) -> tuple[Row, Row]:
        """Return the rows of a run, 0.8's and ours."""
        number = self._list_numbers().get(run_id)
        if number is None:
            raise StoreError(f'There is no run "{run_id}" in {self.location}')
        tables = self._metadata.read()
        return tables[RUNS][number], get_own(tables, number)

    def _read(self, run_id: str, keys: AbstractSet[str] | None, *, with_metrics: bool) -> Document | None:
        row, own = self._find(run_id)
        try:
            document = read_row(row, own, run_id, keys)
            if with_metrics:
                document["metrics"] = {
                    one["name"]: one["summary"] for one in _read_list(run_id, own, "metrics")
                }
        except (DamagedDocumentError, StoreError, LookupError, TypeError) as error:
            self._note(run_id, f"{METADATA}: run {run_id} can't be read: {error}")
            return None
        return document

    # --- finding ------------------------------------------------------------------------------------------

    def find_ids(
        self,
        query: Expression | None = None,
        sort: Sequence[SortKey] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[str]:
        """Return the ids of the runs that fit, sorted."""
        keys = list_needed_keys(query, sort) | {"start_time", "heartbeat", "recorder", "experiment"}
        with_metrics = needs_metrics(query, sort)
        documents = (self._read(run_id, keys, with_metrics=with_metrics) for run_id in self._list_numbers())
        return cut(choose(filter(None, documents), query, sort), limit, offset)

    def count(self, query: Expression | None = None) -> int:
        """Return how many runs fit."""
        return len(self.find_ids(query))

    def load(self, ids: Sequence[str], *, with_metrics: bool = False) -> dict[str, Document]:
        """Return documents by id."""
        known = self._list_numbers()
        wanted = [run_id for run_id in ids if run_id in known]
        found = {run_id: self._read(run_id, None, with_metrics=with_metrics) for run_id in wanted}
        return {run_id: document for run_id, document in found.items() if document is not None}

    def list_fingerprints(self) -> Mapping[str, str]:
        """Return ``{fingerprint: id}`` of all runs."""
        found = self.load(list(self._list_numbers()))
        return {compute_fingerprint(document): run_id for run_id, document in found.items()}

    # --- points and output --------------------------------------------------------------------------------

    def list_metrics(self, run_id: str) -> list[str]:
        """Return the names of a run's metrics; 0.8 kept none here."""
        names = [str(one["name"]) for one in _read_list(run_id, self._find(run_id)[1], "metrics")]
        return sorted(names, key=lambda name: name.startswith("system."))

    def read_series(self, run_id: str, names: Sequence[str] | None = None) -> list[Series]:
        """Return all points of all metrics, or of the named ones that exist, in the order of the names."""
        own = self._find(run_id)[1]
        places = {one["name"]: one for one in _read_list(run_id, own, "metrics")}
        wanted = self.list_metrics(run_id) if names is None else [name for name in names if name in places]
        path = self._contents.find(own.get("points"))
        if not wanted:
            return []
        if path is None:
            self._note(run_id, f"run {run_id}: its points are missing")
            return []
        with open(path, "rb") as file:
            return [self._read_points(run_id, file, places[name]) for name in wanted]

    def _read_points(self, run_id: str, file: BinaryIO, place: Row) -> Series:
        name = place["name"]
        try:
            file.seek(place["start"])
            return unpack_series(name, file.read(place["size"]))
        except ValueError as error:
            self._note(run_id, f"run {run_id}: metric {name!r}: {error}")
            return Series(name, [], [], [])

    def read_output(self, run_id: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return the output from byte ``start`` on to before ``stop``."""
        row, own = self._find(run_id)
        path = self._contents.find(own.get("output"))
        if path is None:
            text = row.get(OUTPUT)
            text = text.removeprefix(" ") if isinstance(text, str) and text.startswith(" {Tiny") else text
            return text.encode("utf-8", "replace")[start:stop] if isinstance(text, str) else b""
        with open(path, "rb") as file:
            file.seek(start)
            return file.read() if stop is None else file.read(max(stop - start, 0))

    # --- files --------------------------------------------------------------------------------------------

    def list_files(self, run_id: str) -> list[StoredFile]:
        """Return all files of a run."""
        row, own = self._find(run_id)
        if own.get("files"):
            return [StoredFile(*entry) for entry in _read_list(run_id, own, "files")]
        return [self._measure(file) for file in read_files(row)]

    def _measure(self, file: StoredFile) -> StoredFile:
        path = self._contents.find(file.key)
        size = os.path.getsize(path) if path else None
        return StoredFile(file.kind, file.name, file.key, size, file.digests, file.notes)

    def open_file(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open one of them for reading.

        Raises:
            StoreError: it is noted, but not kept.
        """
        path = self._contents.find(file.key)
        if path is None:
            raise StoreError(f'"{file.name}" of run {run_id} is noted, but not kept in {self.location}')
        try:
            return open(path, "rb")
        except OSError as error:
            raise StoreError(f'"{path}" can\'t be read: {error.strerror}') from error

    def locate_file(self, run_id: str, file: StoredFile) -> str | None:
        """Return where it lies."""
        del run_id
        return self._contents.find(file.key)

    # --- changing -----------------------------------------------------------------------------------------

    def annotate(self, run_id: str, *, tags: Sequence[str] | None = None, notes: str | None = None) -> None:
        """Replace the tags or the notes of a run, in a table of ours."""
        self._find(run_id)
        changes: dict[str, Any] = {} if tags is None else {"tags": list(tags)}
        changes |= {} if notes is None else {"notes": notes}
        if not changes:
            return
        with self._metadata.changing() as tables:
            number = self._list_numbers()[run_id]
            own = get_own(tables, number)
            labels = json.dumps({**json.loads(own.get("labels") or "{}"), **changes})
            own = {**own, "labels": labels, "of": get_mark(tables[RUNS][number])}
            tables.setdefault(OWN, {})[number] = own

    def delete(self, ids: Sequence[str]) -> None:
        """Move runs to the trash, a table of ours."""
        for run_id in ids:
            self._find(run_id)
            document = self._read(run_id, None, with_metrics=False)
            if document and document.get("status") == statuses.RUNNING:
                raise StoreError(f"run {run_id} is still running, and can't be deleted")
        self._trash.put({run_id: self._list_numbers()[run_id] for run_id in ids})

    def list_trash(self) -> list[str]:
        """Return the ids of the runs in the trash."""
        return sort_ids(self._trash.list_ids())

    def restore(self, ids: Sequence[str]) -> None:
        """Bring runs back from the trash."""
        self._trash.restore(ids, self._list_numbers())

    def collect_garbage(self, *, dry_run: bool = False) -> Garbage:
        """Empty the trash, and remove contents that no run has needed for a day."""
        return self._trash.empty(dry_run=dry_run)

    def add_runs(self, runs: Iterable[StoredRun]) -> Iterator[tuple[StoredRun, str]]:
        """Take in runs of other stores, and yield each with its id here once it is safely kept."""
        return add_runs(self._metadata, self._contents, runs)

    def close(self) -> None:
        """Do nothing: nothing is held open."""


def _is_metric(entry: Any) -> bool:
    return isinstance(entry, dict) and {"name", "start", "size", "summary"} <= entry.keys()


def _is_file(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) == len(fields(StoredFile))


_CHECKS: dict[str, Callable[[Any], bool]] = {"metrics": _is_metric, "files": _is_file}


def _read_list(run_id: str, own: Row, key: str) -> list[Any]:
    """Return a list of our row.

    Raises:
        StoreError: it is damaged.
    """
    try:
        found = json.loads(own.get(key) or "[]")
    except (TypeError, ValueError):
        found = None
    if not isinstance(found, list) or not all(map(_CHECKS[key], found)):
        raise StoreError(f"run {run_id} is damaged: nobody can tell what {key} it has")
    return found
