"""A store as users hold it."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

from sacred.errors import RunNotFoundError, SacredError
from sacred.query.nodes import Expression
from sacred.reader.ids import find_id, has_id
from sacred.reader.locked import LockedStore
from sacred.reader.questions import read_query, read_sort
from sacred.reader.run import Run
from sacred.reader.runs import Runs
from sacred.stores.base import Garbage, Problem, RunStore

if TYPE_CHECKING:
    from sacred.stores.transfer import CopyReport
    from sacred.stores.verify import FileCheck

RunKey = int | str | Run
"""By which a run is named: an id, ``last``, ``last~2``, the beginning of an id, or the run itself."""

_COPYING = threading.Lock()
"""Two threads that copy between the same stores in opposite directions would wait for each other for ever."""


class Store:
    """A place with runs, see :func:`sacred.open_store`. Several threads may use it.

    Args:
        run_store: what it is kept in.
        url: by which it can be opened again in another process.
    """

    def __init__(self, run_store: RunStore, url: str | None = None) -> None:
        self._store = run_store if isinstance(run_store, LockedStore) else LockedStore(run_store, url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            count = len(self)
        except SacredError:  # a server that does not answer, say
            return f"<Store {self.location}: it can't be read>"
        return f"<Store {self.location}: {count} {'run' if count == 1 else 'runs'}>"

    @property
    def location(self) -> str:
        """Its path or URL, without credentials."""
        return self._store.location

    @property
    def problems(self) -> list[Problem]:
        """What could not be read so far."""
        return list(self._store.problems)

    @property
    def run_store(self) -> RunStore:
        """What it is kept in; its methods are for programs."""
        return self._store

    def close(self) -> None:
        """Give back connections and files."""
        self._store.close()

    # --- finding ------------------------------------------------------------------------------------------

    def __getitem__(self, key: RunKey) -> Run:
        """Return one run.

        Raises:
            RunNotFoundError: there is none, or several ids begin so.
            TypeError: this is no id.
        """
        run_id = str(key)
        document = self._store.load([run_id]).get(run_id) if isinstance(key, int | str) else None
        return Run(self._store, run_id if document is not None else self.find_id(key), document)

    def __contains__(self, key: object) -> bool:
        if isinstance(key, Run):
            return has_id(self._store, key.id)
        return isinstance(key, int | str) and has_id(self._store, str(key))

    def __len__(self) -> int:
        return self._store.count()

    def __bool__(self) -> bool:
        return True  # an empty store is a store

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs())

    def find_id(self, key: RunKey) -> str:
        """Return the id that is meant.

        Raises:
            RunNotFoundError: there is none, or several ids begin so.
            TypeError: this is no id.
        """
        if isinstance(key, Run):
            return key.id
        if not isinstance(key, int | str):
            raise TypeError(f"a run is named by its id, not by {key!r}; store.runs()[…] takes a part of all")
        return find_id(self._store, key)

    def runs(
        self,
        query: str | Expression | None = None,
        sort: str | Sequence[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Runs:
        """Return the runs that fit, sorted; what is equal comes in the order of the ids.

        Args:
            query: which runs, see the query language; all without one.
            sort: the names of one or more fields; ``-`` before a name turns the order around.
            limit: how many at most.
            offset: how many to leave out before.

        Raises:
            QueryError: the query can't be understood.
            ValueError: the limit or the offset is below zero.
        """
        for name, number in (("limit", limit), ("offset", offset)):
            if number is not None and number < 0:
                raise ValueError(f"{name} is a number of runs, not {number}")
        expression = read_query(query, self._store)
        keys = read_sort(self._store, sort)
        return Runs(self._store, self._store.find_ids(expression, keys, limit, offset), expression)

    def pick(self, keys: Iterable[RunKey]) -> Runs:
        """Return some runs by their ids, in this order.

        Raises:
            RunNotFoundError: there is none of an id, or several ids begin so.
        """
        return Runs(self._store, [self.find_id(key) for key in keys])

    def count(self, query: str | Expression | None = None) -> int:
        """Return how many runs fit.

        Raises:
            QueryError: the query can't be understood.
        """
        return self._store.count(read_query(query, self._store))

    def list_unknown(self, fields: Iterable[str]) -> list[str]:
        """Return a sentence for each field that no run has, with the names that are near.

        Args:
            fields: as in queries; ``-`` before one is that of a sort key.

        Raises:
            QueryError: a name can't be understood.
        """
        from sacred.reader.known import list_unknown

        return list_unknown(self._store, [key.field for key in read_sort(self._store, list(fields))])

    # --- moving, checking, removing -------------------------------------------------------------------------

    def delete(self, which: str | Expression | RunKey | Iterable[RunKey]) -> list[str]:
        """Move runs to the trash, and return their ids there.

        Args:
            which: a query as text; or a number or a run; or several ids, runs, numbers.

        Raises:
            QueryError: the query can't be understood.
            RunNotFoundError: there is none of an id; nothing is moved then.
            StoreError: one is under way, or can't be moved.
        """
        ids = self._choose(which)
        self._store.delete(ids)
        return ids

    def _choose(self, which: Any) -> list[str]:
        if isinstance(which, str):
            if not which.strip():
                raise RunNotFoundError(
                    "An empty query would mean all runs; name them, or ask for status != None"
                )
            return self._store.find_ids(read_query(which, self._store))
        if isinstance(which, int | Run):
            return [self.find_id(which)]
        if isinstance(which, Runs):
            return which.ids
        if isinstance(which, Iterable):
            return list(dict.fromkeys(self.find_id(key) for key in which))
        return self._store.find_ids(which)

    @property
    def trash(self) -> list[str]:
        """The ids of the runs in the trash."""
        return self._store.list_trash()

    def restore(self, ids: Iterable[str | int] | str | int) -> None:
        """Bring runs back from the trash.

        Raises:
            RunNotFoundError: one is not in it; nothing is brought back then.
            StoreError: its id is taken, or it can't be moved.
        """
        wanted = [str(ids)] if isinstance(ids, str | int) else [str(one) for one in ids]
        there = self.trash
        for run_id in wanted:
            if run_id not in there:
                shown = ", ".join(there) or "nothing"
                raise RunNotFoundError(
                    f"There is no run {run_id} in the trash of {self.location}: it has {shown}"
                )
        self._store.restore(wanted)

    def collect_garbage(self, *, dry_run: bool = False) -> Garbage:
        """Empty the trash, and remove sources and resources that no run refers to.

        Args:
            dry_run: only tell what would be removed.
        """
        return self._store.collect_garbage(dry_run=dry_run)

    def copy_to(
        self,
        other: "Store | str",
        query: str | Expression | None = None,
        *,
        progress: Callable[[int, int], object] | None = None,
        with_running: bool = False,
    ) -> "CopyReport":
        """Copy runs into another store, of any kind; those that are there already are left out.

        Args:
            other: the store, or its path or URL.
            query: which runs; all without one.
            progress: called with how many runs are done, and how many there are.
            with_running: copy those that are under way as well, as they are now.

        Raises:
            QueryError: the query can't be understood.
            StoreError: a store can't be used. What goes wrong with one run is in the report.
        """
        from sacred.stores.transfer import copy_runs

        ids = self._store.find_ids(read_query(query, self._store))
        with contextlib.ExitStack() as stack:
            target = other if isinstance(other, Store) else stack.enter_context(_open_target(other))
            stack.enter_context(_COPYING)
            return copy_runs(self._store, target.run_store, ids, progress=progress, with_running=with_running)

    def verify(self, ids: Iterable[RunKey] | RunKey | None = None) -> "Iterator[FileCheck]":
        """Read the stored files of runs, and yield for each whether it is what was recorded.

        Args:
            ids: of which runs; of all without any.

        Raises:
            RunNotFoundError: there is none of an id.
        """
        from sacred.stores.verify import verify_runs

        if ids is None:
            return iter(verify_runs(self._store, self._store.find_ids()))
        keys = [ids] if isinstance(ids, int | str | Run) else ids
        return iter(verify_runs(self._store, [self.find_id(key) for key in keys]))


def _open_target(url: str) -> Store:
    from sacred.stores.opening import open_run_store

    return Store(open_run_store(url, create=True), url)
