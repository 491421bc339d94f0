"""Queries and orders as users write them."""

from collections.abc import Sequence
from typing import get_args

from sacred.errors import QuerySyntaxError
from sacred.query.nodes import Expression, SortKey
from sacred.query.parse import parse, parse_sort
from sacred.reader.locked import LockedStore


def read_query(query: str | Expression | None, store: LockedStore | None = None) -> Expression | None:
    """Return a query as a tree; None for all runs.

    Args:
        query: as text, or a tree already.
        store: where it is asked: a message then names fields that are near.

    Raises:
        QuerySyntaxError: it can't be understood.
        TypeError: it is no query.
    """
    if query is None or isinstance(query, get_args(Expression)):
        return query
    if not isinstance(query, str):
        raise TypeError(f"a query is a text, such as 'config.rate < 0.1', not {query!r}")
    if not query.strip():
        return None
    try:
        return parse(query)
    except QuerySyntaxError:
        if store is None:
            raise
        from sacred.reader.known import list_known

        return parse(query, known=list_known(store))


def read_sort(store: LockedStore, sort: str | Sequence[str] | None) -> tuple[SortKey, ...]:
    """Return an order as sort keys: the names of fields, each with ``-`` before it for the other way around.

    Raises:
        QuerySyntaxError: a name can't be understood; the message names fields of the store that are near.
    """
    if not sort:
        return ()
    try:
        return parse_sort(sort)
    except QuerySyntaxError:
        from sacred.reader.known import list_known

        return parse_sort(sort, known=list_known(store))
