"""The catalogue of a store: what its runs say of themselves in one SQLite file, derived and disposable.

It knows nothing of folders: who fills it says by which stamp a run is known, and whether that is final.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sacred.model.record import Document, compute_fingerprint
from sacred.stores.folders.catalogue_texts import (
    FIND_SETTLED,
    INSERT_RUN,
    LIST_FINGERPRINTS,
    LIST_IDS,
    LIST_PROBLEMS,
    LIST_UNIDENTIFIED,
    LIST_UNSUMMARIZED,
    RUN_TABLES,
    TABLES,
    UNKNOWN_METRICS,
    format_document,
    parse_documents,
)
from sacred.stores.folders.database import (
    is_damage,
    is_in_memory,
    name_database,
    open_database,
    remove_database,
    write,
)
from sacred.stores.folders.index_rows import IndexRows, index_roots
from sacred.stores.index import Rows, index_metrics, index_run
from sacred.support.text import is_encodable

VERSION = 1
"""Of the tables: another one makes the catalogue anew."""

OPEN, WAITING, SETTLED = range(3)
"""States of a run: read it again; only if its files have changed; only if its stamp is another one."""

_MOST_VARIABLES = 500
_T = TypeVar("_T")
Complete = Callable[[str], Document | None]


def _find_nothing(_run_id: str) -> None:
    return None


@dataclass(slots=True)
class Mark:
    """By what a run in the catalogue is known.

    Attributes:
        stamp: what changes with its folder.
        state: :data:`OPEN`, :data:`WAITING` or :data:`SETTLED`.
        seen: since when the run has this stamp and detail, in seconds since 1970.
        detail: what changes with its files.
        status: of the run; None if there is no run.
    """

    stamp: Any
    state: int
    seen: float
    detail: str
    status: str | None


@dataclass(slots=True)
class Entry:
    """A run for the catalogue.

    Attributes:
        run_id: its id.
        mark: by what it is known.
        document: None if there is no run under this name.
        problems: what could not be read of it, a line each.
    """

    run_id: str
    mark: Mark
    document: Document | None
    problems: Sequence[str] = field(default_factory=tuple)


class Catalogue:
    """What is known of the runs of one store.

    Where its file can't be used it is in memory, and made anew by each process.

    Args:
        folder: for the file; None for memory.
        location: of the store: the same for each process that opens it.
        complete: gives the whole document of a run that is too long for the catalogue; None if it can't be
            read.

    Attributes:
        generation: changes when the catalogue has been made anew, and so may be empty.
    """

    def __init__(self, folder: str | None, location: str, complete: Complete = _find_nothing) -> None:
        self._complete = complete
        self._path = name_database(folder, location, VERSION)
        self._connection = open_database(self._path, TABLES, VERSION)
        self._process = os.getpid()
        self.generation = 0
        self._settled: dict[str, Any] = {}
        self._unsettled: dict[str, Mark] = {}
        self._data_version = -1
        self._roots: set[str] | None = None

    def use(self, work: Callable[[], _T]) -> _T:
        """Do some work with the catalogue; where its file fails, make it anew and do the work again.

        Args:
            work: brings it up to date first, since it may be empty.
        """
        self._check_process()
        for _ in range(2):
            try:
                return work()
            except sqlite3.DatabaseError as error:
                self._give_up(is_damaged=is_damage(error))
        return work()

    def _check_process(self) -> None:
        if self._process != os.getpid():  # a forked child must not use its parent's connection
            self._connection = open_database(self._path, TABLES, VERSION)
            self._process = os.getpid()
            self._forget()

    def _give_up(self, is_damaged: bool) -> None:
        was_in_memory = True
        try:
            was_in_memory = is_in_memory(self._connection)
            self._connection.close()
        except sqlite3.Error:
            was_in_memory = False
        if is_damaged and self._path is not None and not was_in_memory:
            remove_database(self._path)
        else:
            self._path = None
        self._connection = open_database(self._path, TABLES, VERSION)
        self._forget()

    def _forget(self) -> None:
        self._data_version = -1
        self._roots = None
        self.generation += 1

    def close(self) -> None:
        """Let go of the file."""
        if self._process == os.getpid():
            self._connection.close()

    # --- keeping up -----------------------------------------------------------------------------------------

    def get_marks(self, ids: Iterable[str] | None = None) -> dict[str, Mark]:
        """Return by what runs are known, by id: all of them, or those of some that are known."""
        settled, unsettled = self.get_settled(), self.get_unsettled()
        wanted = [*settled, *unsettled] if ids is None else ids
        return {
            run_id: unsettled.get(run_id) or Mark(settled[run_id], SETTLED, 0.0, "", None)
            for run_id in wanted
            if run_id in settled or run_id in unsettled
        }

    def get_settled(self) -> dict[str, Any]:
        """Return the stamps of the runs that are settled, by id."""
        self._load_marks()
        return self._settled

    def get_unsettled(self) -> dict[str, Mark]:
        """Return by what each run is known that is not settled, by id."""
        self._load_marks()
        return self._unsettled

    def _load_marks(self) -> None:
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version == self._data_version:
            return
        # another process has changed something
        settled = self._connection.execute("SELECT id, stamp FROM runs WHERE state = ?", (SETTLED,))
        self._settled = dict(settled)
        rows = self._connection.execute(
            "SELECT id, stamp, state, seen, detail, status FROM runs WHERE state <> ?", (SETTLED,)
        )
        self._unsettled = {row[0]: Mark(*row[1:]) for row in rows}
        self._data_version = version
        self._roots = None

    def update(self, entries: Iterable[Entry], gone: Collection[str] = ()) -> None:
        """Take in what was found out about runs, and forget those that are gone."""
        entries = [entry for entry in entries if is_encodable(entry.run_id)]
        if not entries and not gone:
            return
        self._load_marks()
        with write(self._connection):
            # not by the marks: another process may have put in a run since
            keys = self._find_keys([*gone, *(entry.run_id for entry in entries)])
            for key in keys.values():
                self._take_out(key)
            self._put(entries, keys)
        for run_id in (*gone, *(entry.run_id for entry in entries)):
            self._settled.pop(run_id, None)
            self._unsettled.pop(run_id, None)
        for entry in entries:
            if entry.mark.state == SETTLED:
                self._settled[entry.run_id] = entry.mark.stamp
            else:
                self._unsettled[entry.run_id] = entry.mark

    def _find_keys(self, ids: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for start in range(0, len(ids), _MOST_VARIABLES):
            some = ids[start : start + _MOST_VARIABLES]
            select = f"SELECT id, key FROM runs WHERE id IN ({_marks(len(some))})"  # noqa: S608 - question marks
            found |= dict(self._connection.execute(select, some))
        return found

    def _take_out(self, key: int) -> None:
        """Remove all of a run."""
        for table, column in RUN_TABLES:
            self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,))  # noqa: S608 - ours
        self._connection.execute(
            "DELETE FROM fields WHERE run = ? AND path IN (SELECT path FROM field_names)", (key,)
        )

    def _put(self, entries: Sequence[Entry], keys: Mapping[str, int]) -> None:
        (last,) = self._connection.execute("SELECT coalesce(max(key), 0) FROM runs").fetchone()
        rows, roots = IndexRows(), self._find_roots()
        runs, documents = [], []
        for number, entry in enumerate(entries, last + 1):
            key = keys.get(entry.run_id) or number
            runs.append((key, *_make_run_row(entry)))
            if entry.document is not None:
                documents.append((key, *format_document(entry.document)))
                rows.add(key, index_roots(entry.document, roots))
        self._connection.executemany(INSERT_RUN, runs)
        self._connection.executemany("INSERT INTO documents VALUES (?, ?, ?)", documents)
        rows.write(self._connection)

    def want(self, roots: Collection[str]) -> None:
        """Have rows for some keys of the documents, from which a query is answered.

        They are made when a query first needs them: most keys are never asked for.

        Args:
            roots: the keys.
        """
        missing = set(roots) - self._find_roots()
        if not missing:
            return
        with write(self._connection):
            self._connection.executemany(
                "INSERT OR IGNORE INTO roots VALUES (?)", [(one,) for one in missing]
            )
            cursor = self._connection.execute("SELECT run, text, is_cut FROM documents")
            while some := cursor.fetchmany(_MOST_VARIABLES):
                rows = IndexRows()
                for (run, _, is_cut), document in zip(
                    some, parse_documents(row[1] for row in some), strict=True
                ):
                    whole = self._complete(document["id"]) if is_cut else document
                    rows.add(run, index_roots(whole, missing))
                rows.write(self._connection)
        self._roots = None

    def _find_roots(self) -> set[str]:
        if self._roots is None:
            self._roots = {row[0] for row in self._connection.execute("SELECT name FROM roots")}
        return self._roots

    # --- asking ---------------------------------------------------------------------------------------------

    def list_ids(self) -> list[str]:
        """Return the ids of all runs, sorted."""
        return [row[0] for row in self._connection.execute(LIST_IDS)]

    def select_runs(self, statement: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
        """Return what a statement finds: ids, and two flags of each."""
        return self._connection.execute(statement, parameters)

    def list_unsummarized(self) -> dict[str, int]:
        """Return the states of runs without summaries of metrics, by id, but for those marked so."""
        return dict(self._connection.execute(LIST_UNSUMMARIZED, (UNKNOWN_METRICS[0],)))

    def mark_unsummarized(self, ids: Sequence[str]) -> None:
        """Note that the metrics of runs have to be looked at whenever a query asks for them."""
        with write(self._connection):
            for key in self._find_keys(ids).values():
                rows = IndexRows()
                rows.add(key, Rows(fields=[UNKNOWN_METRICS], names={UNKNOWN_METRICS[0]: None}))
                rows.write(self._connection)

    def list_problems(self) -> list[tuple[str, str]]:
        """Return ids, and what could not be read of them."""
        rows = self._connection.execute(LIST_PROBLEMS)
        return [(run_id, message) for run_id, text in rows for message in json.loads(text)]

    def list_fingerprints(self) -> dict[str, str]:
        """Return ``{fingerprint: id}`` of all runs."""
        self._fill_fingerprints()
        rows = self._connection.execute(LIST_FINGERPRINTS).fetchall()
        return dict(reversed(rows))  # of copies of one run, the first counts

    def _fill_fingerprints(self) -> None:
        last = 0
        while rows := self._connection.execute(LIST_UNIDENTIFIED, (last, _MOST_VARIABLES)).fetchall():
            found = []
            for (run, _, is_cut), document in zip(rows, parse_documents(row[1] for row in rows), strict=True):
                whole = self._complete(document["id"]) if is_cut else document
                if whole is not None:
                    found.append((compute_fingerprint(whole), run))
            with write(self._connection):
                self._connection.executemany("UPDATE runs SET fingerprint = ? WHERE key = ?", found)
            last = rows[-1][0]

    def load(self, ids: Sequence[str] | None = None) -> tuple[dict[str, Document], set[str]]:
        """Return documents by id, and the ids of those that lack parts here.

        Args:
            ids: of which runs, each once; None for all.
        """
        documents: dict[str, Document] = {}
        cut: set[str] = set()
        for rows in self._iter_rows("documents", "text, is_cut", ids):
            found = parse_documents(row[1] for row in rows)
            documents |= {row[0]: document for row, document in zip(rows, found, strict=True)}
            cut.update(row[0] for row in rows if row[2])
        return documents, cut

    def load_summaries(self, ids: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the summaries of metrics that are kept, by id."""
        found: dict[str, Any] = {}
        for rows in self._iter_rows("summaries", "text", ids):
            found |= {row[0]: json.loads(row[1]) for row in rows}
        return found

    def put_summaries(self, summaries: Mapping[str, Any]) -> None:
        """Keep the summaries of metrics of those runs that are over, by id."""
        rows, settled = IndexRows(), self.get_settled()
        with write(self._connection):
            for run_id, summary in summaries.items():
                if run_id not in settled:
                    continue
                known = (run_id, settled[run_id], SETTLED)  # else it has changed since
                found = self._connection.execute(FIND_SETTLED, known).fetchone()
                if found is not None:
                    text = json.dumps(summary)
                    self._connection.execute("INSERT OR REPLACE INTO summaries VALUES (?, ?)", (*found, text))
                    rows.add(found[0], index_metrics(summary))
            rows.write(self._connection)

    def _iter_rows(self, table: str, columns: str, ids: Sequence[str] | None) -> Iterator[list[Any]]:
        select = f"SELECT runs.id, {columns} FROM runs JOIN {table} ON run = key"  # noqa: S608 - ours
        if ids is None or len(ids) > 20 * _MOST_VARIABLES:
            cursor = self._connection.execute(select)
            while rows := cursor.fetchmany(_MOST_VARIABLES):
                yield rows
            return
        texts = [one for one in ids if is_encodable(one)]
        for start in range(0, len(texts), _MOST_VARIABLES):
            some = texts[start : start + _MOST_VARIABLES]
            yield self._connection.execute(f"{select} WHERE id IN ({_marks(len(some))})", some).fetchall()


def _marks(count: int) -> str:
    return ",".join("?" * count)


def _make_run_row(entry: Entry) -> tuple[Any, ...]:
    mark, document = entry.mark, entry.document
    columns = index_run({"id": entry.run_id} if document is None else document)
    return (
        *columns,
        *(mark.stamp, mark.state, mark.seen, mark.detail, document is not None),
        None,  # the fingerprint, when it is first asked for
        json.dumps(list(entry.problems)) if entry.problems else None,
    )
