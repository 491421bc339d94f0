"""``sacred metrics``: what sums the metrics of a run up, or their points."""

import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

from sacred.cli.arguments import RunArgument, choose_run
from sacred.cli.call import Call, tell, write, write_json
from sacred.cli.curve import draw_sparkline
from sacred.cli.parameters import Argument, Option
from sacred.cli.table import Column, choose_columns, format_table
from sacred.cli.values import NOTHING, format_moment, format_value
from sacred.support.printable import make_printable

if TYPE_CHECKING:
    from datetime import datetime

    from sacred.reader import Run

_BLOCK = 5000  # rows of a table are written when there are so many: all would take much memory
_HEADINGS = ("metric", "step", "value", "time")
_MEASURES = {"last": 0, "min": 1, "max": 2, "mean": 5}
"""How soon each is left out in a narrow terminal."""

Point = tuple[str, Any, Any, "datetime | None"]


def show_metrics(
    call: Call,
    run: RunArgument,
    names: Annotated[
        list[str] | None,
        Argument(
            metavar="NAME…",
            help="Show the points of these metrics; without a name, what sums each up.",
        ),
    ] = None,
    csv: Annotated[
        bool, Option("--csv", help="Print the points as CSV, of all metrics without a name.")
    ] = False,
    tail: Annotated[
        int | None,
        Option("--tail", short="-n", metavar="NUMBER", least=1, help="Only the last points of each."),
    ] = None,
) -> int:
    """Show the metrics of a run."""
    with call.open_store() as store:
        chosen = choose_run(store, run)
        if names or csv:
            wanted = list(dict.fromkeys(names or chosen.metrics))
            _write_points(call, _read_points(chosen, wanted, tail), wanted, as_csv=csv)
        elif call.as_json:
            write_json(chosen.metrics.summaries)
        elif not chosen.metrics:
            tell(f"run {chosen.id} has no metrics")
        else:
            columns = make_summary_columns(chosen, list(chosen.metrics))
            width = call.width
            columns = columns if width is None else choose_columns(columns, width)
            write(format_table(columns, width, coloured=call.is_coloured))
    return 0


def make_summary_columns(run: "Run", names: Sequence[str], curve: int = 0) -> list[Column]:
    """Return a table with what sums metrics up.

    Args:
        run: whose metrics.
        names: which.
        curve: how many characters the small curves have; none by default, since those need the points.
    """
    metrics = [run.metrics[name] for name in names]
    columns = [Column("metric", names)]
    if curve:
        run.metrics.choose(names)  # in one go
        columns.append(
            Column("", [draw_sparkline(list(one.series.values), curve) for one in metrics], rank=3)
        )
    for title, rank in _MEASURES.items():
        cells = [format_value(getattr(metric, title), is_short=True) for metric in metrics]
        columns.append(Column(title, cells, align="right", rank=rank))
    columns.append(Column("step", [format_value(one.last_step) for one in metrics], align="right", rank=4))
    columns.append(Column("points", [f"{one.count:,}" for one in metrics], align="right", rank=1))
    return columns


_format_second = lru_cache(maxsize=1024)(format_moment)  # many points come in one second


def _read_points(run: "Run", names: Sequence[str], tail: int | None) -> Iterator[Point]:
    for metric in run.metrics.choose(names):
        points = metric.to_list()
        for step, value, moment in points[-tail:] if tail else points:
            yield metric.name, step, value, moment


def _write_points(call: Call, points: Iterator[Point], names: Sequence[str], *, as_csv: bool) -> None:
    if as_csv:
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_HEADINGS)
        show = make_printable if call.is_terminal else str  # programs get a name as it is
        writer.writerows(
            (
                show(name),
                step,
                show(value) if isinstance(value, str) else value,
                moment and moment.isoformat(),
            )
            for name, step, value, moment in points
        )
    elif call.as_json:
        write_json([dict(zip(_HEADINGS, point, strict=True)) for point in points])
    else:
        several = len(names) > 1
        for number, rows in enumerate(iter(lambda: list(islice(points, _BLOCK)), [])):
            columns = _make_point_columns(rows)[0 if several else 1 :]
            write(format_table(columns, call.width, coloured=call.is_coloured, has_titles=not number))


def _make_point_columns(rows: Sequence[Point]) -> list[Column]:
    return [
        Column("metric", [name for name, *_ in rows]),
        Column("step", [format_value(step) for _, step, _, _ in rows], align="right"),
        Column("value", [format_value(value) for _, _, value, _ in rows], align="right"),
        Column(
            "time",
            [_format_second(moment.replace(microsecond=0)) if moment else NOTHING for *_, moment in rows],
        ),
    ]
