"""Fields and constants in the syntax tree of a query."""

import ast
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from math import inf, isfinite, nan
from typing import Any, NoReturn

from sacred.errors import QuerySyntaxError
from sacred.query.fields import MOMENTS, NAME_LISTS, ROOTS, SUMMARIES, TREES, is_moment, read_moment
from sacred.query.format import quote
from sacred.query.mistakes import restore_keyword
from sacred.query.nodes import Constant, Field, Operand, Part
from sacred.support.text import find_close, format_close

DURATIONS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
DEEPEST = 50
_NUMBERS = {"nan": nan, "inf": inf}
_OTHER_SPELLINGS = {
    **dict.fromkeys(("null", "NULL", "Null", "none", "NONE", "nil", "undefined"), "None"),
    **dict.fromkeys(("true", "TRUE"), "True"),
    **dict.fromkeys(("false", "FALSE"), "False"),
    **dict.fromkeys(("NaN", "NAN", "Nan"), "nan"),
    **dict.fromkeys(("Infinity", "infinity", "Inf"), "inf"),
}
# config.optimizer.batch-size, metrics.train/loss.last
_NAME_IN_PIECES = re.compile(r"-?(?P<root>\w+)(?P<above>(\.\w+)*)\.(?P<name>\w+([-/][\w.]+)+)", re.ASCII)
_SUMMARY_ENDS = tuple(f".{name}" for name in SUMMARIES)
_IN_BRACKETS = "a name that has more than letters and digits stands in brackets: {}"
_EXPECTED = "expected a field, a text in quotation marks, a number, or a list of these"


