"""What a query consists of, once it has been read: a tree of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Part = str | int
"""One step into a document: a key, or the number of an element of a list."""

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
TextMethod = Literal["startswith", "endswith", "contains", "matches"]


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a run's document: ``config.lr`` is ``("config", "lr")``."""

    path: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands in the query: text, number, bool, None, a moment (aware, UTC), a list of such."""

    value: Any


Operand = Field | Constant


@dataclass(frozen=True, slots=True)
class Compare:
    """``left == right`` and its like."""

    operator: Operator
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Contains:
    """``item in container``."""

    item: Operand
    container: Operand


@dataclass(frozen=True, slots=True)
class IsNone:
    """``field is None``: it is missing or null."""

    field: Field


@dataclass(frozen=True, slots=True)
class TextTest:
    """``field.startswith("text")`` and its like."""

    method: TextMethod
    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class Truth:
    """A field that stands alone: ``config.augment``."""

    field: Field


@dataclass(frozen=True, slots=True)
class Not:
    """``not inner``."""

    inner: "Expression"


@dataclass(frozen=True, slots=True)
class And:
    """All of them are true."""

    parts: Sequence["Expression"]


@dataclass(frozen=True, slots=True)
class Or:
    """One of them is true."""

    parts: Sequence["Expression"]


Expression = Compare | Contains | IsNone | TextTest | Truth | Not | And | Or


@dataclass(frozen=True, slots=True)
class SortKey:
    """By which field runs are sorted; what lacks it comes last either way."""

    field: Field
    descending: bool = False
