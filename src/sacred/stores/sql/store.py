"""A database as a store: our own tables, and those of Sacred 0.8 beside them."""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from sqlalchemy import Connection

from sacred.errors import RunNotFoundError, StoreError
from sacred.model.record import Document, StoredFile, compute_fingerprint
from sacred.model.series import Series
from sacred.query.fields import needs_metrics
from sacred.query.nodes import Expression, SortKey
from sacred.stores.base import Garbage, Problem, RunParts, StoredRun, sort_ids
from sacred.stores.narrowing import choose, cut
from sacred.stores.sql import chunks, legacy, reading, schema, trash, writing
from sacred.stores.sql.ahead import read_parts
from sacred.stores.sql.database import Database
from sacred.stores.sql.files import open_blob
from sacred.stores.sql.finding import Finding
from sacred.stores.sql.indexing import replace_annotations
from sacred.stores.sql.moments import now_us


class SqlStore:
    """Runs in a database. Reading needs no permission to write.

    Args:
        url: ``sqlite:///path``, ``postgresql://…``, ``mysql://…``, ``mariadb://…``.

    Raises:
        StoreError: it is no URL of a database.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._old = legacy.OldTables(self._database)
        self.location = self._database.location
        self.problems: list[Problem] = []

    def find_ids(
        self,
        query: Expression | None = None,
        sort: Sequence[SortKey] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[str]:
        """Return the ids of the runs that fit; see :class:`sacred.stores.base.RunStore`."""
        with_metrics = needs_metrics(query, sort)

        def find(connection: Connection) -> list[str]:
            def load(ids: Sequence[str]) -> dict[str, Document]:
                return self._load(connection, ids, with_metrics)

            old = self._old.load(connection, self.problems)
            if not self._has_own(connection):
                return cut(choose(self._view_old(old, with_metrics), query, sort), limit, offset)
            if not old:
                return Finding(connection, query, sort).find(load, limit, offset)
            own = Finding(connection, query).find(load, None, 0)
            documents = [*load(own).values(), *self._view_old(old, with_metrics)]
            return cut(choose(documents, query, sort), limit, offset)

        return self._database.read(find)

    def count(self, query: Expression | None = None) -> int:
        """Return how many runs fit."""

        def count(connection: Connection) -> int | None:
            if not self._has_own(connection) or self._old.exist(connection):
                return None
            return Finding(connection, query).count()

        found = self._database.read(count)
        return len(self.find_ids(query)) if found is None else found

    def load(self, ids: Sequence[str], *, with_metrics: bool = False) -> dict[str, Document]:
        """Return the documents of some runs, by id."""

        def load(connection: Connection) -> dict[str, Document]:
            found = self._load(connection, ids, with_metrics)
            missing = [run_id for run_id in ids if run_id not in found]
            if missing:
                old = self._old.load(connection, self.problems, missing)
                views = self._view_old({one: old[one] for one in missing if one in old}, with_metrics)
                found |= {str(one["id"]): json.loads(json.dumps(one)) for one in views}
            return {run_id: found[run_id] for run_id in dict.fromkeys(ids) if run_id in found}

        return self._database.read(load)

    def list_metrics(self, run_id: str) -> list[str]:
        """Return the names of a run's metrics; the system's come last."""

        def read(connection: Connection) -> list[str]:
            key = self._find(connection, run_id)
            return chunks.list_names(connection, key) if key is not None else []

        return self._database.read(read)

    def read_series(self, run_id: str, names: Sequence[str] | None = None) -> list[Series]:
        """Return all points of all metrics, or of the named ones."""

        def read(connection: Connection) -> list[Series]:
            key = self._find(connection, run_id)
            if key is None:
                return []
            try:
                return chunks.read_series(connection, key, names)
            except ValueError as error:
                raise StoreError(f"The metrics of run {run_id!r} can't be read: {error}") from None

        return self._database.read(read)

    def read_output(self, run_id: str, start: int = 0, stop: int | None = None) -> bytes:
        """Return the output from byte ``start`` on to before ``stop``."""

        def read(connection: Connection) -> bytes:
            key = self._find(connection, run_id)
            if key is None:
                return self._old.read_output(connection, run_id)[start:stop]
            return reading.read_output(connection, key, start, stop)

        return self._database.read(read)

    def list_files(self, run_id: str) -> list[StoredFile]:
        """Return all files of a run."""

        def read(connection: Connection) -> list[StoredFile]:
            key = self._find(connection, run_id)
            if key is None:
                return self._old.list_files(connection, run_id)
            return reading.list_files(connection, [key])[key]

        return self._database.read(read)

    def open_file(self, run_id: str, file: StoredFile) -> BinaryIO:
        """Open one of them for reading.

        Raises:
            StoreError: it is noted, but not kept.
        """
        key = file.key
        if isinstance(key, tuple) and isinstance(key[0], str):
            return self._database.read(lambda connection: self._old.open_file(connection, file))
        if key is None:
            raise StoreError(
                f"The file {file.name!r} of run {run_id!r} is noted, but not kept in {self.location}"
            )
        return open_blob(self._database, *key)

    def locate_file(self, run_id: str, file: StoredFile) -> str | None:
        """Return None: nothing lies on a disk by itself."""
        del run_id, file
        return None

    def read_parts(self, ids: Sequence[str]) -> Mapping[str, RunParts]:
        """Return parts of runs, those of many with few questions; those of Sacred 0.8 are read one by one."""

        def read(connection: Connection) -> dict[str, RunParts]:
            keys = writing.find_keys(connection, ids) if self._has_own(connection) else {}
            first_ones = {run_id: keys[run_id] for run_id in ids if run_id in keys}
            others = {run_id: RunParts() for run_id in ids if run_id not in keys}
            return {**others, **read_parts(connection, first_ones)}

        with contextlib.suppress(ValueError):  # damage is told of the run whose it is
            return self._database.read(read)
        return {}

    def annotate(self, run_id: str, *, tags: Sequence[str] | None = None, notes: str | None = None) -> None:
        """Replace the tags or the notes of a run."""
        changes = {"tags": None if tags is None else list(tags), "notes": notes}
        new = {key: value for key, value in changes.items() if value is not None}
        self._database.read(lambda connection: self._find(connection, run_id))

        def write(connection: Connection) -> None:
            self._database.hold_lock(connection)
            key = self._find(connection, run_id)
            if key is not None:
                before = reading.read_annotations(connection, key)
                text = writing.format_annotations({**before, **new})
                reading.write_annotations(connection, key, text)
                replace_annotations(connection, key, {**before, **new})
                return
            before, _ = legacy.read_annotations(self._database, connection).get(run_id, ({}, False))
            text = writing.format_annotations({**before, **new})
            legacy.change_annotations(connection, [run_id], annotations=text)

        if new:
            self._database.write(write)

    def delete(self, ids: Sequence[str]) -> None:
        """Move runs to the trash."""
        self._database.read(lambda connection: [self._find(connection, run_id) for run_id in ids])

        def write(connection: Connection) -> None:
            self._database.hold_lock(connection)
            keys = {run_id: self._find(connection, run_id) for run_id in ids}
            moment = now_us()
            trash.mark_trashed(connection, [key for key in keys.values() if key is not None], moment)
            old = [run_id for run_id, key in keys.items() if key is None]
            legacy.change_annotations(connection, old, trashed_us=moment)

        self._database.write(write)

    def list_trash(self) -> list[str]:
        """Return the ids of the runs in the trash."""
        own, old = self._database.read(self._list_trash)
        return sort_ids([*own, *old])

    def restore(self, ids: Sequence[str]) -> None:
        """Bring runs back from the trash."""

        def restore(connection: Connection, *, is_dry: bool = False) -> None:
            own, old = self._list_trash(connection)
            for run_id in ids:
                if run_id not in own and run_id not in old:
                    raise RunNotFoundError(f"There is no run {run_id!r} in the trash of {self.location}")
            if not is_dry:
                trash.mark_trashed(connection, [own[run_id] for run_id in ids if run_id in own], None)
                chosen = [run_id for run_id in ids if run_id not in own]
                legacy.change_annotations(connection, chosen, trashed_us=None)

        self._database.read(lambda connection: restore(connection, is_dry=True))
        self._database.write(restore)

    def collect_garbage(self, *, dry_run: bool = False) -> Garbage:
        """Empty the trash, and remove contents that no run needs."""

        def collect(connection: Connection) -> Garbage:
            if not dry_run:
                self._database.hold_lock(connection)
            elif not self._has_own(connection):
                return Garbage()
            garbage, runs, contents = trash.measure_garbage(connection)
            _, old = self._list_trash(connection)
            if not dry_run:
                trash.remove(connection, runs, contents)
                self._old.remove(connection, old)
            return Garbage(garbage.runs + len(old), garbage.files, garbage.size_bytes)

        if dry_run or not self._database.read(self._has_own):
            dry_run = True
            return self._database.read(collect)
        garbage = self._database.write(collect)
        self._database.give_space_back()
        return garbage

    def list_fingerprints(self) -> Mapping[str, str]:
        """Return ``{fingerprint: id}`` of all runs."""

        def read(connection: Connection) -> dict[str, str]:
            old = self._old.load(connection, self.problems)
            found = {compute_fingerprint(document): run_id for run_id, document in old.items()}
            if self._has_own(connection):
                damaged = [problem.run_id for problem in self.problems]
                found |= reading.list_fingerprints(connection, damaged)
            return found

        return self._database.read(read)

    def add_runs(self, runs: Iterable[StoredRun]) -> Iterator[tuple[StoredRun, str]]:
        """Take in runs of other stores, and yield each with its id here once it is kept."""
        return writing.add_runs(self._database, self._old, runs)

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def _has_own(self, connection: Connection) -> bool:
        return self._database.has_table(connection, schema.VERSION_TABLE)

    def _find(self, connection: Connection, run_id: str) -> int | None:
        """Return the key of a run of ours; None for one of Sacred 0.8.

        Raises:
            RunNotFoundError: there is no such run.
        """
        if self._has_own(connection):
            key = writing.find_keys(connection, [run_id]).get(run_id)
            if key is not None:
                return key
        if not self._old.has(connection, run_id):
            raise RunNotFoundError(f"There is no run {run_id!r} in {self.location}")
        return None

    def _load(self, connection: Connection, ids: Sequence[str], with_metrics: bool) -> dict[str, Document]:
        if not self._has_own(connection):
            return {}
        return reading.load_documents(connection, ids, self._tell, with_metrics=with_metrics)

    def _view_old(self, documents: Mapping[str, Document], with_metrics: bool) -> list[Document]:
        extra: Document = {"metrics": {}} if with_metrics else {}
        return [{**document, **extra} for document in documents.values()]

    def _list_trash(self, connection: Connection) -> tuple[dict[str, int], list[str]]:
        """Return the runs in the trash: ours with their keys, and those of Sacred 0.8."""
        if not self._has_own(connection):
            return {}, []
        kept = self._old.list_ids(connection)
        notes = legacy.read_annotations(self._database, connection)
        old = [run_id for run_id, (_, is_trashed) in notes.items() if is_trashed and run_id in kept]
        return trash.list_trash(connection), old

    def _tell(self, run_id: str, error: object) -> None:
        if all(problem.run_id != run_id for problem in self.problems):
            reason = " ".join(str(error).split())
            self.problems.append(Problem(run_id, f"The record of run {run_id!r} is damaged: {reason}"))
