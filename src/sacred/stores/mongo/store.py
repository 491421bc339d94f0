"""MongoDB as a store of runs."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from sacred.errors import StoreError
from sacred.model import status as statuses
from sacred.model.record import Document, StoredFile, compute_fingerprint
from sacred.model.series import Series
from sacred.query.nodes import Expression, SortKey
from sacred.stores.base import Garbage, Problem, RunParts, StoredRun, sort_ids
from sacred.stores.checking import OBJECTS
from sacred.stores.mongo.adding import RunWriter
from sacred.stores.mongo.ahead import read_parts
from sacred.stores.mongo.connection import Connection, Raw
from sacred.stores.mongo.document import (
    LABELS,
    MARK,
    OUTPUT,
    encode_labels,
    format_exact_labels,
    get_mark,
    read_labels,
)
from sacred.stores.mongo.files import Files
from sacred.stores.mongo.layout import find_layout, format_id, parse_id
from sacred.stores.mongo.outbox import Outbox
from sacred.stores.mongo.parts import Parts
from sacred.stores.mongo.points import list_entries, read_series
from sacred.stores.mongo.querying import Finder
from sacred.stores.mongo.trash import Trash
from sacred.stores.narrowing import cut

_IDENTITY = ("experiment", "command", "start_time", "config", "meta", "host", "origin", "status")
_KEY_FIELDS = {f"{MARK}.key": 1, f"{MARK}.output_bytes": 1, "info.metrics": 1}


def _is_text(raw: Raw) -> bool:
    """Tell whether a run's id is a text: one that is the same number goes before it."""
    return isinstance(raw["_id"], str)


