"""Runs as plain text: one line for one, a table for many."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sacred.reader.columns import is_seed
from sacred.reader.record import Record
from sacred.support.printable import make_printable
from sacred.support.text import format_number

_MOST_WIDTH = 30
_MOST_RESULT = 60
_GAP = "  "
_MINUTE, _TENS = 60, 10
_ESSENTIAL = ("id", "status", "result")
_EXPENDABLE = ("duration", "started")
"""Which columns go first where there is little room."""
NOTHING = "-"


def describe_run(run: Record) -> str:
    """Return a line about a run; of one that is gone, that it is."""
    from sacred.errors import SacredError

    try:
        name = f" of {run.name}" if run.name else ""
        said = f"<Run {run.id}{name}: {run.status or 'no status'}"
        if run.result is not None:
            said += f", result {format_value(run.result, _MOST_RESULT)}"
    except SacredError:
        said = f"<Run {run.id}: it can't be read"
    return make_printable(said) + ">"


def format_value(value: Any, width: int = _MOST_WIDTH) -> str:
    """Return a cell of a table as one line of at most ``width`` characters."""
    if value is None:
        return NOTHING
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, timedelta):
        return format_length(value)
    text = make_printable(_write(value, width))
    return text if len(text) <= width else text[: width - 1] + "…"


def format_length(duration: timedelta) -> str:
    """Return a duration: ``0.25 s``, ``12.3 s``, ``1:02:03``, ``2 days, 0:00:01``."""
    seconds = duration.total_seconds()
    if abs(seconds) < _MINUTE:
        return f"{seconds:.{2 if abs(seconds) < _TENS else 1}f} s"
    return str(timedelta(seconds=int(seconds)))


def shorten_headings(names: Sequence[str]) -> list[str]:
    """Return headings: ``rate`` for ``config.rate``, ``loss`` for ``metrics.loss.last``, if they differ."""
    short = [_shorten(name) for name in names]
    return [one if short.count(one) == 1 else name for one, name in zip(short, names, strict=True)]


def _shorten(name: str) -> str:
    if name == "start_time":
        return "started"
    if name.startswith("metrics") and name.endswith(".last"):
        inner = name.removeprefix("metrics").removesuffix(".last")
        return inner[2:-2] if inner.startswith('["') else inner.removeprefix(".")
    return name.removeprefix("config.")


def choose_shown(table: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Return the columns that people are shown, by short names; without seeds, which always differ."""
    names = [name for name in table if not is_seed(name)]
    return {short: table[name] for short, name in zip(shorten_headings(names), names, strict=True)}


def _write(value: Any, width: int) -> str:
    if isinstance(value, str):
        return value[: width + 1]
    if isinstance(value, int) and value.bit_length() > 4096:  # Python refuses to write out longer ones
        return hex(value)
    if isinstance(value, list | tuple) and len(value) > width:
        return repr(value[:width])
    try:
        return repr(value)
    except (ValueError, RecursionError):
        return f"<{type(value).__name__}>"


def format_table(table: Mapping[str, Sequence[Any]], rows: int, total: int, width: int) -> str:
    """Return a table as text: as many columns as fit, and the first rows.

    Args:
        table: columns by their headings.
        rows: how many rows to show.
        total: how many there are.
        width: how many characters a line may have.
    """
    columns = [_format_column(name, values[:rows]) for name, values in table.items()]
    for name in _EXPENDABLE:
        if sum(len(column[0]) + len(_GAP) for column in columns) - len(_GAP) > width:
            columns = [column for column in columns if column[0].strip() != name]
    shown = _choose_columns(columns, width)
    lines = [_GAP.join(cells).rstrip() for cells in zip(*shown, strict=True)]
    if total > rows:
        lines.append(f"… and {total - rows} more")
    if len(shown) < len(columns):
        left = ", ".join(column[0].strip() for column in columns if column not in shown)
        lines.append(
            f"not shown: {left}" if len(left) < width else f"{len(columns) - len(shown)} columns not shown"
        )
    return "\n".join(lines)


def _choose_columns(columns: list[list[str]], width: int) -> list[list[str]]:
    """Return the columns that fit, in their order; the first ones, and the result before others."""
    order = sorted(columns, key=lambda column: column[0].strip() not in _ESSENTIAL)
    chosen: list[list[str]] = []
    used = -len(_GAP)
    for column in order:
        used += len(column[0]) + len(_GAP)
        if chosen and used > width:
            break
        chosen.append(column)
    return [column for column in columns if column in chosen]


def _format_column(name: str, values: Sequence[Any]) -> list[str]:
    cells = [make_printable(name), *map(format_value, values)]
    room = max(map(len, cells))
    is_number = all(isinstance(value, int | float) or value is None for value in values) and any(
        value is not None for value in values
    )
    return [cell.rjust(room) if is_number else cell.ljust(room) for cell in cells]
