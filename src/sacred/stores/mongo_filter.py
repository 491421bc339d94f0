"""Queries as filters of MongoDB that let through every run that fits, and some that don't.

The evaluator is always applied afterwards. A filter has to be right about documents as they are stored: by
0.8, whose values may be in jsonpickle's forms (so an object may stand for any value), moments cut to
milliseconds; or by us. Where a store keeps values that BSON can't hold elsewhere in the document, it gives
the condition for such documents as one of ``always``.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import inf, nextafter
from typing import Any, Final

from sacred.query.fields import MOMENTS, NAME_LISTS, is_id, resolve_path
from sacred.query.nodes import (
    And,
    Compare,
    Constant,
    Contains,
    Expression,
    Field,
    IsNone,
    Not,
    Operator,
    Or,
    Part,
    TextTest,
    Truth,
)
from sacred.query.normal import normalize
from sacred.stores.index import EXACT_INTEGER
from sacred.support.text import is_encodable

Filter = dict[str, Any]

EVERY: Final[Filter] = {}
NONE: Final[Filter] = {"_id": {"$in": []}}

PLACES: Final[Mapping[str, str | None]] = {
    "artifacts": "artifacts.name",
    "tags": None,
    "notes": None,
    "resources": None,
    "sources": None,
    "fail_trace": None,
    "duration": None,
    "metrics": None,
}
"""Where a root is kept, if not under its own name; None: nothing can be said of it."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9 _/-]+\Z")
_OPERATORS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MILLISECOND = timedelta(milliseconds=1)
_OTHER_FORMS: Final[Filter] = {"$type": ["object", "date", "objectId", "binData", "decimal"]}
"""What may stand for a text or a number."""


def make_filter(
    query: Expression | None,
    places: Mapping[str, str | None] | None = None,
    always: Sequence[Filter] = (),
) -> Filter:
    """Return a filter that every document of a run that fits passes.

    Args:
        query: None fits all.
        places: where roots are kept, if it is not as :data:`PLACES` says.
        always: documents that pass one of these are let through in any case.
    """
    if query is None:
        return EVERY
    translator = _Translator({**PLACES, **(places or {})})
    found = translator.translate(normalize(query))
    return _any([found, *always]) if found else EVERY


def _any(filters: Sequence[Filter]) -> Filter:
    """Return a filter that lets through what one of them does."""
    if EVERY in filters:
        return EVERY
    kept = [one for one in filters if one != NONE]
    return kept[0] if len(kept) == 1 else {"$or": kept} if kept else NONE


def _all(filters: Sequence[Filter]) -> Filter:
    """Return a filter that lets through what each of them does."""
    if NONE in filters:
        return NONE
    kept = [one for one in filters if one != EVERY]
    return kept[0] if len(kept) == 1 else {"$and": kept} if kept else EVERY


class _Translator:
    """Translates a normalized expression.

    Args:
        places: where roots are kept.
    """

    def __init__(self, places: Mapping[str, str | None]) -> None:
        self._places = places

    def translate(self, expression: Expression) -> Filter:
        """Return a filter that lets through what fits an expression."""
        match expression:
            case And(parts):
                return _all([self.translate(part) for part in parts])
            case Or(parts):
                return _any([self.translate(part) for part in parts])
            case Not(inner):
                return self._translate_negation(inner)
        return self._translate_test(expression)

    def _translate_test(self, expression: Expression) -> Filter:
        match expression:
            case Compare(operator, Field() as field, Constant(value)):
                return self._compare(field, operator, value)
            case Contains():
                return self._contain(expression)
            case TextTest():
                return self._test_text(expression)
            case Truth(field):
                return self._exists(field)
        return EVERY

    def _translate_negation(self, inner: Expression) -> Filter:
        """What doesn't fit; of most tests nothing can be said, since their filters let through too much."""
        match inner:
            case Not(expression):
                return self.translate(expression)
            case And(parts):
                return _any([self._translate_negation(part) for part in parts])
            case Or(parts):
                return _all([self._translate_negation(part) for part in parts])
            case IsNone(field):
                return self._exists(field)
            case Compare("==", Field(("status",)), Constant(str(text))) if is_encodable(text):
                return EVERY if text == "RUNNING" else {"status": {"$not": {"$eq": text}}}
        return EVERY

    def _find_place(self, path: Sequence[Part]) -> tuple[str | None, bool]:
        """Return where a field is kept, or its nearest object, and whether it is the field itself."""
        root = str(path[0])
        place = self._places.get(root, root)
        if place is None:
            return None, False
        names = [place]
        for part in path[1:]:
            if not (isinstance(part, str) and _WORD.match(part)):
                return ".".join(names), False
            names.append(part)
        return ".".join(names), True

    def _exists(self, field: Field) -> Filter:
        place, _ = self._find_place(resolve_path(field.path))
        # names may be a level deeper than their list, which may be empty
        if place is None or is_id(field) or field.path[0] in NAME_LISTS:
            return EVERY
        return {place: {"$exists": True}}

    def _test(self, field: Field, conditions: Sequence[Any]) -> Filter:
        """Return a filter for a field that fulfils one of some conditions, or is in jsonpickle's form."""
        place, is_itself = self._find_place(resolve_path(field.path))
        if place is None or not is_itself:
            return self._exists(field)
        return _any([{place: condition} for condition in (*conditions, _OTHER_FORMS)])

    def _compare(self, field: Field, operator: Operator, value: Any) -> Filter:
        root = field.path[0]
        if is_id(field):
            return _compare_id(operator, value)
        if len(field.path) == 1 and root in MOMENTS:
            return _compare_moment(str(root), operator, value)
        if field.path == ("status",):
            return _compare_status(operator, value)
        condition = None if root in NAME_LISTS else _make_condition(operator, value)
        return self._exists(field) if condition is None else self._test(field, condition)

    def _contain(self, expression: Contains) -> Filter:
        match expression:
            case Contains(Field() as field, Constant(list(values))):
                return _any([self.translate(Compare("==", field, Constant(value))) for value in values])
            case Contains(Constant(str(text)), Field() as field) if is_encodable(text):
                if field.path[0] in NAME_LISTS and len(field.path) == 1:
                    place, _ = self._find_place(field.path)
                    return EVERY if place is None else {place: text}
                return EVERY if is_id(field) else self._test(field, [text, {"$type": "string"}])
        return EVERY

    def _test_text(self, expression: TextTest) -> Filter:
        field, text = expression.field, expression.text
        if is_id(field) or field.path == ("status",) or field.path[0] in {*NAME_LISTS, *MOMENTS}:
            return EVERY
        if expression.method == "matches" or not _PLAIN_TEXT.match(text):
            return self._test(field, [{"$type": "string"}])
        pattern = {"startswith": f"^{text}", "endswith": f"{text}$"}.get(expression.method, text)
        return self._test(field, [{"$regex": pattern}])


