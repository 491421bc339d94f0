"""What a query means: it is applied to documents one by one. Every translation is tested against this."""

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sacred.model.record import Document
from sacred.query.fields import is_id, make_getter
from sacred.query.nodes import (
    And,
    Compare,
    Constant,
    Contains,
    Expression,
    IsNone,
    Not,
    Operand,
    Operator,
    Or,
    SortKey,
    TextTest,
    Truth,
)
from sacred.query.normal import normalize
from sacred.support.clock import now as get_now

Test = Callable[[Document], bool]
"""Tells whether a document fits."""

_Getter = Callable[[Document], Any]

RANKS = {"number": 0, "nan": 1, "text": 2, "moment": 3, "bool": 4, "other": 5, "nothing": 6}
"""Sorted values come in this order of their kinds, ascending and descending."""

_ORDERS: dict[Operator, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def make_test(expression: Expression | None, now: datetime | None = None) -> Test:
    """Return a function that tells whether a document fits an expression; None fits all.

    Args:
        expression: the query.
        now: until when runs under way have run; the present moment if it is not given.
    """
    if expression is None:
        return lambda _: True
    return _make(normalize(expression), now or get_now())


def sort_documents(
    documents: Iterable[Document], keys: Sequence[SortKey], now: datetime | None = None
) -> list[Document]:
    """Return documents sorted; what is equal stays in its order, and what lacks a field comes last."""
    found = list(documents)
    moment = now or get_now()
    for key in reversed(keys):
        getter = make_getter(key.field)
        buckets: list[list[tuple[Any, Document]]] = [[] for _ in RANKS]
        for document in found:
            rank, value = _rank(getter(document, moment))
            buckets[rank].append((value, document))
        for bucket in buckets:
            bucket.sort(key=operator.itemgetter(0), reverse=key.descending)
        found = [document for bucket in buckets for _, document in bucket]
    return found


def _rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool):
        return RANKS["bool"], value
    if isinstance(value, int | float):
        return (RANKS["nan"], 0) if value != value else (RANKS["number"], value)  # noqa: PLR0124 - NaN
    if isinstance(value, str):
        return RANKS["text"], value
    if isinstance(value, datetime):
        return RANKS["moment"], value
    return RANKS["nothing" if value is None else "other"], 0


def is_equal(one: Any, other: Any) -> bool:
    """Tell whether two values are equal: of the same kind, numbers by value, nothing and NaN to nothing."""
    try:
        return one is not None and other is not None and _is_same(one, other)
    except RecursionError:  # a hostile record: nested more deeply than anything of ours is
        return False


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    return bool(one == other)


def is_ordered(symbol: Operator, one: Any, other: Any) -> bool:
    """Tell whether two numbers, texts or moments are in an order; what is of different kinds never is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    for kind in (int | float, str, datetime):
        if isinstance(one, kind):
            return isinstance(other, kind) and _ORDERS[symbol](one, other)
    return False


def is_in(item: Any, container: Any) -> bool:
    """Tell whether a list has an equal element, an object such a key (with a value), a text such a part."""
    if item is None:
        return False
    if isinstance(container, list):
        return any(is_equal(item, element) for element in container)
    if not isinstance(item, str):
        return False
    if isinstance(container, dict):
        return container.get(item) is not None
    return isinstance(container, str) and item in container


def _make(expression: Expression, now: datetime) -> Test:
    match expression:
        case And() | Or():
            return _make_junction(expression, now)
        case Not(inner):
            test = _make(inner, now)
            return lambda document: not test(document)
        case Compare() | Contains():
            return _make_pair(expression, now)
        case TextTest():
            return _make_text_test(expression, now)
        case IsNone(field) | Truth(field):
            get = _make_getter(field, now)
            if isinstance(expression, IsNone):
                return lambda document: get(document) is None
            return (lambda _: True) if is_id(field) else lambda document: bool(get(document))


def _make_junction(expression: And | Or, now: datetime) -> Test:
    tests = [_make(part, now) for part in expression.parts]
    if isinstance(expression, And):
        return lambda document: all(test(document) for test in tests)
    return lambda document: any(test(document) for test in tests)


def _make_getter(operand: Operand, now: datetime) -> _Getter:
    if isinstance(operand, Constant):
        value = operand.value
        return lambda _: value
    get = make_getter(operand)
    return lambda document: get(document, now)


def _make_pair(expression: Compare | Contains, now: datetime) -> Test:
    if isinstance(expression, Contains):
        get_item, get_container = (_make_getter(one, now) for one in (expression.item, expression.container))
        return lambda document: is_in(get_item(document), get_container(document))
    symbol = expression.operator
    get_left, get_right = (_make_getter(one, now) for one in (expression.left, expression.right))
    if symbol == "==":
        return lambda document: is_equal(get_left(document), get_right(document))
    return lambda document: is_ordered(symbol, get_left(document), get_right(document))


def _make_text_test(expression: TextTest, now: datetime) -> Test:
    fits = make_text_test(expression)
    get: _Getter = (
        (lambda document: str(document["id"]))
        if is_id(expression.field)
        else _make_getter(expression.field, now)
    )

    def test(document: Document) -> bool:
        value = get(document)
        values = value if isinstance(value, list) else (value,)
        return any(isinstance(one, str) and fits(one) for one in values)

    return test


def make_text_test(expression: TextTest) -> Callable[[str], bool]:
    """Return a function that tells whether a text passes."""
    wanted = expression.text
    match expression.method:
        case "startswith":
            return lambda text: text.startswith(wanted)
        case "endswith":
            return lambda text: text.endswith(wanted)
        case "contains":
            return lambda text: wanted in text
        case "matches":
            search = re.compile(wanted).search
            return lambda text: search(text) is not None
