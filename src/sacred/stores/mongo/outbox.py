"""What is to be written, sent many at a time: a server takes as long for one document as for a hundred."""

import bson
from pymongo.collection import Collection

from sacred.stores.mongo.connection import Raw

_MOST_BYTES = 8 << 20


class Outbox:
    """Keeps documents until there are many, or :meth:`flush` is called."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Collection[Raw], list[Raw]]] = {}
        self._bytes = 0

    def put(self, collection: Collection[Raw], document: Raw) -> None:
        """Have a document inserted."""
        self._waiting.setdefault(collection.name, (collection, []))[1].append(document)
        self._bytes += len(bson.encode(document))
        if self._bytes > _MOST_BYTES:
            self.flush()

    def clear(self) -> None:
        """Forget all that waits."""
        self._waiting, self._bytes = {}, 0

    def flush(self) -> None:
        """Insert all that waits."""
        waiting, self._waiting, self._bytes = self._waiting, {}, 0
        for collection, documents in waiting.values():
            collection.insert_many(documents)