class MongoStore:
    """The runs in a collection of a MongoDB database; see :class:`sacred.stores.base.RunStore`.

    Args:
        url: ``mongodb://[user:password@]host[:port][,…]/[database[.collection]][?options]``.

    Attributes:
        location: the URL without credentials.
        problems: what could not be read so far.

    Raises:
        StoreError: the URL can't be understood. That there is no server shows with the first question.
    """

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)
        self.location = self._connection.location
        self.problems: list[Problem] = []
        self._layout = find_layout(self._connection.database, self._connection.collection)
        self._parts = Parts(self._layout, Outbox())
        self._files = Files(self._connection, self._layout)
        self._finder = Finder(self._layout, self._parts, self._note)
        self._writer = RunWriter(self._layout)
        self._trash = Trash(self._connection, self._layout, self._writer)
        self._output: tuple[Any, bytes] = (None, b"")

    def _note(self, run_id: str | None, message: str) -> None:
        problem = Problem(run_id, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def _find(self, run_id: str, fields: Mapping[str, Any] | None = None) -> Raw:
        found = list(self._layout.runs.find({"_id": {"$in": parse_id(run_id)}}, fields))
        if not found:
            raise StoreError(f'There is no run "{run_id}" in {self.location}')
        return min(found, key=_is_text)

    # --- finding ------------------------------------------------------------------------------------------

    def find_ids(
        self,
        query: Expression | None = None,
        sort: Sequence[SortKey] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[str]:
        """Return the ids of the runs that fit, sorted."""
        with self._connection.answering():
            return cut(self._finder.find(query, sort), limit, offset)

    def count(self, query: Expression | None = None) -> int:
        """Return how many runs fit."""
        return len(self.find_ids(query))

    def load(self, ids: Sequence[str], *, with_metrics: bool = False) -> dict[str, Document]:
        """Return documents by id, in the order that was asked for."""
        choices = [choice for run_id in ids for choice in parse_id(run_id)]
        with self._connection.answering():
            found = self._finder.load(choices, with_metrics=with_metrics)
        return {run_id: found[run_id] for run_id in ids if run_id in found}

    def list_fingerprints(self) -> Mapping[str, str]:
        """Return ``{fingerprint: id}`` of all runs."""
        is_sound = [
            {"$or": [{key: {"$exists": False}}, {key: {"$type": ["object", "null"]}}]} for key in OBJECTS
        ]
        ours = {f"{MARK}.fingerprint": {"$exists": True}, "$and": is_sound}
        with self._connection.answering():
            found = {
                raw[MARK]["fingerprint"]: str(format_id(raw["_id"]))
                for raw in self._layout.runs.find(ours, {f"{MARK}.fingerprint": 1})
            }
            others = list(
                self._layout.runs.find(
                    {f"{MARK}.fingerprint": {"$exists": False}}, dict.fromkeys(_IDENTITY, 1)
                )
            )
            for document in self._finder.read(others, {*_IDENTITY}):
                found[compute_fingerprint(document)] = document["id"]
        return found

    # --- points and output --------------------------------------------------------------------------------

    def list_metrics(self, run_id: str) -> list[str]:
        """Return the names of a run's metrics in the order of their first points; the system's come last."""
        with self._connection.answering():
            return [entry.name for entry in list_entries(self._layout, self._find(run_id, _KEY_FIELDS))]

    def read_series(self, run_id: str, names: Sequence[str] | None = None) -> list[Series]:
        """Return all points of all metrics, or of the named ones that exist, in the order of the names."""
        found = []
        with self._connection.answering():
            entries = list_entries(self._layout, self._find(run_id, _KEY_FIELDS))
            by_name = {entry.name: entry for entry in entries}
            chosen = entries if names is None else [by_name[name] for name in names if name in by_name]
            for entry in chosen:
                series, problem = read_series(self._layout, entry)
                if problem:
                    self._note(run_id, f"run {run_id}: {problem}")
                found.append(series)
        return found

    def read_output(self, run_id: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return the output from byte ``start`` on to before ``stop``."""
        with self._connection.answering():
            raw = self._find(run_id, {f"{MARK}.key": 1, "heartbeat": 1, "status": 1})
            mark = get_mark(raw)
            if mark is not None:
                return self._parts.read_output(mark.get("key"), start, stop)
            return self._read_text(raw)[start:stop]

    def _read_text(self, raw: Raw) -> bytes:
        """Return the output as 0.8 keeps it: one text, which is kept here as long as it is the same."""
        stamp = (str(raw["_id"]), raw.get("heartbeat"), raw.get("status"))
        if self._output[0] != stamp:
            found = self._layout.runs.find_one({"_id": raw["_id"]}, {OUTPUT: 1}) or {}
            text = found.get(OUTPUT)
            self._output = (stamp, text.encode("utf-8", "replace") if isinstance(text, str) else b"")
        return self._output[1]

    # --- files --------------------------------------------------------------------------------------------

    def list_files(self, run_id: str) -> list[StoredFile]:
        """Return all files of a run."""
        with self._connection.answering():
            raw = self._find(run_id, {MARK: 1, "experiment": 1, "artifacts": 1, "resources": 1})
            mark = get_mark(raw)
            if mark is None:
                return self._files.list_noted(raw)
            try:
                return self._parts.read_files([mark.get("key")])[mark.get("key")]
            except (ValueError, TypeError) as error:
                self._note(run_id, f"run {run_id}: {error}")
                return []

    def open_file(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open one of them for reading."""
        return self._files.open(run_id, file)

    def locate_file(self, run_id: str, file: StoredFile) -> str | None:
        """Return None: no file lies on this machine."""
        del run_id, file
        return None

    def read_parts(self, ids: Sequence[str]) -> Mapping[str, RunParts]:
        """Return parts of runs, those of many with few questions; those of 0.8 are read one by one."""
        choices = [choice for run_id in ids for choice in parse_id(run_id)]
        damage = contextlib.suppress(ValueError, TypeError, LookupError)  # is told of the run whose it is
        with self._connection.answering(), damage:
            raws = self._layout.runs.find({"_id": {"$in": choices}}, _KEY_FIELDS)
            by_id = {str(format_id(raw["_id"])): raw for raw in sorted(raws, key=_is_text, reverse=True)}
            marks = {run_id: get_mark(by_id[run_id]) for run_id in ids if run_id in by_id}
            own = {run_id: mark for run_id, mark in marks.items() if mark is not None}
            others = {run_id: RunParts() for run_id in ids if run_id not in own}
            return {**others, **read_parts(self._layout, self._parts, own)}
        return {}

    # --- changing -----------------------------------------------------------------------------------------

    def annotate(self, run_id: str, *, tags: Sequence[str] | None = None, notes: str | None = None) -> None:
        """Replace the tags or the notes of a run, where Omniboard has them."""
        changes: dict[str, Any] = {} if tags is None else {"tags": list(tags)}
        changes |= {} if notes is None else {"notes": notes}
        with self._connection.answering():
            raw = self._find(run_id, {"omniboard": 1, LABELS: 1})
            if not changes:
                return
            exact = format_exact_labels({**read_labels(raw), **changes})
            shown = {f"omniboard.{key}": value for key, value in encode_labels(changes).items()}
            update: Raw = {"$set": shown if exact is None else {**shown, LABELS: exact}}
            if exact is None:
                update["$unset"] = {LABELS: ""}
            self._layout.runs.update_one({"_id": raw["_id"]}, update)

    def delete(self, ids: Sequence[str]) -> None:
        """Move runs to the trash, a collection beside."""
        with self._connection.answering():
            for run_id in dict.fromkeys(ids):
                raw = self._find(run_id)
                document = next(iter(self._finder.read([raw])), None)
                if document and document.get("status") == statuses.RUNNING:
                    raise StoreError(f"run {run_id} is still running, and can't be deleted")
                self._trash.put(raw)

    def list_trash(self) -> list[str]:
        """Return the ids of the runs in the trash."""
        with self._connection.answering():
            return sort_ids(self._trash.list_ids())

    def restore(self, ids: Sequence[str]) -> None:
        """Bring runs back from the trash."""
        with self._connection.answering():
            for run_id in dict.fromkeys(ids):
                self._trash.restore(run_id)

    def collect_garbage(self, *, dry_run: bool = False) -> Garbage:
        """Empty the trash, and remove what interrupted copies have left."""
        with self._connection.answering():
            return self._trash.empty(dry_run=dry_run)

    def add_runs(self, runs: Iterable[StoredRun]) -> Iterator[tuple[StoredRun, str]]:
        """Take in runs of other stores, and yield each with its id here once it is safely kept."""
        waiting = iter(runs)
        with self._connection.answering():
            self._layout.make_indexes()
        while True:
            with self._connection.answering():
                added, failure = self._writer.add_some(waiting)
            yield from added
            if failure is not None:
                raise failure
            if not added:
                return

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()
