"""A run as a small page in a notebook."""

from collections.abc import Callable, Iterator

from sacred.errors import SacredError
from sacred.query.fields import walk
from sacred.reader.columns import SYSTEM, iter_leaves
from sacred.reader.html_text import (
    escape,
    get_colour,
    make_fold,
    make_part,
    show,
    wrap,
)
from sacred.reader.record import Record
from sacred.reader.sparkline import draw
from sacred.reader.tags import read_notes, read_tags
from sacred.reader.texts import NOTHING
from sacred.support.printable import render_output
from sacred.support.progress import format_bytes

_MOST_ENTRIES = 40
_MOST_METRICS = 12
_MOST_POINTS = 2_000_000
_MOST_FILES = 12
_TAIL_BYTES = 4096
_MOST_BYTES = 1 << 62  # a record may say anything, and databases count in 64 bits
_TAIL_LINES = 15
_FAILURES = frozenset({"FAILED", "DEAD"})


def format_run(run: Record) -> str:
    """Return a run as HTML; what can't be read is missing."""
    try:
        parts = [_make_head(run), _make_body(run), *_iter_folds(run)]
    except SacredError as error:
        return wrap(f'<div class="s-body">{escape(str(error))}</div>')
    return wrap("".join(parts))


def _make_head(run: Record) -> str:
    status = run.status or "no status"
    facts = [escape(text) for text in (run.name, run.command) if text]
    moments = [
        show(run.start_time) + " UTC" if run.start_time else "",
        show(run.duration) if run.duration else "",
    ]
    tags = "".join(f'<span class="s-tag">{escape(tag)}</span>' for tag in read_tags(run.document))
    has_result = run.result is not None
    result = f'<span class="s-faint">result</span> <b>{show(run.result)}</b>' if has_result else ""
    return (
        f'<div class="s-head" style="--s:{get_colour(status)}"><span class="s-id">Run {escape(run.id)}</span>'
        f'<span class="s-pill">{escape(status)}</span><span>{" · ".join(facts)}</span>{tags}'
        f'<span class="s-faint">{" · ".join(filter(None, moments))}</span>'
        f'<span class="s-result">{result}</span></div>'
    )


def _make_body(run: Record) -> str:
    parts = [
        make_part("Configuration", _make_config(run)),
        make_part("Metrics", _skip_failure(_make_metrics, run), "s-wide"),
        make_part("Files", _skip_failure(_make_files, run)),
        make_part("Notes", escape(read_notes(run.document)) if read_notes(run.document) else ""),
    ]
    return f'<div class="s-body">{"".join(parts)}</div>'


def _skip_failure(make: Callable[[Record], str], run: Record) -> str:
    try:
        return make(run)
    except (SacredError, OSError) as error:
        return f'<span class="s-faint">{escape(str(error))}</span>'


def _make_config(run: Record) -> str:
    changed = {name for name, _ in iter_leaves(walk(run.document, ("meta", "config_updates")))}
    leaves = list(iter_leaves(run.document.get("config")))
    leaves.sort(key=lambda leaf: leaf[0] not in changed)  # those that were changed come first
    rows = [
        f'<tr class="{"s-on" if name in changed else "s-off"}">'
        f'<td>{escape(name.removeprefix("config."))}</td><td class="s-code">{show(value, 44)}</td></tr>'
        for name, value in leaves[:_MOST_ENTRIES]
    ]
    more = len(leaves) - _MOST_ENTRIES
    tail = f'<div class="s-faint">and {more} more</div>' if more > 0 else ""
    return f"<table>{''.join(rows)}</table>{tail}" if rows else ""


def _make_metrics(run: Record) -> str:
    names = [name for name in run.metrics if not name.startswith(SYSTEM)]
    shown = [run.metrics[name] for name in names[:_MOST_METRICS]]
    drawn = shown if sum(metric.count for metric in shown) <= _MOST_POINTS else []
    if drawn:
        run.metrics.choose([metric.name for metric in drawn])
    rows = [
        f"<tr><td>{escape(metric.name)}</td><td>{draw(metric.series.values) if metric in drawn else ''}</td>"
        + "".join(
            f'<td class="s-num">{show(value, 14)}</td>' for value in (metric.last, metric.min, metric.max)
        )
        + f'<td class="s-num s-faint">{metric.count}</td></tr>'
        for metric in shown
    ]
    head = "".join(f'<th class="s-num">{name}</th>' for name in ("last", "min", "max", "points"))
    more = len(names) - _MOST_METRICS
    tail = f'<div class="s-faint">and {more} more</div>' if more > 0 else ""
    return f"<table><tr><th></th><th></th>{head}</tr>{''.join(rows)}</table>{tail}" if rows else ""


def _make_files(run: Record) -> str:
    files = [*run.artifacts.values(), *run.resources.values()]
    rows = [
        f"<tr><td>{escape(file.name)}</td><td class='s-faint'>{escape(file.kind)}</td>"
        f"<td class='s-num'>{NOTHING if file.size is None else format_bytes(file.size)}</td></tr>"
        for file in files[:_MOST_FILES]
    ]
    more = len(files) - _MOST_FILES
    tail = f'<div class="s-faint">and {more} more</div>' if more > 0 else ""
    return f"<table>{''.join(rows)}</table>{tail}" if rows else ""


def _iter_folds(run: Record) -> Iterator[str]:
    failed = run.status in _FAILURES
    yield make_fold("Traceback", run.fail_trace or "", is_open=True)
    try:
        yield make_fold("Output (the end)", _read_tail(run), is_open=not failed)
    except (SacredError, OSError) as error:
        yield make_fold("Output", str(error), is_open=True)


def _read_tail(run: Record) -> str:
    recorder = run.document.get("recorder")
    size = recorder.get("output_bytes") if isinstance(recorder, dict) else None
    start = max(0, size - _TAIL_BYTES) if isinstance(size, int) and size < _MOST_BYTES else 0
    tail = run.read_output(start)[-_TAIL_BYTES:].decode("utf-8", "replace")
    return "\n".join(render_output(tail).rstrip().split("\n")[-_TAIL_LINES:])