class Places:
    """Reads operands, and says where a mistake is.

    Args:
        text: the query.
        known: names of fields that exist, for hints.
        now: what ``now`` is.
    """

    def __init__(self, text: str, known: Iterable[str], now: datetime) -> None:
        self.text = text
        self.known = known
        self.now = now
        self._encoded = text.encode()

    def mistake(self, node: ast.expr, reason: str) -> QuerySyntaxError:
        """Return an error that points at a node."""
        return QuerySyntaxError(reason, self.text, self.get_start(node))

    def get_start(self, node: ast.expr) -> int:
        """Return at which character a node begins."""
        return len(self._encoded[: node.col_offset].decode())

    def get_text(self, node: ast.expr) -> str:
        """Return the text of a node."""
        return self._encoded[node.col_offset : node.end_col_offset].decode()

    def read_operand(self, node: ast.expr) -> Operand:
        """Return what stands on one side of a comparison."""
        match node:
            case ast.Attribute() | ast.Subscript():
                return self.read_field(node)
            case ast.Name(name) if name not in _NUMBERS and name != "now":
                return self.read_field(node)
        return Constant(self.read_value(node))

    def read_value(self, node: ast.expr) -> Any:
        """Return the value of a constant."""
        match node:
            case ast.Constant(value=str() | int() | float() | None):
                return node.value
            case ast.List(elements) | ast.Tuple(elements):
                return [self._read_element(element) for element in elements]
            case ast.Name(name) if name in _NUMBERS or name == "now":
                return _NUMBERS.get(name, self.now)
            case ast.Set():
                raise self.mistake(node, "a list is written in square brackets: [1, 2]")
        return self._read_calculation(node)

    def _read_calculation(self, node: ast.expr) -> Any:
        match node:
            case ast.UnaryOp(ast.USub() | ast.UAdd(), inner):
                return self._read_signed(node, inner)
            case ast.BinOp():
                self.check_name(node)
                return self._read_sum(node)
            case ast.Call():
                return self._read_duration(node)
        raise self.mistake(node, _EXPECTED)

    def _read_element(self, node: ast.expr) -> Any:
        operand = self.read_operand(node)
        if isinstance(operand, Field):
            raise self.mistake(
                node, "expected a text, a number, True, False or None: a list can't have fields in it"
            )
        return operand.value

    def _read_signed(self, node: ast.UnaryOp, inner: ast.expr) -> float | int:
        value = self.read_value(inner)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.mistake(inner, f'expected a number behind "{self.get_text(node)[:1]}"')
        return -value if isinstance(node.op, ast.USub) else value

    def _read_sum(self, node: ast.BinOp) -> Any:
        left, right = self.read_value(node.left), self.read_value(node.right)
        sign = {ast.Add: 1, ast.Sub: -1}.get(type(node.op))
        numbers = [one for one in (left, right) if isinstance(one, int | float) and not isinstance(one, bool)]
        if sign and len(numbers) == 2:
            return left + sign * right
        if sign and isinstance(left, datetime) and len(numbers) == 1:
            return self._move(node, left, sign * right)
        raise self.mistake(node, 'expected "now - days(2)", or a plain number: queries do not calculate')

    def _move(self, node: ast.expr, moment: datetime, seconds: float) -> datetime:
        try:
            return moment + timedelta(seconds=seconds)
        except (OverflowError, ValueError):
            raise self.mistake(node, "there is no such moment") from None

    def _read_duration(self, node: ast.Call) -> float:
        match node:
            case ast.Call(ast.Name(name), [argument], []) if name in DURATIONS:
                value = self.read_value(argument)
                if isinstance(value, int | float) and isfinite(value):
                    return DURATIONS[name] * value
                raise self.mistake(argument, f"expected a number in {name}()")
            case ast.Call(ast.Name(name)):
                close = format_close(name, DURATIONS)
                raise self.mistake(
                    node, f"expected one of {', '.join(f'{one}(2)' for one in DURATIONS)}{close}"
                )
        raise self.mistake(node, _EXPECTED)

    def read_field(self, node: ast.expr) -> Field:
        """Return the field that a node names."""
        field = Field(self._join_metric(node, self._read_path(node)))
        root = field.path[0]
        may_go_on = (
            root in TREES or root == "metrics" or (root in NAME_LISTS and isinstance(field.path[-1], int))
        )
        if len(field.path) > 1 and not may_go_on:
            raise self.mistake(node, f'"{root}" has no parts; it is {ROOTS[str(root)]}')
        if len(field.path) > DEEPEST:
            raise self.mistake(node, f"a field has at most {DEEPEST} parts")
        return field

    def _read_path(self, node: ast.expr) -> tuple[Part, ...]:
        match node:
            case ast.Name(name):
                if name not in ROOTS:
                    self._fail_unknown(node, name)
                return (name,)
            case ast.Attribute(inner, name):
                return (*self._read_path(inner), restore_keyword(name))
            case ast.Subscript(inner, key):
                return (*self._read_path(inner), self._read_key(key))
        self.check_name(node)
        raise self.mistake(node, "expected a field")

    def check_name(self, node: ast.expr) -> None:
        """Say how a name with ``/`` or ``-`` in it is written, if this is one: ``config.batch-size``.

        Raises:
            QuerySyntaxError: it is.
        """
        found = _NAME_IN_PIECES.fullmatch(self.get_text(node))
        if found is None or found["root"] not in (*TREES, "metrics"):
            return
        above, name = found["root"] + found["above"], found["name"]
        if found["root"] == "metrics":
            above, name = "metrics", f"{found['above']}.{name}".removeprefix(".")
            name, dot, summary = name.rpartition(".") if name.endswith(_SUMMARY_ENDS) else (name, "", "")
            raise self.mistake(node, _IN_BRACKETS.format(f"{above}[{quote(name)}]{dot}{summary}"))
        raise self.mistake(node, _IN_BRACKETS.format(f"{above}[{quote(name)}]"))

    def _read_key(self, node: ast.expr) -> Part:
        match node:
            case ast.Constant(value=str(key)):
                return key
            case ast.Constant(value=int(number)) if not isinstance(number, bool):
                return number
            case ast.UnaryOp(ast.USub(), ast.Constant(value=int(number))) if not isinstance(number, bool):
                return -number
        raise self.mistake(
            node, 'expected a key in quotation marks, or the number of an element: ["odd key"], [0]'
        )

    def _join_metric(self, node: ast.expr, path: tuple[Part, ...]) -> tuple[Part, ...]:
        """Return a metric's path with its name in one piece: ``metrics.val.loss.min`` is that of val.loss."""
        if path[0] != "metrics" or len(path) == 1:
            return path
        names = [part for part in path[1:] if isinstance(part, str)]
        if len(names) < len(path) - 1:
            raise self.mistake(
                node, "expected the name of a metric: metrics.loss.last; queries see no single points"
            )
        if len(names) > 1 and names[-1] in SUMMARIES:
            return ("metrics", ".".join(names[:-1]), names[-1])
        return ("metrics", ".".join(names))

    def _fail_unknown(self, node: ast.Name, name: str) -> NoReturn:
        if name in _OTHER_SPELLINGS:
            raise self.mistake(node, f'expected {_OTHER_SPELLINGS[name]} in place of "{name}"')
        names = [*self.known, *ROOTS, "now", *DURATIONS]
        hint = format_close(name, names).replace("; did", ". Did")
        if not hint:
            hint = f'. A text is written as "{name}", an entry of the configuration as config.{name}'
        raise self.mistake(node, f'there is no field "{name}"{hint}')

    def check_metric(self, node: ast.expr, operand: Operand) -> None:
        """Make sure that a metric in a comparison says which of its numbers is meant."""
        if not isinstance(operand, Field) or operand.path[0] != "metrics" or len(operand.path) == 3:
            return
        last = str(operand.path[-1]).rsplit(".", 1)[-1]
        close = find_close(last, SUMMARIES, 1)
        hint = f'; did you mean ".{close[0]}"?' if close else ""
        raise self.mistake(
            node, f"expected {', '.join('.' + name for name in SUMMARIES)} behind the metric{hint}"
        )

    def check_moment(self, node: ast.expr, operand: Operand, beside: Operand) -> Operand:
        """Return a constant that is compared with a field, as a moment if the field is one."""
        if not isinstance(operand, Constant):
            return operand
        if is_moment(beside):
            return Constant(_map(operand.value, lambda value: self._read_moment(node, value)))
        values = operand.value if isinstance(operand.value, list) else [operand.value]
        if any(isinstance(value, datetime) for value in values):
            raise self.mistake(node, f"a moment can be compared with {', '.join(MOMENTS)} only")
        if beside == Field(("duration",)) and any(isinstance(value, str) for value in values):
            raise self.mistake(node, "expected a duration: a number of seconds, or hours(2)")
        return operand

    def _read_moment(self, node: ast.expr, value: Any) -> Any:
        moment = read_moment(value)
        if moment is None and value is not None:
            example = '"2026-01-31", "2026-01-31 14:30", now or now - days(2)'
            raise self.mistake(node, f"expected a moment: {example}")
        return moment


def _map(value: Any, convert: Callable[[Any], Any]) -> Any:
    return [convert(one) for one in value] if isinstance(value, list) else convert(value)
