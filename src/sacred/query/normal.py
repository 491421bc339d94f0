"""Expressions in a plainer form, which the evaluator and all translations start from.

``!=`` becomes ``not ==``, a comparison with None the test for nothing; a constant stands on the right, and as
what it is meant: a moment beside ``start_time``, a number beside an ``id``.
"""

from typing import Any

from sacred.query.fields import make_constant
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
)

ALWAYS = And(())
NEVER = Or(())

_MIRRORED: dict[Operator, Operator] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def normalize(expression: Expression) -> Expression:
    """Return an expression that means the same in the plain form; see the module."""
    match expression:
        case And(parts):
            return And(tuple(map(normalize, parts)))
        case Or(parts):
            return Or(tuple(map(normalize, parts)))
        case Not(inner):
            return Not(normalize(inner))
        case Compare():
            return _normalize_comparison(expression)
        case Contains(item, container):
            return _normalize_containment(
                Contains(make_constant(item, container), make_constant(container, item))
            )
    return expression


def _normalize_comparison(expression: Compare) -> Expression:
    if expression.operator == "!=":
        return Not(_normalize_comparison(Compare("==", expression.left, expression.right)))
    left, right, operator = expression.left, expression.right, expression.operator
    if isinstance(left, Constant) and isinstance(right, Field):
        return _normalize_comparison(Compare(_MIRRORED[operator], right, left))
    if right == Constant(None):
        return IsNone(left) if operator == "==" and isinstance(left, Field) else NEVER
    return Compare(operator, left, make_constant(right, left))


def _normalize_containment(expression: Contains) -> Expression:
    item, container = expression.item, expression.container
    if item == Constant(None):
        return NEVER
    if not isinstance(container, Constant) or not isinstance(item, Field):
        return expression
    choices: Any = container.value
    if not isinstance(choices, list) or None not in choices:
        return expression
    others = [choice for choice in choices if choice is not None]
    return Or((Contains(item, Constant(others)), IsNone(item)))
