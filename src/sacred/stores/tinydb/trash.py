"""Deleted runs, and contents that nobody needs any more."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from sacred.errors import StoreError
from sacred.stores.base import Garbage
from sacred.stores.tinydb.adding import find_next_number
from sacred.stores.tinydb.contents import Contents
from sacred.stores.tinydb.metadata import Metadata, Row, Tables
from sacred.stores.tinydb.rows import OWN, RUNS, TRASH, get_mark, get_own, read_files

_GRACE_SECONDS = 86_400


class Trash:
    """The trash of one folder: a table that 0.8's reader does not look at.

    Args:
        metadata: the tables.
        contents: what files consist of.
        location: the folder, for people.
    """

    def __init__(self, metadata: Metadata, contents: Contents, location: str) -> None:
        self._metadata = metadata
        self._contents = contents
        self._location = location

    def list_ids(self) -> list[str]:
        """Return the ids of the runs in it."""
        return [str(row["id"]) for row in self._metadata.read().get(TRASH, {}).values()]

    def put(self, numbers: dict[str, str]) -> None:
        """Move runs there.

        Args:
            numbers: of their rows, by id.
        """
        with self._metadata.changing() as tables:
            trash = tables.setdefault(TRASH, {})
            for run_id, number in numbers.items():
                own = get_own(tables, number)
                row = tables[RUNS].pop(number, None)
                tables.setdefault(OWN, {}).pop(number, None)
                if row is not None:
                    text = json.dumps({"row": row, "own": own})
                    trash[find_next_number(trash)] = {"id": run_id, "run": text}

    def restore(self, ids: Iterable[str], taken: Iterable[str]) -> None:
        """Bring runs back; of several that had one id, the one deleted last.

        Raises:
            StoreError: one is not there, or its id belongs to another one by now; nothing is changed then.
        """
        there = set(taken)
        with self._metadata.changing() as tables:
            trash = tables.get(TRASH, {})
            for run_id in dict.fromkeys(ids):
                numbers = [int(number) for number, row in trash.items() if row["id"] == run_id]
                if not numbers:
                    raise StoreError(f'There is no run "{run_id}" in the trash of {self._location}')
                if run_id in there:
                    raise StoreError(f'There is another run "{run_id}" in {self._location} by now')
                kept = json.loads(trash.pop(str(max(numbers)))["run"])
                _put_back(tables, kept["row"], kept["own"])

    def empty(self, *, dry_run: bool) -> Garbage:
        """Remove the runs in it, and contents that no run has needed for a day."""
        if dry_run:
            return self._measure(self._metadata.read())
        with self._metadata.changing() as tables:
            runs, keys = self._choose(tables)
            tables[TRASH] = {}
        # the file is written first: so no run that can still be restored lacks something
        sizes = [size for size in map(self._contents.remove, keys) if size is not None]
        return Garbage(runs, len(sizes), sum(sizes))

    def _measure(self, tables: Tables) -> Garbage:
        runs, keys = self._choose(tables)
        sizes = [self._contents.get_size(key) for key in keys]
        return Garbage(runs, len(sizes), sum(sizes))

    def _choose(self, tables: Tables) -> tuple[int, list[str]]:
        """Return how many runs are in the trash, and which contents are needed by no other one.

        Raises:
            StoreError: a row of ours is damaged, so that nobody knows.
        """
        try:
            return self._compare(tables)
        except (LookupError, TypeError, ValueError) as error:
            raise StoreError(f"{self._location} is damaged, so nothing is removed: {error!r}") from None

    def _compare(self, tables: Tables) -> tuple[int, list[str]]:
        needed = set()
        for number, row in tables.get(RUNS, {}).items():
            needed |= set(_iter_keys(row, get_own(tables, number)))
        trash = [json.loads(row["run"]) for row in tables.get(TRASH, {}).values()]
        dropped = {key for kept in trash for key in _iter_keys(kept["row"], kept["own"])}
        dropped |= set(self._contents.iter_old(time.time() - _GRACE_SECONDS))
        return len(trash), sorted(key for key in dropped - needed if self._contents.find(key))


def _put_back(tables: Tables, row: Row, own: Row) -> None:
    rows = tables.setdefault(RUNS, {})
    number = find_next_number(rows)
    rows[number] = row
    if own:
        tables.setdefault(OWN, {})[number] = {**own, "of": get_mark(row)}


def _iter_keys(row: Any, own: Row) -> Iterator[str]:
    """Yield the keys of all contents of a run."""
    named = read_files(row) if isinstance(row, dict) else []
    yield from (file.key for file in named if isinstance(file.key, str))
    yield from (own[name] for name in ("output", "points") if own.get(name))
    yield from (entry[2] for entry in json.loads(own.get("files") or "[]") if entry[2])