def _make_condition(operator: Operator, value: Any) -> list[Any] | None:
    """Return conditions on a value, one of which holds if it compares so; None if that can't be said."""
    if isinstance(value, bool):
        return [value] if operator == "==" else []
    if isinstance(value, int | float):
        return _compare_number(operator, value)
    if isinstance(value, str) and is_encodable(value):
        return [value] if operator == "==" else [{_OPERATORS[operator]: value}]
    return None


def _compare_number(operator: Operator, value: float) -> list[Any] | None:
    """Compare with a number; if neither an int64 nor a float is it exactly, let a little more through."""
    if value != value:  # noqa: PLR0124 - NaN
        return []
    if abs(value) <= EXACT_INTEGER or not isinstance(value, int):
        return [value] if operator == "==" else [{_OPERATORS[operator]: value}]
    try:
        near = float(value)
    except OverflowError:
        return None
    low, high = nextafter(near, -inf), nextafter(near, inf)
    if operator == "==":
        return [{"$gte": low, "$lte": high}]
    return [{"$lte": high}] if operator in {"<", "<="} else [{"$gte": low}]


def _compare_id(operator: Operator, value: Any) -> Filter:
    """Ids are numbers or text; text that is a number counts as one, with zeros before it, too."""
    if isinstance(value, str) and is_encodable(value):
        # an ObjectId is a text to queries
        texts: Filter = {"_id": value} if operator == "==" else {"_id": {_OPERATORS[operator]: value}}
        return _any([texts, {"_id": {"$not": {"$type": ["string", "number"]}}}])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return EVERY
    numbers = _compare_number(operator, value)
    if numbers is None:
        return EVERY
    if operator == "==":
        texts = {"_id": {"$in": [*_only_plain(numbers), str(value)]}}
        return _any([texts, {"_id": {"$regex": "^0"}}])
    return _any([{"_id": numbers[0]} if numbers else NONE, {"_id": {"$type": "string"}}])


def _only_plain(conditions: Sequence[Any]) -> list[Any]:
    return [condition for condition in conditions if not isinstance(condition, dict)]


def _compare_moment(place: str, operator: Operator, value: Any) -> Filter:
    """Moments are stored with milliseconds, cut or rounded."""
    if not isinstance(value, datetime):
        return NONE
    try:
        low, high = value - _MILLISECOND, value + _MILLISECOND
    except OverflowError:
        return EVERY
    bounds = {"==": {"$gte": low, "$lte": high}, "<": {"$lte": high}, "<=": {"$lte": high}}
    condition = bounds.get(operator, {"$gte": low})
    return _any([{place: condition}, {place: {"$not": {"$type": "date"}}}])


def _compare_status(operator: Operator, value: Any) -> Filter:
    """DEAD is worked out: the document says RUNNING."""
    if operator != "==" or not isinstance(value, str) or not is_encodable(value):
        return EVERY
    return {"status": {"$in": ["DEAD", "RUNNING"] if value == "DEAD" else [value]}}
