"""Where things are in the database: the only module that knows the names of collections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection
from pymongo.database import Database

from sacred.stores.mongo.connection import Raw
from sacred.support.text import is_encodable

_MOST_INT = 2**63
_MANY = 500


@dataclass(frozen=True, slots=True)
class Layout:
    """The collections of one store.

    Attributes:
        runs: 0.8's: a document for each run.
        metrics: 0.8's: a document for each metric of a run, with its points as three lists.
        files: 0.8's: GridFS, what is known of each file.
        chunks: 0.8's: GridFS, their bytes.
        claims: ours: which run needs which of the files that runs share.
        points: ours: points in packed form.
        parts: ours: output, lists of files, and documents that are too large for one.
        summaries: ours, derived: summaries of the metrics that 0.8 wrote.
        trash: ours: runs that were deleted.
    """

    runs: Collection[Raw]
    metrics: Collection[Raw]
    files: Collection[Raw]
    chunks: Collection[Raw]
    claims: Collection[Raw]
    points: Collection[Raw]
    parts: Collection[Raw]
    summaries: Collection[Raw]
    trash: Collection[Raw]

    def make_indexes(self) -> None:
        """Make what reading needs to be fast, where it is not there."""
        self.metrics.create_index([("run_id", 1), ("name", 1)])
        self.metrics.create_index("sacred.key", sparse=True)
        self.points.create_index([("key", 1), ("metric", 1), ("start", 1)])
        self.parts.create_index([("key", 1), ("kind", 1), ("start", 1)])
        self.chunks.create_index([("files_id", 1), ("n", 1)], unique=True)
        self.files.create_index([("filename", 1), ("uploadDate", 1)])
        self.files.create_index("sha256", sparse=True)
        self.files.create_index("sacred.key", sparse=True)
        self.claims.create_index("file")
        self.claims.create_index("key")


def find_layout(database: Database[Raw], name: str) -> Layout:
    """Return the collections of the store whose runs are in the collection ``name``.

    0.8 keeps metrics in ``metrics``, with a ``collection_prefix`` in ``PREFIX_runs`` and ``PREFIX_metrics``.
    """
    prefix = name.removesuffix("runs") if name.endswith("_runs") else ""
    return Layout(
        runs=database[name],
        metrics=database[prefix + "metrics"],
        files=database["fs.files"],
        chunks=database["fs.chunks"],
        claims=database["fs.claims"],
        points=database[name + ".points"],
        parts=database[name + ".parts"],
        summaries=database[name + ".summaries"],
        trash=database[name + ".trash"],
    )


def split_choices(collection: Collection[Raw], path: str, values: Sequence[Any]) -> list[Raw]:
    """Return filters for the documents that have one of many values; together they may find others, too.

    A server takes long for thousands of values at once. Where most documents are wanted all are asked for.

    Args:
        collection: where they are.
        path: what has the value.
        values: without repetition.
    """
    if len(values) > _MANY and 2 * len(values) > collection.estimated_document_count():
        return [{}]
    return [{path: {"$in": values[start : start + _MANY]}} for start in range(0, len(values), _MANY)]


def format_id(raw_id: Any) -> str | None:
    """Return the id of a document as text; None if it is of a kind that no run has."""
    if isinstance(raw_id, str):
        return raw_id
    if isinstance(raw_id, ObjectId) or (isinstance(raw_id, int) and not isinstance(raw_id, bool)):
        return str(raw_id)
    return None


def parse_id(run_id: str) -> list[Any]:
    """Return what a run of this id may have as ``_id``, the likeliest first."""
    found: list[Any] = [run_id] if is_encodable(run_id) else []
    if run_id.isascii() and run_id.lstrip("-").isdigit() and len(run_id) < 21:
        number = int(run_id)
        if str(number) == run_id and -_MOST_INT <= number < _MOST_INT:
            found.insert(0, number)
    if ObjectId.is_valid(run_id):
        found.append(ObjectId(run_id))
    return found
