"""``sacred ls``: runs as a table, with the columns that matter by themselves."""

import contextlib
import io
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from sacred.cli.arguments import ColumnsOption, QueryArgument, SortOption, list_names
from sacred.cli.call import Call, tell, tell_problems, write, write_json
from sacred.cli.nothing import describe_nothing, tell_unknown
from sacred.cli.parameters import Option
from sacred.cli.table import Column, choose_columns, format_table, shorten
from sacred.cli.values import NOTHING, count, format_age, format_value, get_status_style
from sacred.errors import UsageError
from sacred.query.fields import NAME_LISTS
from sacred.support.printable import make_printable
from sacred.support.terminal import FAINT

if TYPE_CHECKING:
    from sacred.reader import Runs, Store

LIMIT = 50
_WATCH_SECONDS = 2.0
_BESIDE = ("experiment.name", "command", "tags")
_JSON = (
    *("id", "status", "experiment.name", "command", "start_time", "stop_time", "duration"),
    *("config", "result", "metrics", "tags", "notes"),
)
_TITLES = {
    "start_time": "started",
    "stop_time": "stopped",
    "duration": "took",
    "experiment.name": "experiment",
}
# what stands for an entry of the configuration, and for the last value of a metric
_LONG_TITLE = re.compile(r"""config\.(.+)|metrics\.([^\[]+)\.last|metrics\["([^"]+)"\]\.last""")
_HOME, _REST, _LINE_END = "\x1b[H", "\x1b[J", "\x1b[K\n"
_OTHER_SCREEN, _OWN_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"


def list_runs(
    call: Call,
    query: QueryArgument = None,
    columns: ColumnsOption = None,
    sort: SortOption = None,
    limit: Annotated[
        int,
        Option("--limit", short="-n", metavar="NUMBER", least=0, help="Show so many at most; 0 shows all."),
    ] = LIMIT,
    watch: Annotated[
        bool, Option("--watch", short="-w", help="Look again every two seconds, until Ctrl-C.")
    ] = False,
) -> int:
    """List runs, the newest first.

    Without --columns it shows what tells the runs apart: the entries of the configuration that are not the
    same in all of them, the results, and the last values of the metrics. A narrow terminal shows fewer.
    """
    listing = _Listing(call, query, list_names(columns), list_names(sort), limit)
    if watch:
        return _watch(listing)
    with call.open_store() as store:
        if call.as_json:
            listing.write_json(store)
        else:
            write(listing.draw(store))
        tell_problems(store)
    return 0


class _Listing:
    """What was asked for, drawn as often as one likes."""

    def __init__(
        self, call: Call, query: str | None, columns: list[str], sort: list[str], limit: int
    ) -> None:
        self._call = call
        self._query = query
        self._columns = columns
        self._sort = sort
        self._limit = limit

    def _choose(self, store: "Store") -> "tuple[Runs, int]":
        """Return the runs to show, and how many fit the query."""
        runs = store.runs(self._query, sort=self._sort or None)
        total = len(runs)
        if not self._sort and total and not runs.ids[-1].isdigit():  # ids that tell nothing of the order
            runs = store.runs(self._query, sort="-start_time")
        elif not self._sort:
            runs = runs[::-1]
        return (runs[: self._limit] if self._limit else runs), total

    def write_json(self, store: "Store") -> None:
        """Print the runs as JSON."""
        runs, _ = self._choose(store)
        names = self._columns or list(_JSON)
        table = runs.to_dict(names)
        tell_unknown(store, table if self._columns and runs else {}, self._sort)
        titles = (
            names if self._columns else ["experiment" if one == "experiment.name" else one for one in names]
        )
        write_json([dict(zip(titles, row, strict=True)) for row in zip(*table.values(), strict=True)])

    def draw(self, store: "Store") -> list[str]:
        """Return the lines of the table."""
        runs, total = self._choose(store)
        if not total:
            tell(describe_nothing(store, self._query, runs))
            return []
        table = runs.to_dict(self._columns) if self._columns else _arrange(runs)
        tell_unknown(store, table if self._columns else {}, self._sort)
        columns = _make_columns(table, self._call.is_terminal)
        width = self._call.width
        shown = columns if width is None or self._columns else choose_columns(columns, width)
        lines = format_table(shown, width, coloured=self._call.is_coloured)
        return lines + self._describe_rest(total - len(runs), [one for one in columns if one not in shown])

    def _describe_rest(self, more: int, hidden: Sequence[Column]) -> list[str]:
        """Say on a terminal what is not shown."""
        if not self._call.is_terminal:
            return []
        parts = []
        if more > 0:
            parts.append(
                f"{count(more, 'older run' if not self._sort else 'more run')} (--limit 0 shows all)"
            )
        if hidden:
            names = ", ".join(make_printable(one.title) for one in hidden)
            parts.append(f"{count(len(hidden), 'column')}: {names}")
        text = shorten(f"not shown: {'; '.join(parts)}", self._call.width or 0)
        return [self._call.paint(text, FAINT)] if parts else []


