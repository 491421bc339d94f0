"""Files brought into GridFS: those that runs share once, with a note of each run that needs them."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, BinaryIO

from bson import ObjectId

from sacred.model.record import StoredFile
from sacred.model.serialize import flatten
from sacred.stores.mongo.connection import Raw
from sacred.stores.mongo.document import clean_text
from sacred.stores.mongo.encoding import encode_value
from sacred.stores.mongo.files import CHUNK_BYTES, complete_file
from sacred.stores.mongo.layout import Layout
from sacred.stores.mongo.outbox import Outbox

_SHARED = frozenset({"source", "resource", "record"})


class Uploads:
    """Stores files for runs.

    A shared file is removed in two steps: it is doomed, and then removed if no claim is there. Who needs it
    first claims it, and then looks whether it is doomed: so one of both sees the other.

    Args:
        layout: where.
        outbox: what sends them.
    """

    def __init__(self, layout: Layout, outbox: Outbox) -> None:
        self._layout = layout
        self._outbox = outbox
        self._known: dict[str, Raw] = {}
        self._claimed: set[ObjectId] = set()

    def add(
        self, file: StoredFile, content: BinaryIO, key: ObjectId, path: str
    ) -> tuple[StoredFile, ObjectId]:
        """Store a file of a run, or find that it is there already.

        Args:
            file: what it is.
            content: its bytes.
            key: the run's.
            path: under which name 0.8's tools find it.

        Returns:
            What is known of it now, and its id.
        """
        plain = StoredFile(file.kind, file.name, None, file.size_bytes, file.digests, file.notes)
        if file.kind not in _SHARED:
            entry = self._store(file, content, path, {"shared": False, "key": key})
            return complete_file(plain, entry, own=True), entry["_id"]
        entry = self._find(_compute_sha256(content)) or self._store(file, content, path, {"shared": True})
        self._known[entry["sha256"]] = entry
        self._claimed.add(entry["_id"])
        self._outbox.put(self._layout.claims, {"file": entry["_id"], "key": key})
        return complete_file(plain, entry, own=True), entry["_id"]

    def _find(self, sha256: str) -> Raw | None:
        if sha256 in self._known:
            return self._known[sha256]
        wanted = {"sha256": sha256, "sacred.shared": True, "sacred.doomed": {"$exists": False}}
        return self._layout.files.find_one(wanted)

    def _store(self, file: StoredFile, content: BinaryIO, path: str, mark: Raw) -> Raw:
        file_id = ObjectId()
        digests = (hashlib.md5(usedforsecurity=False), hashlib.sha256())
        size = place = 0
        while piece := content.read(CHUNK_BYTES):
            for digest in digests:
                digest.update(piece)
            self._outbox.put(self._layout.chunks, {"files_id": file_id, "n": place, "data": piece})
            size += len(piece)
            place += 1
        entry = {"_id": file_id, **_describe(file, path, size)}
        entry |= {"md5": digests[0].hexdigest(), "sha256": digests[1].hexdigest(), "sacred": mark}
        self._outbox.put(self._layout.files, entry)
        return entry

    def check(self) -> bool:
        """Tell whether all shared files that were claimed are there to stay, once the claims are sent."""
        claimed, self._claimed = list(self._claimed), set()
        wanted = {"_id": {"$in": claimed}, "sacred.doomed": {"$exists": False}}
        return self._layout.files.count_documents(wanted) == len(claimed)

    def forget(self) -> None:
        """Take nothing for there that was there once."""
        self._known.clear()
        self._claimed.clear()


# --- removing ---------------------------------------------------------------------------------------------


def release(layout: Layout, keys: Iterable[ObjectId]) -> tuple[int, int]:
    """Remove the files of runs that are gone, but for those that others share; return number and bytes."""
    given = list(keys)
    own = [found["_id"] for found in layout.files.find({"sacred.key": {"$in": given}}, {"_id": 1})]
    shared = layout.claims.distinct("file", {"key": {"$in": given}})
    layout.claims.delete_many({"key": {"$in": given}})
    sizes = [remove(layout, {"_id": file_id}) for file_id in own]
    sizes += [remove_unclaimed(layout, file_id) for file_id in shared]
    removed = [size for size in sizes if size is not None]
    return len(removed), sum(removed)


def measure(layout: Layout, keys: Iterable[ObjectId]) -> tuple[int, int]:
    """Return what :func:`release` would remove."""
    given = list(keys)
    shared = layout.claims.distinct("file", {"key": {"$in": given}})
    needed = layout.claims.distinct("file", {"file": {"$in": shared}, "key": {"$nin": given}})
    wanted = [{"sacred.key": {"$in": given}}, {"_id": {"$in": [one for one in shared if one not in needed]}}]
    sizes = [int(found.get("length", 0)) for found in layout.files.find({"$or": wanted}, {"length": 1})]
    return len(sizes), sum(sizes)


def remove_unclaimed(layout: Layout, file_id: Any, stale: ObjectId | None = None) -> int | None:
    """Remove a shared file if nobody needs it; return its bytes then.

    Args:
        layout: where it is.
        file_id: its id.
        stale: who doomed it long ago, and has not removed it; None if nobody has.
    """
    token = ObjectId()
    before = {"$exists": False} if stale is None else stale
    doom = {"$set": {"sacred.doomed": token}}
    if not layout.files.update_one({"_id": file_id, "sacred.doomed": before}, doom).matched_count:
        return None  # somebody else is at it
    doomed = {"_id": file_id, "sacred.doomed": token}
    if layout.claims.find_one({"file": file_id}):
        layout.files.update_one(doomed, {"$unset": {"sacred.doomed": ""}})
        return None
    return remove(layout, doomed)


def remove(layout: Layout, wanted: Raw) -> int | None:
    """Remove the file that fits, and return how many bytes it had; None if there is none."""
    found = layout.files.find_one_and_delete(wanted)
    if found is None:
        return None
    layout.chunks.delete_many({"files_id": found["_id"]})
    return int(found.get("length", 0))


def _compute_sha256(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := content.read(1 << 20):
        digest.update(piece)
    content.seek(0)
    return digest.hexdigest()


def _describe(file: StoredFile, path: str, size: int) -> Raw:
    entry: Raw = {
        "filename": clean_text(path),
        "metadata": encode_value(flatten(file.notes.get("metadata"))),
        "chunkSize": CHUNK_BYTES,
        "length": size,
        "uploadDate": datetime.now(UTC),
    }
    content_type = file.notes.get("content_type")
    if isinstance(content_type, str):
        entry["contentType"] = clean_text(content_type)
    return entry
