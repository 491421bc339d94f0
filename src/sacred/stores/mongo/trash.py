"""Deleted runs, and what nobody needs any more."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from bson import ObjectId

from sacred.errors import StoreError
from sacred.stores.base import Garbage
from sacred.stores.mongo.adding import RunWriter
from sacred.stores.mongo.connection import Connection, Raw
from sacred.stores.mongo.document import MARK, get_mark, get_metric_ids
from sacred.stores.mongo.files import is_young
from sacred.stores.mongo.layout import Layout, format_id, parse_id
from sacred.stores.mongo.points import build_filter
from sacred.stores.mongo.uploads import measure, remove, remove_unclaimed
from sacred.support.clock import now

_FILES = {"experiment.sources": 1, "artifacts": 1, "resources": 1}


class Trash:
    """The trash of one store: a collection that no tool of 0.8's looks at.

    Args:
        connection: to the server.
        layout: where everything is.
        writer: knows how parts of runs are removed.
    """

    def __init__(self, connection: Connection, layout: Layout, writer: RunWriter) -> None:
        self._database = connection.database
        self._location = connection.location
        self._layout = layout
        self._writer = writer

    def list_ids(self) -> list[str]:
        """Return the ids of the runs in it."""
        rows = self._layout.trash.find({}, {"run._id": 1})
        return [str(format_id(row["run"]["_id"])) for row in rows]

    def put(self, raw: Raw) -> None:
        """Move a run there: first it is there, then its metrics go, then it is not here any more.

        A new run of the same number may begin at once, so the metrics must not have it.
        """
        token = _make_token(raw)
        self._layout.trash.replace_one(
            {"_id": token}, {"_id": token, "deleted_at": now(), "run": raw}, upsert=True
        )
        # without a list of its own, metrics of its number may be those of another collection's run
        if get_mark(raw) or get_metric_ids(raw):
            self._layout.metrics.update_many(build_filter(raw), {"$set": {"run_id": {"trash": token}}})
        self._layout.runs.delete_one({"_id": raw["_id"]})

    def restore(self, run_id: str) -> None:
        """Bring a run back.

        Raises:
            StoreError: it is not there, or its id belongs to another one by now.
        """
        row = self._layout.trash.find_one({"run._id": {"$in": parse_id(run_id)}}, sort=[("deleted_at", -1)])
        if row is None:
            raise StoreError(f'There is no run "{run_id}" in the trash of {self._location}')
        raw = row["run"]
        there = self._layout.runs.find_one({"_id": raw["_id"]})
        if there is not None and _make_token(there) != row["_id"]:
            raise StoreError(f'There is another run "{run_id}" in {self._location} by now')
        if there is None:
            self._layout.runs.insert_one(raw)
        self._layout.metrics.update_many({"run_id": {"trash": row["_id"]}}, {"$set": {"run_id": raw["_id"]}})
        self._layout.trash.delete_one({"_id": row["_id"]})

    # --- garbage ------------------------------------------------------------------------------------------

    def empty(self, *, dry_run: bool) -> Garbage:
        """Remove the runs in it with their files, and what interrupted copies have left."""
        rows = list(self._layout.trash.find())
        marks = [get_mark(row["run"]) for row in rows]
        keys = [mark["key"] for mark in marks if mark is not None and "key" in mark]
        keys += self._find_lost_keys()
        old = [row["run"] for row, mark in zip(rows, marks, strict=True) if mark is None]
        needed = self._find_needed_files() if old else set()
        own = {file_id for raw in old for file_id in _iter_files(raw)} - needed
        files, size = self._remove_files(own, dry_run=dry_run)
        others = measure(self._layout, keys) if dry_run else self._writer.discard(keys)
        if not dry_run:
            self._forget(rows)
            self._remove_leftovers()
        return Garbage(len(rows), files + others[0], size + others[1])

    def _forget(self, rows: list[Raw]) -> None:
        tokens = [row["_id"] for row in rows]
        self._layout.metrics.delete_many({"run_id": {"$in": [{"trash": token} for token in tokens]}})
        self._layout.summaries.delete_many({"_id": {"$in": [row["run"]["_id"] for row in rows]}})
        self._layout.trash.delete_many({"_id": {"$in": tokens}})

    def _remove_leftovers(self) -> None:
        """Remove what removals and copies that were interrupted have left of files."""
        shared = self._layout.files.find({"sacred.shared": True}, {"_id": 1})
        claimed = set(self._layout.claims.distinct("file"))
        for found in shared:
            if found["_id"] not in claimed and not is_young(found["_id"]):
                remove_unclaimed(self._layout, found["_id"])
        for found in self._layout.files.find({"sacred.doomed": {"$exists": True}}, {"sacred.doomed": 1}):
            if not is_young(found[MARK]["doomed"]):
                remove_unclaimed(self._layout, found["_id"], found[MARK]["doomed"])
        self._layout.chunks.delete_many({"files_id": {"$in": self._find_orphans()}})

    def _remove_files(self, ids: Iterable[Any], *, dry_run: bool) -> tuple[int, int]:
        """Remove files of 0.8, but for those that runs of ours share."""
        sizes: list[int | None] = []
        for file_id in ids:
            wanted = {"_id": file_id, MARK: {"$exists": False}}
            if dry_run:
                found = self._layout.files.find_one(wanted, {"length": 1})
                sizes.append(int(found.get("length", 0)) if found else None)
            else:
                sizes.append(remove(self._layout, wanted))
        known = [size for size in sizes if size is not None]
        return len(known), sum(known)

    def _find_needed_files(self) -> set[Any]:
        """Return the files of all runs in this database: its collections of runs share one GridFS."""
        names = [name for name in self._database.list_collection_names() if self._has_runs(name)]
        return {
            file_id
            for name in names
            for raw in self._database[name].find({}, _FILES)
            for file_id in _iter_files(raw)
        }

    def _has_runs(self, name: str) -> bool:
        if name == self._layout.runs.name or name.endswith("runs"):
            return True
        marked = {"format": {"$regex": "^MongoObserver"}}
        return not _is_beside(name) and self._database[name].find_one(marked) is not None

    def _find_lost_keys(self) -> list[ObjectId]:
        """Return keys under which something has been stored for a day, without a run that has them."""
        layout = self._layout
        places = (
            (layout.points, "key"),
            (layout.parts, "key"),
            (layout.metrics, f"{MARK}.key"),
            (layout.files, f"{MARK}.key"),
            (layout.claims, "key"),
        )
        found = {key for collection, path in places for key in collection.distinct(path)}
        old = {key for key in found if not is_young(key)}
        return sorted(old - self._find_known_keys()) if old else []

    def _find_known_keys(self) -> set[Any]:
        known: set[Any] = set()
        for name in self._database.list_collection_names():
            if name.endswith(".trash"):
                known.update(self._database[name].distinct(f"run.{MARK}.key"))
            elif not _is_beside(name):
                known.update(self._database[name].distinct(f"{MARK}.key"))
        return known

    def _find_orphans(self) -> list[Any]:
        """Return the ids of files whose bytes were begun a day ago or more, and never became a file."""
        begun = {row["_id"] for row in self._layout.chunks.aggregate([{"$group": {"_id": "$files_id"}}])}
        old = {file_id for file_id in begun if not is_young(file_id)}
        return sorted(old.difference(self._layout.files.distinct("_id")))


def _is_beside(name: str) -> bool:
    """Tell whether a collection is one of those that stand beside runs."""
    ours = (".points", ".parts", ".summaries", ".trash")
    return name.startswith(("fs.", "system.")) or name.endswith(("metrics", *ours))


def _make_token(raw: Raw) -> str:
    """Return under which name a run is in the trash: the same however often it is put there."""
    facts = [raw["_id"], raw.get("start_time"), raw.get("command"), raw.get("config")]
    return hashlib.sha256(repr(facts).encode("utf-8", "replace")).hexdigest()[:32]


def _iter_files(raw: Raw) -> Iterator[Any]:
    experiment = raw.get("experiment")
    sources = experiment.get("sources") if isinstance(experiment, dict) else None
    for entries in (sources, raw.get("resources")):
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], ObjectId):
                yield entry[1]
    artifacts = raw.get("artifacts")
    for entry in artifacts if isinstance(artifacts, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("file_id"), ObjectId):
            yield entry["file_id"]
