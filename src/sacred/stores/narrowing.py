"""What follows once a store has narrowed down: apply the query, sort, slice."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sacred.model.record import Document
from sacred.query.evaluate import Test, make_test, sort_documents
from sacred.query.fields import list_needed_keys
from sacred.query.nodes import Expression, SortKey
from sacred.stores.base import get_id_order

if TYPE_CHECKING:
    from sacred.stores.sql_sort import Order
    from sacred.stores.sql_text import Condition

Load = Callable[[Sequence[str]], dict[str, Document]]
"""Gives the documents of some runs, with summaries of the metrics if the query needs them."""

PAGE = 500
"""So many documents are loaded at a time where not all are needed at once."""


def choose(
    documents: Iterable[Document],
    query: Expression | None,
    sort: Sequence[SortKey] = (),
    now: datetime | None = None,
) -> list[str]:
    """Return the ids of the documents that fit, sorted.

    Args:
        documents: those that may fit, in any order, with the keys that the query and ``sort`` need.
        query: it is applied to each.
        sort: what is equal comes in the order of the ids.
        now: the present moment, if it is not to be taken from the clock.
    """
    fits = make_test(query, now)
    found = [document for document in documents if fits(document)]
    found.sort(key=lambda document: get_id_order(str(document["id"])))
    return [str(document["id"]) for document in sort_documents(found, sort, now)]


def finish(
    rows: Iterable[tuple[str, Any, Any]],
    condition: "Condition",
    order: "Order",
    load: Load,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[str]:
    """Return the ids that were asked for, from what a database found.

    Args:
        rows: of each run that may fit, in the translated order: its id, whether it is unsure in the query,
            and whether it is unsure in the order.
        condition: the translated query.
        order: the translated sort keys.
        load: gives documents of the runs that have to be looked at.
        limit: so many ids.
        offset: from this one on.
    """
    found = list(rows)
    doubtful = {run_id for run_id, unsure, _ in found if unsure or not condition.is_exact}
    is_sorted = order.is_exact and not any(unsure for _, _, unsure in found)
    wanted = offset + limit if limit is not None and is_sorted else None
    fits = make_test(condition.query, condition.now)
    ids: list[str] = []
    for page in _iter_pages([run_id for run_id, _, _ in found]):
        ids += _keep_fitting(page, doubtful, fits, load)
        if wanted is not None and len(ids) >= wanted:
            break
    if not is_sorted:
        ids = _sort(ids, order.sort, load, condition.now)
    return cut(ids, limit, offset)


def _iter_pages(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), PAGE):
        yield ids[start : start + PAGE]


def _keep_fitting(ids: Sequence[str], doubtful: Container[str], fits: Test, load: Load) -> Iterable[str]:
    waiting = [run_id for run_id in ids if run_id in doubtful]
    if not waiting:
        return ids
    documents = load(waiting)
    unfit = {run_id for run_id in waiting if run_id not in documents or not fits(documents[run_id])}
    return [run_id for run_id in ids if run_id not in unfit]


def _sort(ids: Sequence[str], sort: Sequence[SortKey], load: Load, now: datetime) -> list[str]:
    documents: list[Document] = []
    needed = list_needed_keys(None, sort)
    for page in _iter_pages(ids):
        documents += ({key: one[key] for key in needed if key in one} for one in load(page).values())
    return choose(documents, None, sort, now)


def cut(ids: Sequence[str], limit: int | None, offset: int) -> list[str]:
    """Return ``limit`` of the ids from number ``offset`` on."""
    return list(ids[offset : None if limit is None else offset + limit])
