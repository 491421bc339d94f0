"""Runs of other stores brought into MongoDB: whole or not at all, several with one sending."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
from bson import ObjectId
from pymongo import UpdateMany
from pymongo.errors import BulkWriteError, PyMongoError

from sacred.errors import StoreError
from sacred.model.packing import pack_series
from sacred.model.record import StoredFile
from sacred.model.series import Series, summarize
from sacred.stores.base import StoredRun
from sacred.stores.mongo.connection import Raw
from sacred.stores.mongo.document import MARK, clean_text
from sacred.stores.mongo.encoding import MOST_BYTES, MOST_TEXT_BYTES, RunParts, encode_run, encode_value
from sacred.stores.mongo.layout import Layout, format_id, parse_id
from sacred.stores.mongo.outbox import Outbox
from sacred.stores.mongo.parts import Parts
from sacred.stores.mongo.uploads import Uploads, release

CHUNK_POINTS = 65_536
"""How many points are in one of our documents."""

_MOST_LISTED = 200_000  # points that 0.8's document of a metric gets, if they are small enough
_BATCH_RUNS = 50
_BATCH_SECONDS = 1.0
_BATCH_BYTES = 32 << 20
_DUPLICATE = 11000  # the server's code for an id that is taken
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Prepared:
    """A run of which all is written but its document, which is ``raw``."""

    run: StoredRun
    key: ObjectId
    raw: Raw


class RunWriter:
    """Writes runs' parts, and last of all their documents.

    A reader finds everything by a document's key, so before that is there nothing is.

    Args:
        layout: where.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._outbox = Outbox()
        self._uploads = Uploads(layout, self._outbox)
        self._parts = Parts(layout, self._outbox)

    def add_some(self, waiting: Iterator[StoredRun]) -> tuple[list[tuple[StoredRun, str]], Exception | None]:
        """Bring some runs in: return them with their ids here, and the error that came after them.

        There are none and no error once all are in.

        Raises:
            PyMongoError: the database does not take them.
        """
        prepared: list[_Prepared] = []
        failure: Exception | None = None
        try:
            failure = self._prepare_some(waiting, prepared)
            self._outbox.flush()
            if prepared and not self._uploads.check():
                self._prepare_again(prepared)
            return self._insert(prepared), failure
        except BaseException:
            # leftovers hurt nobody, and collecting garbage finds them
            self._outbox.clear()
            with contextlib.suppress(PyMongoError):
                self.discard([one.key for one in prepared])
            raise

    def _prepare_some(self, waiting: Iterator[StoredRun], prepared: list[_Prepared]) -> Exception | None:
        end = time.monotonic() + _BATCH_SECONDS
        size = 0
        taken: set[Any] = set()
        while len(prepared) < _BATCH_RUNS and size < _BATCH_BYTES and time.monotonic() < end:
            key = ObjectId()
            try:
                run = next(waiting, None)
                if run is None:
                    break
                prepared.append(self._prepare(run, key, taken))
            except PyMongoError:
                raise
            except Exception as error:  # noqa: BLE001 - the runs before it are whole, and so they are brought in
                self._outbox.flush()
                self.discard([key])
                return error
            size += len(bson.encode(prepared[-1].raw))
        return None

    def _prepare_again(self, prepared: list[_Prepared]) -> None:
        """Write runs anew: a file that they share with deleted ones was just being removed."""
        self.discard([one.key for one in prepared])
        self._uploads.forget()
        taken: set[Any] = set()
        prepared[:] = [self._prepare(one.run, ObjectId(), taken) for one in prepared]
        self._outbox.flush()
        if not self._uploads.check():
            raise StoreError("files are being removed by another process; try again")

    def discard(self, keys: list[ObjectId]) -> tuple[int, int]:
        """Remove the parts and files of runs that have no document; return number and bytes of the files."""
        self._layout.points.delete_many({"key": {"$in": keys}})
        self._layout.parts.delete_many({"key": {"$in": keys}})
        self._layout.metrics.delete_many({f"{MARK}.key": {"$in": keys}})
        return release(self._layout, keys)

    def _prepare(self, run: StoredRun, key: ObjectId, taken: set[Any]) -> _Prepared:
        parts = RunParts(key)
        planned = self._plan_id(run.id, taken)
        taken.add(planned)
        parts.files = [self._add_file(run, file, key, planned) for file in run.list_files()]
        self._parts.write_files(key, parts.files)
        parts.text, parts.output_bytes = self._parts.write_output(key, run.iter_output(), MOST_TEXT_BYTES)
        for order, series in enumerate(run.read_series()):
            parts.metrics.append((series.name, self.write_metric(key, order, series)))
        document = run.make_document()
        raw, is_whole = encode_run(document, parts)
        if not is_whole:
            kept = {name: value for name, value in document.items() if name not in {"tags", "notes"}}
            self._parts.write_document(key, kept)
        return _Prepared(run, key, {"_id": planned, **raw})

    def _add_file(
        self, run: StoredRun, file: StoredFile, key: ObjectId, planned: Any
    ) -> tuple[StoredFile, ObjectId | None]:
        prefix = f"artifact://{self._layout.runs.name}/{planned}/" if file.kind == "artifact" else ""
        content = run.open_file(file)
        if content is None:
            return file, None  # as it is there
        with content:
            return self._uploads.add(file, content, key, prefix + file.name)

    def write_metric(self, key: ObjectId, order: int, series: Series) -> ObjectId:
        """Store a metric: in packed form, and as much of it as fits in the form of 0.8."""
        metric_id = ObjectId()
        for start in range(0, len(series), CHUNK_POINTS):
            part = series.part(start, start + CHUNK_POINTS)
            chunk = {"key": key, "metric": metric_id, "start": start, "count": len(part)}
            self._outbox.put(self._layout.points, {**chunk, "data": pack_series(part)})
        mark: Raw = {"key": key, "order": order, "count": len(series)}
        mark["summary"] = json.dumps(summarize(series))
        name = clean_text(series.name)
        if name != series.name:
            mark["name"] = json.dumps(series.name)
        raw = {"_id": metric_id, "name": name, "run_id": None, **_make_lists(series), MARK: mark}
        self._outbox.put(self._layout.metrics, raw)
        return metric_id

    # --- ids ----------------------------------------------------------------------------------------------

    def _plan_id(self, wanted: str, taken: set[Any]) -> Any:
        choices = parse_id(wanted)
        is_free = choices and taken.isdisjoint(choices)
        if is_free and not self._layout.runs.find_one({"_id": {"$in": choices}}, {"_id": 1}):
            return choices[0]
        return self._find_next_id(taken)

    def _find_next_id(self, taken: set[Any]) -> int:
        """Return one more than the highest number, as 0.8 does."""
        wanted: Raw = {"_id": {"$type": ["int", "long"]}}
        last = self._layout.runs.find_one(wanted, {"_id": 1}, sort=[("_id", -1)])
        numbers = [one for one in taken if isinstance(one, int)]
        return max([int(last["_id"]) if last else 0, *numbers]) + 1

    def _insert(self, prepared: list[_Prepared]) -> list[tuple[StoredRun, str]]:
        """Insert the documents; one whose id another process has just taken gets the next number."""
        waiting = prepared
        while waiting:
            try:
                self._layout.runs.insert_many([one.raw for one in waiting], ordered=False)
                break
            except BulkWriteError as error:
                failures = error.details["writeErrors"]
                if any(failure["code"] != _DUPLICATE for failure in failures):
                    raise
                waiting = [waiting[failure["index"]] for failure in failures]
                taken = {one.raw["_id"] for one in prepared}
                for one in waiting:
                    one.raw["_id"] = self._find_next_id(taken)
                    taken.add(one.raw["_id"])
        owners = [
            UpdateMany({f"{MARK}.key": one.key}, {"$set": {"run_id": one.raw["_id"]}}) for one in prepared
        ]
        if owners:
            self._layout.metrics.bulk_write(owners, ordered=False)
        return [(one.run, str(format_id(one.raw["_id"]))) for one in prepared]


def _make_lists(series: Series) -> dict[str, list[Any]]:
    """Return as many points as one document of 0.8's form can hold."""
    count = min(len(series), _MOST_LISTED)
    while True:
        part = series.part(0, count)
        lists = {
            "steps": encode_value(_to_list(part.steps)),
            "values": encode_value(_to_list(part.values)),
            "timestamps": [_to_moment(seconds) for seconds in _to_list(part.times)],
        }
        if count == 0 or len(bson.encode(lists)) <= MOST_BYTES:
            return lists
        count //= 2


def _to_list(column: Any) -> list[Any]:
    plain: list[Any] = column.tolist() if hasattr(column, "tolist") else list(column)
    return plain


def _to_moment(seconds: float) -> datetime | None:
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None
