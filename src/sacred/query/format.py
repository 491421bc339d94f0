"""Expressions as text, which reads back as the same expression."""

import keyword
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sacred.query.fields import SUMMARIES
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
    Or,
    Part,
    SortKey,
    TextTest,
    Truth,
)

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def format_path(path: Sequence[Part]) -> str:
    """Return a field as a query names it: ``config.lr``, ``config["odd key"].x``, ``config.layers[0]``."""
    first, *others = path
    if first == "metrics" and others and _is_dotted_metric(others[0], others[1:]):
        return ".".join(map(str, path))
    return str(first) + "".join(map(_format_step, others))


def _format_step(part: Part) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _is_word(part) else f"[{quote(part)}]"


def _is_word(part: str) -> bool:
    return bool(_WORD.match(part)) and not keyword.iskeyword(part)


def _is_dotted_metric(name: Part, rest: Sequence[Part]) -> bool:
    """Tell whether a metric like ``val.loss`` needs no brackets: where only a summary looks like one."""
    words = str(name).split(".")
    if rest:
        is_plain = len(rest) == 1 and rest[0] in SUMMARIES
    else:
        is_plain = len(words) == 1 or words[-1] not in SUMMARIES
    return is_plain and all(map(_is_word, words))


def quote(text: str) -> str:
    """Return a text in double quotes, with the escapes of Python."""
    body = repr('"' + text)[2:-1]  # with a double quote in it, repr takes single quotes
    return '"' + body.replace('"', '\\"').replace("\\'", "'") + '"'


def format_sort_key(key: SortKey) -> str:
    """Return a sort key as text: ``-result`` for descending."""
    return ("-" if key.descending else "") + format_path(key.field.path)


def format_expression(expression: Expression) -> str:
    """Return an expression as the text of a query."""
    match expression:
        case And(parts) | Or(parts):
            word = "and" if isinstance(expression, And) else "or"
            return f" {word} ".join(map(_format_part, parts)) if parts else str(word == "and")
        case Not(inner):
            return _format_negation(inner)
        case Compare(operator, left, right):
            return f"{_format_operand(left)} {operator} {_format_operand(right)}"
        case Contains(item, container):
            return f"{_format_operand(item)} in {_format_operand(container)}"
    return _format_test(expression)


def _format_test(expression: IsNone | TextTest | Truth) -> str:
    text = format_path(expression.field.path)
    match expression:
        case IsNone():
            return f"{text} is None"
        case TextTest(method, _, wanted):
            return f"{text}.{method}({quote(wanted)})"
        case Truth():
            return text


def _format_negation(inner: Expression) -> str:
    match inner:
        case IsNone(field):
            return f"{format_path(field.path)} is not None"
        case Contains(item, container):
            return f"{_format_operand(item)} not in {_format_operand(container)}"
    return f"not {_format_part(inner)}"


def _format_part(expression: Expression) -> str:
    text = format_expression(expression)
    return f"({text})" if isinstance(expression, And | Or) else text


def _format_operand(operand: Operand) -> str:
    return format_path(operand.path) if isinstance(operand, Field) else format_constant(operand)


def format_constant(constant: Constant) -> str:
    """Return a value as a query writes it."""
    return _format_value(constant.value)


def _format_value(value: Any) -> str:
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, datetime):
        return quote(value.astimezone(UTC).replace(tzinfo=None).isoformat())
    if isinstance(value, list):
        return f"[{', '.join(map(_format_value, value))}]"
    return repr(value)
