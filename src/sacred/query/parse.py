"""The text of a query, read into a tree.

It is read by Python's own parser (:mod:`ast`) and never evaluated: each kind of node that the language knows
is taken over by hand, everything else is a mistake with a place.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NoReturn, get_args

from sacred.errors import QuerySyntaxError
from sacred.query.fields import MOMENTS
from sacred.query.mistakes import allow_keywords, find_mistake
from sacred.query.nodes import (
    And,
    Compare,
    Constant,
    Contains,
    Expression,
    Field,
    IsNone,
    Not,
    Operand,
    Operator,
    Or,
    SortKey,
    TextMethod,
    TextTest,
    Truth,
)
from sacred.query.patterns import check_pattern
from sacred.query.places import DURATIONS, Places
from sacred.support.clock import now as get_now
from sacred.support.text import format_close

LONGEST = 10_000
DEEPEST = 100

_OPERATORS: dict[type[ast.cmpop], Operator] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_METHODS: tuple[TextMethod, ...] = get_args(TextMethod)
_UNFINISHED = re.compile(r"([=<>,(\[.+-]|\b(and|or|not|in|is))$")
_CONDITION = 'expected a condition, such as config.lr < 0.1 or "baseline" in tags'


def parse(text: str, *, known: Iterable[str] = (), now: datetime | None = None) -> Expression:
    """Read the text of a query.

    Args:
        text: the query; see the page "The query language" of the documentation.
        known: names of fields that exist in the store, for hints.
        now: what ``now`` means; the present moment if it is not given.

    Raises:
        QuerySyntaxError: it can't be read.
    """
    line, node = _read_tree(text)
    return _Reader(line, known, now or get_now()).read_condition(node, 0)


def parse_sort(text: str | Sequence[str], *, known: Iterable[str] = ()) -> tuple[SortKey, ...]:
    """Read sort keys: fields, each with a ``-`` before it to sort in descending order.

    Args:
        text: such as ``"-metrics.loss.min"``, several with commas between them, or a list of such.
        known: names of fields that exist in the store, for hints.

    Raises:
        QuerySyntaxError: they can't be read.
    """
    if not isinstance(text, str):
        return tuple(key for one in text for key in parse_sort(one, known=known))
    line, node = _read_tree(text)
    reader = _Reader(line, known, get_now())
    return tuple(map(reader.read_sort_key, node.elts if isinstance(node, ast.Tuple) else [node]))


def parse_field(text: str, *, known: Iterable[str] = ()) -> Field:
    """Read the name of one field, as of a column.

    Raises:
        QuerySyntaxError: it can't be read.
    """
    line, node = _read_tree(text)
    return _Reader(line, known, get_now()).places.read_field(node)


def _read_tree(text: str) -> tuple[str, ast.expr]:
    """Return the text on one line, and its syntax tree."""
    if len(text) > LONGEST:
        raise QuerySyntaxError(f"the query has more than {LONGEST} characters", text, LONGEST)
    line = "".join(" " if char in "\r\n\t\f\v" else char for char in text).rstrip()
    for place, char in enumerate(line):
        if char == "\0" or "\ud800" <= char <= "\udfff":
            raise QuerySyntaxError(f"expected {char!a} to be written with a backslash", line, place)
    if not line.strip():
        raise QuerySyntaxError(_CONDITION, line, 0)
    mistake = find_mistake(line)
    if mistake is not None:
        raise QuerySyntaxError(mistake.reason, line, mistake.position)
    indent = len(line) - len(line.lstrip())
    line = line[indent:]
    try:
        with warnings.catch_warnings(action="ignore"):  # "\\d" is what people write in patterns
            return line, ast.parse(allow_keywords(line), mode="eval").body
    except SyntaxError as error:
        _fail_at(line, error)
    except (MemoryError, RecursionError, ValueError):
        raise QuerySyntaxError("the query is nested too deeply", line, 0) from None


def _fail_at(line: str, error: SyntaxError) -> NoReturn:
    place = min(max((error.offset or 1) - 1, 0), len(line))
    said = error.msg or ""
    if "parenthes" in said or said.startswith(("'", "unmatched", "closing")):
        reason = said.replace("'", '"')
    elif place >= len(line) or "EOF" in said or _UNFINISHED.search(line):
        reason, place = "something is missing at the end: expected a field or a value", len(line)
    elif "digit" in said or "literal" in said or "leading zeros" in said:
        reason = "this is no number that can be read here"
    else:
        reason = _CONDITION + "; perhaps and, or, or a comma is missing before this place"
    raise QuerySyntaxError(reason, line, place) from None


class _Reader:
    """Takes over a syntax tree."""

    def __init__(self, text: str, known: Iterable[str], now: datetime) -> None:
        self.places = Places(text, known, now)

    def read_condition(self, node: ast.expr, depth: int) -> Expression:
        """Return what a node says is true or false."""
        if depth > DEEPEST:
            raise self.places.mistake(node, "the query is nested too deeply")
        match node:
            case ast.BoolOp(operator, values):
                parts = tuple(self.read_condition(value, depth + 1) for value in values)
                return And(parts) if isinstance(operator, ast.And) else Or(parts)
            case ast.UnaryOp(ast.Not(), inner):
                return Not(self.read_condition(inner, depth + 1))
            case ast.Compare():
                return self._read_comparisons(node)
            case ast.Call():
                return self._read_text_test(node)
            case ast.Attribute() | ast.Subscript() | ast.Name():
                return Truth(self.places.read_field(node))
            case ast.Constant(value=bool(value)):
                return And(()) if value else Or(())
            case ast.Constant(value=int(number)):
                raise self.places.mistake(node, f"{_CONDITION}; the run {number} is id == {number}")
        self.places.check_name(node)
        raise self.places.mistake(node, _CONDITION)

    def read_sort_key(self, node: ast.expr) -> SortKey:
        """Return a sort key."""
        descending = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        inner = node.operand if descending and isinstance(node, ast.UnaryOp) else node
        field = self.places.read_field(inner)
        self.places.check_metric(inner, field)
        return SortKey(field, descending)

    def _read_comparisons(self, node: ast.Compare) -> Expression:
        sides = pairwise([node.left, *node.comparators])
        parts = [
            self._read_comparison(operator, *pair) for operator, pair in zip(node.ops, sides, strict=True)
        ]
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _read_comparison(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> Expression:
        if isinstance(operator, ast.Is | ast.IsNot):
            return _negate(self._read_none_test(left, right), isinstance(operator, ast.IsNot))
        one, other = self._read_sides(left, right)
        if isinstance(operator, ast.In | ast.NotIn):
            return _negate(self._read_containment(left, right, one, other), isinstance(operator, ast.NotIn))
        for node, operand in ((left, one), (right, other)):
            self.places.check_metric(node, operand)
        symbol = _OPERATORS[type(operator)]
        if symbol not in {"==", "!="}:
            self._check_order(right, other)
            self._check_order(left, one)
        return Compare(symbol, one, other)

    def _read_sides(self, left: ast.expr, right: ast.expr) -> tuple[Operand, Operand]:
        one, other = self.places.read_operand(left), self.places.read_operand(right)
        if isinstance(one, Constant) and isinstance(other, Constant):
            raise self.places.mistake(left, "expected a field on one side")
        return self.places.check_moment(left, one, other), self.places.check_moment(right, other, one)

    def _check_order(self, node: ast.expr, operand: Operand) -> None:
        if isinstance(operand, Constant) and isinstance(operand.value, bool | list | None):
            raise self.places.mistake(
                node, "expected a number, a text or a moment: nothing else has an order"
            )

    def _read_none_test(self, left: ast.expr, right: ast.expr) -> IsNone:
        if not isinstance(right, ast.Constant) or right.value is not None:
            raise self.places.mistake(right, 'expected None behind "is"; to compare values: ==')
        return IsNone(self.places.read_field(left))

    def _read_containment(
        self, left: ast.expr, right: ast.expr, item: Operand, container: Operand
    ) -> Contains:
        if item == Constant(None):
            raise self.places.mistake(left, "expected a text or a number: None is in no list")
        self.places.check_metric(left, item)
        if isinstance(container, Constant) and not isinstance(container.value, list | str):
            raise self.places.mistake(right, 'expected a list, a text, or a field: ["a", "b"], tags')
        return Contains(item, container)

    def _read_text_test(self, node: ast.Call) -> TextTest:
        function = node.func
        if not isinstance(function, ast.Attribute):
            self._fail_call(node)
        if function.attr not in _METHODS:
            self._fail_method(node, function)
        method: TextMethod = _METHODS[_METHODS.index(function.attr)]
        field = self.places.read_field(function.value)
        if field.path[0] in {*MOMENTS, "duration", "metrics"} and len(field.path) < 3:
            raise self.places.mistake(function.value, f'"{field.path[0]}" is no text; compare it: ==, <, >')
        text = self._read_text(node)
        problem = check_pattern(text) if method == "matches" else None
        if problem:
            raise self.places.mistake(node.args[0], problem)
        return TextTest(method, field, text)

    def _read_text(self, node: ast.Call) -> str:
        match node:
            case ast.Call(_, [ast.Constant(value=str(text))], []):
                return text
        raise self.places.mistake(node.args[0] if node.args else node, "expected one text in quotation marks")

    def _fail_call(self, node: ast.Call) -> NoReturn:
        name: Any = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _METHODS:
            raise self.places.mistake(node, f'expected .{name}("text") behind a field')
        if name in DURATIONS:
            raise self.places.mistake(
                node, f"{_CONDITION}; a duration stands beside a field: duration > {name}(2)"
            )
        raise self.places.mistake(node, f'there is no "{name}"; {_CONDITION}')

    def _fail_method(self, node: ast.Call, function: ast.Attribute) -> NoReturn:
        names = ", ".join(f".{name}()" for name in _METHODS)
        hint = format_close(function.attr, _METHODS)
        raise self.places.mistake(node, f'there is no ".{function.attr}()"; expected one of {names}{hint}')


def _negate(expression: Expression, is_negated: bool) -> Expression:
    return Not(expression) if is_negated else expression
