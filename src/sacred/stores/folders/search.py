"""Answering queries from the catalogue."""

from collections.abc import Callable, Sequence

from sacred.model.record import Document
from sacred.query.fields import list_needed_keys, needs_metrics
from sacred.query.nodes import Expression, SortKey
from sacred.stores.folders.catalogue import Catalogue
from sacred.stores.narrowing import finish
from sacred.stores.sql_dialects import SQLITE
from sacred.stores.sql_sort import compile_sort
from sacred.stores.sql_text import compile_query

Load = Callable[[Sequence[str], bool], dict[str, Document]]
"""Gives documents by id, with summaries of the metrics or without."""

_IN_COLUMNS = frozenset({"id", "status", "start_time", "stop_time", "heartbeat", "metrics"})


def list_wanted(query: Expression | None, sort: Sequence[SortKey]) -> set[str]:
    """Return the keys of documents that the catalogue needs rows of, to answer."""
    return list_needed_keys(query, sort) - _IN_COLUMNS


def search(
    catalogue: Catalogue,
    query: Expression | None,
    sort: Sequence[SortKey],
    load: Load,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[str]:
    """Return the ids of the runs that fit, sorted.

    Args:
        catalogue: up to date, with rows of what is wanted, and of the metrics if they are needed.
        query: None for all.
        sort: what is equal comes in the order of the ids.
        load: gives documents to which the query must be applied.
        limit: so many ids.
        offset: from this one on.
    """
    with_metrics = needs_metrics(query, sort)
    condition, order = compile_query(query, SQLITE), compile_sort(sort, SQLITE)
    rows = catalogue.select_runs(
        f"SELECT runs.id, {condition.unsure}, {order.unsure} FROM runs {order.joins}"  # noqa: S608 - no text of a query
        f" WHERE runs.is_run AND {condition.text} ORDER BY {order.text}",
        {**condition.parameters, **order.parameters},
    )
    return finish(rows, condition, order, lambda ids: load(ids, with_metrics), limit=limit, offset=offset)
