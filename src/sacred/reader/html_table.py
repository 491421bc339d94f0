"""Runs as a table in a notebook."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sacred.reader.html_text import escape, get_colour, show, wrap

_MOST_COLUMNS = 14
_LEFT = (str, list, dict, datetime)


def format_runs(table: Mapping[str, Sequence[Any]], total: int, location: str) -> str:
    """Return a table of runs as HTML.

    Args:
        table: columns by their names; those of the first rows.
        total: how many runs there are.
        location: where.
    """
    names = list(table)[:_MOST_COLUMNS]
    count = len(table["id"])
    head = "".join(f"<th{_align(table[name])}>{escape(name)}</th>" for name in names)
    rows = "".join(
        "<tr>" + "".join(_make_cell(name, table[name], row) for name in names) + "</tr>"
        for row in range(count)
    )
    said = [f"{total} {'run' if total == 1 else 'runs'} in {escape(location)}"]
    if total > count:
        said.append(f"the first {count} are shown")
    if len(table) > len(names):
        said.append(f"{len(table) - len(names)} columns are not shown")
    foot = f'<div class="s-faint" style="padding:6px 14px">{", ".join(said)}</div>'
    body = (
        f'<div style="overflow-x:auto"><table class="s-list"><tr>{head}</tr>{rows}</table></div>'
        if count
        else ""
    )
    return wrap(body + foot, "max-content")


def _make_cell(name: str, column: Sequence[Any], row: int) -> str:
    value = column[row]
    if name == "status":
        status = str(value or "no status")
        return f'<td><span class="s-dot" style="--s:{get_colour(status)}"></span>{escape(status)}</td>'
    if name == "id":
        return f"<td><b>{escape(str(value))}</b></td>"
    return f"<td{_align(column)}>{show(value, 32)}</td>"


def _align(column: Sequence[Any]) -> str:
    is_number = any(isinstance(value, int | float | timedelta) for value in column)
    is_other = any(isinstance(value, _LEFT) for value in column)
    return ' class="s-num"' if is_number and not is_other else ""
