"""``sacred plot``: curves of metrics, in the terminal or as a picture."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from sacred.cli.arguments import RUN_HELP, choose_run
from sacred.cli.call import Call, tell, write, write_json
from sacred.cli.chart import Chart
from sacred.cli.curve import Line, as_number
from sacred.cli.parameters import Argument, Option
from sacred.cli.table import measure, shorten
from sacred.cli.values import BOLD, YELLOW
from sacred.errors import EntryNotFoundError, UsageError
from sacred.support.printable import make_printable
from sacred.support.terminal import BLUE, GREEN, RED, get_width
from sacred.support.text import format_close

if TYPE_CHECKING:
    from sacred.reader import Metric, Run

_AXES = ("step", "time", "wall")
_STYLES = (BLUE, RED, GREEN, YELLOW, "\x1b[35m", "\x1b[36m")
_ENDINGS = (".png", ".svg", ".html", ".pdf")
_LEAST_HEIGHT, _HEIGHT = 6, 20
_MOST_POINTS = 20_000  # of a curve; beyond it neither a terminal nor a picture shows more


def plot_metrics(
    call: Call,
    runs: Annotated[
        list[str] | None,
        Argument(metavar="RUN…", help=RUN_HELP),
    ] = None,
    metrics: Annotated[
        list[str] | None,
        Option("--metric", short="-m", metavar="NAME", help="The metric; may be given again."),
    ] = None,
    output: Annotated[
        str | None,
        Option("--output", short="-o", metavar="FILE", help="Write a picture: .png, .svg, .pdf, or .html."),
    ] = None,
    over: Annotated[
        str,
        Option(
            "--over",
            metavar="step|time|wall",
            help="What is across: steps, seconds from the start, or time of day.",
        ),
    ] = "step",
    log: Annotated[bool, Option("--log", help="Make the y axis logarithmic.")] = False,
) -> int:
    """Plot metrics of one or several runs, in the terminal or as a picture."""
    _check(over, output)
    with call.open_store() as store:
        chosen = [choose_run(store, name) for name in runs or ["last"]]
        lines = list(_make_lines(chosen, metrics, over, log=log))
    if call.as_json:
        write_json([{"label": one.label, "metric": one.metric, "points": one.points} for one in lines])
    elif output is not None:
        from sacred.cli.picture import save_picture

        save_picture(output, lines, _name_axis(over), is_logarithmic=log)
        tell(f"wrote {make_printable(output)}")
    else:
        write(_draw(call, lines, over, log=log))
    return 0


def _check(over: str, output: str | None) -> None:
    """Refuse what can't be done before anything is read."""
    if over not in _AXES:
        raise UsageError(f'--over is {", ".join(_AXES)}, not "{over}"{format_close(over, _AXES)}')
    if output is not None and not output.endswith(_ENDINGS):
        raise UsageError(f'the name of a picture ends with {", ".join(_ENDINGS)}: "{output}" does not')


def _make_lines(
    runs: "Sequence[Run]", names: Sequence[str] | None, over: str, *, log: bool
) -> Iterator[Line]:
    """Yield a curve for each metric of each run; of several runs, one may lack it."""
    names = names or [_choose_only(runs)]
    number = 0
    for name in names:
        having = [run for run in runs if name in run.metrics]
        if not having:
            runs[0].metrics[name]  # tells what there is
        for run in runs:
            if run not in having:
                tell(f"Warning: run {make_printable(run.id)} has no metric {make_printable(name)}")
        for run in having:
            label = " ".join(
                [f"run {run.id}"] * (len(runs) > 1) + [name] * (len(names) > 1 or len(runs) == 1)
            )
            points = list(_read_points(run.metrics[name], run, over, log=log))
            if not points:
                raise EntryNotFoundError(
                    f'metric "{name}" of run {run.id} has no number{" above zero" if log else ""}'
                )
            yield Line(label, name, _thin_out(points), _STYLES[number % len(_STYLES)])
            number += 1


def _choose_only(runs: "Sequence[Run]") -> str:
    names = [name for name in runs[0].metrics if not name.startswith("system.")] or list(runs[0].metrics)
    if len(names) == 1:
        return names[0]
    if not names:
        raise EntryNotFoundError(f"run {runs[0].id} has no metrics")
    raise UsageError(f"name a metric with -m: run {runs[0].id} has {', '.join(names)}")


def _read_points(metric: "Metric", run: "Run", over: str, *, log: bool) -> Iterator[tuple[float, float]]:
    series = metric.series
    start = run.start_time.timestamp() if run.start_time else None
    times = list(series.times)
    first = start if start is not None else (times[0] if times else 0.0)
    across = list(series.steps) if over == "step" else [t - first for t in times] if over == "time" else times
    for x, y in zip(map(as_number, across), map(as_number, series.values), strict=True):
        if x is not None and y is not None and (y > 0 or not log):
            yield x, y


def _thin_out(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return few enough points: of each stretch the lowest and the highest, so that no peak is lost."""
    if len(points) <= _MOST_POINTS:
        return points
    size = -(-len(points) // (_MOST_POINTS // 2))
    kept = []
    for start in range(0, len(points), size):
        part = points[start : start + size]
        ends = {part.index(min(part, key=_get_y)), part.index(max(part, key=_get_y))}
        kept += [part[index] for index in sorted(ends)]
    return kept


def _get_y(point: tuple[float, float]) -> float:
    return point[1]


def _name_axis(over: str) -> str:
    return {"step": "step", "time": "seconds from the start"}.get(over, "time")


def _draw(call: Call, lines: Sequence[Line], over: str, *, log: bool) -> list[str]:
    import shutil

    width = get_width()
    rows = shutil.get_terminal_size((80, 24)).lines if call.is_terminal else _HEIGHT + 4
    height = max(_LEAST_HEIGHT, min(_HEIGHT, rows - 4 - len(lines)))
    chart = Chart(width, height, is_logarithmic=log, is_moment=over == "wall")
    drawn = chart.draw(lines, coloured=call.is_coloured)
    return [*_make_legend(call, lines, width), *drawn, _center(_name_axis(over), width)]


def _make_legend(call: Call, lines: Sequence[Line], width: int) -> list[str]:
    """Return what each curve is; in several lines if there are many."""
    rows: list[list[str]] = [[]]
    used = 0
    if len({line.metric for line in lines}) == 1 and lines[0].metric != lines[0].label:
        metric = shorten(make_printable(lines[0].metric), width)
        used = measure(metric) + 2
        rows[-1].append(call.paint(metric, BOLD))
    for number, line in enumerate(lines):
        label = shorten(make_printable(line.label), max(width - 5, 8))
        sign = "━━" if call.is_coloured or len(lines) == 1 else f"━{chr(ord('A') + number % 26)}━"
        needed = measure(label) + measure(sign) + 1
        if rows[-1] and used + needed > width:
            rows.append([])
            used = 0
        used += needed + 2
        rows[-1].append(f"{call.paint(sign, line.style)} {label}")
    return ["  ".join(row) for row in rows]


def _center(text: str, width: int) -> str:
    return text.center(width).rstrip()
