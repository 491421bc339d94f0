"""Random runs and queries about them, from pools so small that they meet.

A :class:`Maker` makes them of numbers that somebody draws: hypothesis (:func:`cases`), which finds the
smallest example that goes wrong, or :class:`random.Random` (:func:`make_maker`), which makes thousands.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, get_args

from hypothesis import strategies as st

from sacred.model.record import Document
from sacred.query.fields import NAME_LISTS, ROOTS, SUMMARIES, TREES
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
    Part,
    SortKey,
    TextMethod,
    TextTest,
    Truth,
)
from sacred.stores.index import ITEM_LIMIT, LARGEST, TEXT_LIMIT

T = TypeVar("T")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""What documents and queries take for the present moment."""

KEYS = ("a", "b", "c")
ODD_KEYS = ("A", "odd key", "x.y", "", "é", "$set", "0", "1", "\udcff", "lambda", "a\x00b")
TEXTS = (
    *(
        "",
        "a",
        "A",
        "b",
        "ab",
        "abc",
        "a ",
        " a",
        "é",
        "\uffff",
        "\U0001f389",
        "1",
        "True",
        "a\x00",
        "\udcff",
    ),
    *("%", "_", "a%b", "a\\b", "'", '"', "x" * (TEXT_LIMIT + 1), "x" * TEXT_LIMIT, "\n", "COMPLETED", "DEAD"),
)
NUMBERS: tuple[Any, ...] = (
    *(0, 1, -1, 2, 3, 0.0, -0.0, 0.5, 1.0, 1.5, 2.0, 3456000.0, 1e300, -1e300, 5e-324, LARGEST, -LARGEST),
    *(1e16, 2**53, 2**53 + 1, 2**53 + 2, -(2**53) - 1, 2**63 - 1, 2**63, 2**64, 10**400, -(10**400)),
    *(float("nan"), float("inf"), float("-inf")),
)
MOMENTS = tuple(
    NOW - timedelta(**{unit: count}) for unit in ("microseconds", "seconds", "days") for count in (0, 1, 40)
)
NAMES = ("baseline", "Baseline", "a", "", "é", "a\x00", "x" * (ITEM_LIMIT + 1), "model.pt")
STATUSES = ("QUEUED", "RUNNING", "COMPLETED", "FAILED", "DEAD", "mine", "", "\udcff")
METRICS = ("loss", "val.loss", "odd name", "system.cpu")
PATTERNS = ("a", "^$", "[a-c]+$", ".", "x{10}")
IDS = ("1", "2", "10", "b", "a", "007", "B", "12345678901234567890")

_OPERATORS: tuple[Operator, ...] = get_args(Operator)
_METHODS: tuple[TextMethod, ...] = get_args(TextMethod)


