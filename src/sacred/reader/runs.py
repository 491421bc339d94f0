"""Several runs of a store: a sequence that knows their ids, and loads their records in pages."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from sacred.model.record import Document
from sacred.query.nodes import Expression
from sacred.query.parse import parse_field
from sacred.reader.columns import (
    Survey,
    collect_default_table,
    collect_table,
    iter_leaves,
    make_ids_numbers,
)
from sacred.reader.locked import LockedStore
from sacred.reader.run import Run

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

PAGE = 500
_PAGES_KEPT = 4
_SHOWN = 20


class Runs(Sequence[Run]):
    """Runs in an order. Which they are is fixed; what they are is read when they are looked at.

    A run that was removed meanwhile, or can't be read, is left out by loops and tables.

    Args:
        store: where they are.
        ids: their ids.
        query: what they were found by.
    """

    def __init__(self, store: LockedStore, ids: Sequence[str], query: Expression | None = None) -> None:
        self._store = store
        self._ids = list(ids)
        self._query = query
        self._pages: OrderedDict[int, dict[str, Document]] = OrderedDict()

    def __getstate__(self) -> dict[str, Any]:
        return {"store": self._store, "ids": self._ids, "query": self._query}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]  # what was pickled is made as any other

    @property
    def hints(self) -> list[str]:
        """Why there may be none: sentences about what the query asks for and no run has, and what is near."""
        if self or self._query is None:
            return []
        from sacred.reader.known import list_hints

        return list_hints(self._store, self._query)

    @property
    def ids(self) -> list[str]:
        """Their ids."""
        return list(self._ids)

    @overload
    def __getitem__(self, index: int) -> Run: ...

    @overload
    def __getitem__(self, index: slice) -> "Runs": ...

    def __getitem__(self, index: int | slice) -> "Run | Runs":
        if isinstance(index, slice):
            return Runs(self._store, self._ids[index], None if self else self._query)
        if not isinstance(index, int):
            raise TypeError(
                f"these runs are counted from 0; by its id a run is found in the store: [{index!r}]"
            )
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"there are {len(self)} runs, and no run at {index}")
        run_id = self._ids[place]
        return Run(self._store, run_id, self._get_page(place // PAGE).get(run_id))

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Run]:
        for number in range(-(-len(self) // PAGE)):
            page = self._get_page(number)
            for run_id in self._ids[number * PAGE : (number + 1) * PAGE]:
                if run_id in page:
                    yield Run(self._store, run_id, page[run_id])

    def __contains__(self, item: object) -> bool:
        return (item.id if isinstance(item, Run) else str(item)) in self._ids

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Runs):
            return NotImplemented
        return self._ids == other._ids and self._store.location == other._store.location

    __hash__ = None  # type: ignore[assignment]  # as a list's

    def __repr__(self) -> str:
        from sacred.reader.texts import choose_shown, format_table
        from sacred.support.printable import make_printable
        from sacred.support.terminal import get_width

        if not self:
            return make_printable("; ".join([f"<Runs: none in {self._store.location}", *self.hints])) + ">"
        shown = self[:_SHOWN]
        return format_table(choose_shown(shown.to_dict()), _SHOWN, len(self), max(get_width(), 40))

    def _repr_html_(self) -> str:
        from sacred.reader.html_table import format_runs
        from sacred.reader.texts import choose_shown

        return format_runs(choose_shown(self[:_SHOWN].to_dict()), len(self), self._store.location)

    def _get_page(self, number: int) -> dict[str, Document]:
        page = self._pages.get(number)
        if page is None:
            page = self._store.load(self._ids[number * PAGE : (number + 1) * PAGE])
            self._pages[number] = page
            while len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        return page

    def _iter_documents(self, *, with_metrics: bool) -> Iterator[Document]:
        for start in range(0, len(self), PAGE):
            ids = self._ids[start : start + PAGE]
            page = self._store.load(ids, with_metrics=with_metrics)
            yield from (page[run_id] for run_id in ids if run_id in page)

    def columns(self) -> list[str]:
        """Return the columns that tell the runs apart, as fields of queries.

        They are the entries of the configuration that are not the same in all of them (seeds last), the
        result if there is one, and the last values of the metrics.
        """
        survey = Survey()
        for document in self._iter_documents(with_metrics=True):
            survey.look(document, dict(iter_leaves(document.get("config"))))
        return survey.list_columns()

    def to_dict(self, columns: Sequence[str] | None = None) -> dict[str, list[Any]]:
        """Return a table as plain values: a list for each column, with None for what a run does not have.

        Args:
            columns: fields as in queries; without them ``id``, ``status``, ``start_time``, ``duration``, what
                :meth:`columns` names, and ``result``.

        Raises:
            QueryError: a name can't be understood.
        """
        if columns is None:
            return collect_default_table(self._iter_documents(with_metrics=True))
        columns = [columns] if isinstance(columns, str) else list(columns)
        fields = {name: parse_field(name) for name in columns}
        with_metrics = any(field.path[0] == "metrics" for field in fields.values())
        return collect_table(self._iter_documents(with_metrics=with_metrics), fields)

    def to_pandas(self, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        """Return a table as a DataFrame, see :meth:`to_dict`.

        Raises:
            QueryError: a name can't be understood.
            MissingExtraError: pandas is not installed.
        """
        from sacred.reader.frames import make_pandas

        return make_pandas(self._make_table(columns))

    def to_polars(self, columns: Sequence[str] | None = None) -> "pl.DataFrame":
        """Return a table as a DataFrame of polars, see :meth:`to_dict`.

        Raises:
            QueryError: a name can't be understood.
            MissingExtraError: polars is not installed.
        """
        from sacred.reader.frames import make_polars

        return make_polars(self._make_table(columns))

    def _make_table(self, columns: Sequence[str] | None) -> dict[str, list[Any]]:
        table = self.to_dict(columns)
        make_ids_numbers(table)
        return table

    def delete(self) -> None:
        """Move all of them to the store's trash.

        Raises:
            StoreError: one is under way, or can't be moved.
        """
        self._store.delete(self._ids)