def _arrange(runs: "Runs") -> dict[str, list[Any]]:
    """Return the table that is shown when nobody names columns."""
    table = runs.to_dict()
    beside = runs.to_dict(_BESIDE)
    if len(set(map(str, beside["experiment.name"]))) > 1:
        table = {name: values for name, values in table.items() if not _tells_nothing(name, values)}
    first = {name: table.pop(name) for name in ("id", "status", "start_time", "duration")}
    for name in ("experiment.name", "command"):
        if len(set(map(str, beside[name]))) > 1:
            first[name] = beside[name]
    last = {"tags": beside["tags"]} if any(beside["tags"]) else {}
    return {**first, **table, **last}


def _tells_nothing(name: str, values: list[Any]) -> bool:
    """Tell whether all runs that have an entry have the same: those of another experiment lack it anyway."""
    return name.startswith("config") and len({repr(value) for value in values if value is not None}) <= 1


def _make_columns(table: dict[str, list[Any]], is_short: bool) -> list[Column]:
    titles = _shorten_titles(list(table)) if is_short else {name: _TITLES.get(name, name) for name in table}
    ranks = _rank(list(table))
    columns: list[Column] = []
    for name, values in table.items():
        cells = [_format_cell(name, value, is_short) for value in values]
        numbers = [value for value in values if value is not None]
        are_numbers = bool(numbers) and all(isinstance(one, int | float | timedelta) for one in numbers)
        styles = [get_status_style(cell) for cell in cells] if name == "status" else ()
        columns.append(
            Column(
                titles[name],
                cells,
                align="right" if (are_numbers or name == "id") else "left",
                rank=ranks[name],
                styles=styles,
            )
        )
    return columns


def _format_cell(name: str, value: Any, is_short: bool) -> str:
    if is_short and isinstance(value, datetime):
        return format_age(value)
    if name in {"metrics", "config"} and isinstance(value, dict):
        return ", ".join(value)
    if name in NAME_LISTS and isinstance(value, list):
        return ", ".join(map(str, value)) or NOTHING
    return format_value(value, is_short=is_short)


def _rank(names: list[str]) -> dict[str, int]:
    """Return how soon each column is left out in a narrow terminal.

    Ids and states never are; entries of the configuration and metrics are as important, seeds least.
    """
    ranks = {
        "id": 0,
        "status": 0,
        "result": 1,
        "start_time": 2,
        "experiment.name": 3,
        "command": 5,
        "tags": 6,
    }
    for prefix, first in (("config", 4), ("metrics", 5)):
        members = [name for name in names if name.startswith(prefix)]
        ranks |= {name: first + 2 * place for place, name in enumerate(members)}
    ranks |= {name: 1000 for name in names if name.rsplit(".", 1)[-1] == "seed"}
    return {name: ranks.get(name, 9) for name in names}


def _shorten_titles(names: list[str]) -> dict[str, str]:
    """Return headings for people: ``rate`` for ``config.rate``, where that leaves no doubt."""
    short = {name: _TITLES.get(name) or _shorten_title(name) for name in names}
    taken = list(short.values())
    return {name: title if taken.count(title) == 1 else name for name, title in short.items()}


def _shorten_title(name: str) -> str:
    found = _LONG_TITLE.fullmatch(name)
    return next(filter(None, found.groups())) if found else name


def _watch(listing: _Listing) -> int:
    """Draw the table again and again on a screen of its own."""
    import time

    call = listing._call  # noqa: SLF001 - the same module
    if not call.is_terminal or call.as_json:
        raise UsageError("--watch needs a terminal")
    sys.stdout.write(_OTHER_SCREEN)
    try:
        while True:
            with call.open_store() as store, contextlib.redirect_stderr(io.StringIO()) as said:
                lines = listing.draw(store)
            _draw_screen([*lines, *said.getvalue().splitlines()])
            time.sleep(_WATCH_SECONDS)
    finally:
        sys.stdout.write(_OWN_SCREEN)
        sys.stdout.flush()


def _draw_screen(lines: list[str]) -> None:
    import shutil

    rows = shutil.get_terminal_size().lines
    moment = format_value(datetime.now().astimezone())
    shown = [*lines[: rows - 2], f"\x1b[2m{moment}, every {_WATCH_SECONDS:.0f} s; Ctrl-C ends this\x1b[0m"]
    sys.stdout.write(_HOME + _LINE_END.join(shown) + "\x1b[K" + _REST)
    sys.stdout.flush()