class Maker:
    """Makes documents, expressions and sort keys.

    Args:
        draw: returns a whole number from 0 to before the given one.
    """

    def __init__(self, draw: Callable[[int], int]) -> None:
        self._draw = draw

    def pick(self, pool: Sequence[T]) -> T:
        """Return one of a pool."""
        return pool[self._draw(len(pool))]

    def make_value(self, depth: int = 0) -> Any:
        """Return what can be in a document: leaves mostly."""
        kind = self._draw(12 if depth < 3 else 9)
        if kind < 9:
            return self._pick_leaf(kind)
        if kind < 11:
            return [self.make_value(depth + 1) for _ in range(self._draw(3))]
        return self.make_object(depth + 1)

    def _pick_leaf(self, kind: int) -> Any:
        if kind < 4:
            return self.pick(NUMBERS)
        return self.pick(TEXTS) if kind < 7 else self.pick((None, True, False))

    def make_object(self, depth: int = 0) -> Document:
        """Return an object with some of the keys."""
        keys = [key for key in KEYS if self._draw(4)]
        if not self._draw(3):
            keys.append(self.pick(ODD_KEYS))
        return {key: self.make_value(depth) for key in keys}

    def make_moment(self) -> Any:
        """Return ISO text, or what is none."""
        if not self._draw(8):
            return self.pick((None, "yesterday", "", "2026-02-30", 5))
        return self.pick(MOMENTS).replace(tzinfo=None).isoformat()

    def make_names(self) -> list[str]:
        """Return different names."""
        return list(dict.fromkeys(self.pick(NAMES) for _ in range(self._draw(3))))

    def make_document(self, run_id: str) -> Document:
        """Return a run's document; keys may be missing, and some values damaged."""
        status = self.pick(STATUSES)
        document: Document = {
            "status": status if self._draw(20) else self.make_value(),
            "command": self.pick(TEXTS),
            **{key: self.make_moment() for key in ("start_time", "stop_time", "heartbeat")},
            "result": self.make_value(),
            "tags": self.make_names(),
            "notes": self.pick(TEXTS),
            "fail_trace": [self.pick(TEXTS), self.pick(TEXTS)] if self._draw(2) else self.pick(TEXTS),
            "config": self.make_object(),
            "info": self.make_object(),
            "meta": {"comment": self.make_value(2), "options": self.make_object(1)},
            "experiment": {"name": self.pick(TEXTS), "sources": [[name, ""] for name in self.make_names()]},
            "metrics": {name: self.make_summary() for name in METRICS if self._draw(2)},
            "artifacts": self.make_names(),
            "resources": [[name, f"_resources/{name}"] for name in self.make_names()],
        }
        kept = {key: value for key, value in document.items() if self._draw(8)}
        return {"id": run_id, **kept}

    def make_summary(self) -> Document:
        """Return the summary of a metric."""
        summary = {name: self.pick((None, *NUMBERS)) for name in SUMMARIES}
        return {**summary, "last": self.make_value(2), "count": self._draw(5)}

    def make_runs(self, count: int) -> list[Document]:
        """Return documents with different ids, some of which are no numbers."""
        ids = [*IDS, *map(str, range(100, 100 + count))][:count]
        return [self.make_document(run_id) for run_id in ids]

    def make_field(self) -> Field:
        """Return a field: most are in the configuration, or the result."""
        kind = self._draw(10)
        if kind < 2:
            return Field((self.pick(tuple(ROOTS)),))
        if kind == 2:
            return Field(("metrics", self.pick(METRICS), self.pick(SUMMARIES)))
        if kind == 3:
            return Field(("result",))
        root = "config" if kind < 8 else self.pick(TREES)
        return Field((root, *(self._make_part() for _ in range(1 + self._draw(4) // 2))))

    def _make_part(self) -> Part:
        kind = self._draw(8)
        if kind == 0:
            return self.pick(ODD_KEYS)
        return self._draw(5) - 2 if kind == 1 else self.pick(KEYS)

    def make_constant(self, depth: int = 0) -> Any:
        """Return a value that stands in a query."""
        kind = self._draw(11 if depth < 2 else 9)
        if kind < 9:
            return self._pick_leaf(kind)
        return [self.make_constant(depth + 1) for _ in range(self._draw(4))]

    def make_constant_beside(self, field: Field) -> Any:
        """Return a value that suits a field, mostly."""
        root = field.path[0]
        if self._draw(5) == 0:
            return self.make_constant()
        if root in {"start_time", "stop_time", "heartbeat"}:
            return self.pick(MOMENTS)
        pools: dict[Any, Sequence[Any]] = {"id": (1, 2, 5.5, "10", "b", "007"), "status": STATUSES}
        pools["duration"] = (0, 1, 1.000001, 86400, 3456000)
        return self.pick(pools[root]) if root in pools else self.make_constant()

    def make_expression(self, depth: int = 0) -> Expression:
        """Return a tree."""
        kind = self._draw(10)
        if depth < 3 and kind < 2:
            return Not(self.make_expression(depth + 1))
        if depth < 3 and kind < 5:
            parts = tuple(self.make_expression(depth + 1) for _ in range(self._draw(4)))
            return And(parts) if self._draw(2) else Or(parts)
        return self._make_test()

    def _make_test(self) -> Expression:
        kind = self._draw(10)
        field = self.make_field()
        if kind < 5:
            return self._make_comparison(field)
        if kind < 7:
            return self._make_containment(field)
        if kind == 7:
            return IsNone(field)
        if kind == 8:
            method = self.pick(_METHODS)
            field = self.pick((field, field, Field((self.pick(NAME_LISTS),)), Field(("status",))))
            return TextTest(
                method, field, self.pick(PATTERNS if method == "matches" else (*TEXTS, *STATUSES))
            )
        return Truth(field)

    def _make_comparison(self, field: Field) -> Expression:
        operator = self.pick(_OPERATORS)
        other: Operand = (
            self.make_field() if not self._draw(8) else Constant(self.make_constant_beside(field))
        )
        return Compare(operator, other, field) if not self._draw(6) else Compare(operator, field, other)

    def _make_containment(self, field: Field) -> Expression:
        kind = self._draw(6)
        if kind < 2:
            return Contains(Constant(self.pick((*NAMES, *NUMBERS))), Field((self.pick(NAME_LISTS),)))
        if kind < 4:
            return Contains(field, Constant([self.make_constant_beside(field) for _ in range(self._draw(4))]))
        if kind == 4:
            return Contains(Constant(self.make_constant()), field)
        return Contains(field, self.make_field() if self._draw(2) else Constant(self.pick(TEXTS)))

    def make_sort(self) -> tuple[SortKey, ...]:
        """Return up to three sort keys."""
        return tuple(SortKey(self.make_field(), bool(self._draw(2))) for _ in range(self._draw(4)))


def make_maker(seed: int) -> Maker:
    """Return a maker that is fast, and makes the same from the same seed."""
    return Maker(random.Random(seed).randrange)


@st.composite
def cases(draw: st.DrawFn, count: int = 2) -> tuple[list[Document], Expression, tuple[SortKey, ...]]:
    """Some documents, a query, and sort keys.

    Args:
        draw: hypothesis gives it.
        count: so many documents.
    """
    maker = Maker(lambda most: draw(st.integers(0, most - 1)))
    return maker.make_runs(count), maker.make_expression(), maker.make_sort()
