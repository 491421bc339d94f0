"""What all commands have in common: the store, the terminal, and how an answer is written."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sacred.support.printable import make_printable
from sacred.support.terminal import get_width, paint, wants_colour

if TYPE_CHECKING:
    from sacred.reader import Store

_PROBLEMS = 5


@dataclass
class Call:
    """One call of ``sacred``.

    Attributes:
        location: the store that was asked for; None for the default one.
        as_json: the answer is for programs.
    """

    location: str | None = None
    as_json: bool = False

    @cached_property
    def is_terminal(self) -> bool:
        """Whether people look at the answer."""
        return sys.stdout.isatty()

    @cached_property
    def is_coloured(self) -> bool:
        """Whether the answer has colours."""
        return wants_colour()

    @cached_property
    def width(self) -> int | None:
        """Columns of the terminal; None where the answer goes elsewhere, and nothing is shortened."""
        return get_width() if self.is_terminal else None

    def paint(self, text: str, style: str) -> str:
        """Return a text in a colour where there are colours."""
        return paint(text, style, self.is_coloured)

    def open_store(self, location: str | None = None) -> "Store":
        """Open the store that was asked for, or another one."""
        from sacred.reader import open_store

        return open_store(location or self.location)


def write(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        sys.stdout.write(f"{line}\n")


def tell(text: str) -> None:
    """Say something beside the answer, on standard error."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")


def tell_problems(store: "Store") -> None:
    """Say what in a store can't be read."""
    for problem in store.problems[:_PROBLEMS]:
        tell(f"Warning: {make_printable(problem.message)}")
    more = len(store.problems) - _PROBLEMS
    if more > 0:
        tell(f"Warning: {more:,} more can't be read: sacred doctor lists them")


def write_json(value: Any) -> None:
    """Print a value as strict JSON: what is no number in JSON (NaN, infinities) is null."""
    import json

    write([json.dumps(make_plain(value), indent=2, allow_nan=False)])


def make_plain(value: Any) -> Any:
    """Return a value of a record as what JSON can hold."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if -float("inf") < value < float("inf") else None
    if isinstance(value, Mapping):
        return {str(key): make_plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | Iterator | set | frozenset):
        return [make_plain(item) for item in value]
    return _make_other_plain(value)


def _make_other_plain(value: Any) -> Any:
    from datetime import datetime, timedelta

    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if hasattr(value, "tolist"):  # numpy's
        return make_plain(value.tolist())
    return str(value)
