"""``sacred show``: one run on one screen."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sacred.cli.arguments import RunArgument, choose_run
from sacred.cli.call import Call, tell_problems, write, write_json
from sacred.cli.sections import Page
from sacred.cli.values import (
    NOTHING,
    format_age,
    format_duration,
    format_entry,
    format_moment,
    format_value,
    get_status_style,
)
from sacred.model import status as statuses
from sacred.support.printable import make_lines_printable, render_output
from sacred.support.progress import format_bytes

if TYPE_CHECKING:
    from sacred.reader import File, Run

_OUTPUT_LINES = 10
_OUTPUT_BYTES = 16 << 10
_PIECE_BYTES = 1 << 20
_MOST_FILES, _MOST_ENTRIES, _MOST_METRICS = 20, 60, 40
_MOST_POINTS = 200_000  # of which a curve is drawn
_CURVE, _WIDE = 24, 100
_PATCH = "git.patch"


def show_run(call: Call, run: RunArgument = "last") -> int:
    """Show one run on one screen.

    That is what was run, with which configuration, and what came of it. Without a name it is the last one.
    """
    with call.open_store() as store:
        chosen = choose_run(store, run)
        if call.as_json:
            write_json(describe(chosen))
        else:
            write(_draw(call, chosen))
        tell_problems(store)
    return 0


def describe(run: "Run") -> dict[str, Any]:
    """Return all that is known of a run but points and output, as plain values."""
    document = {key: value for key, value in run.document.items() if key not in {"metrics", "artifacts"}}
    document |= {
        "id": run.id,
        "config": run.config.to_dict(),
        "result": run.result,
        "duration": run.duration,
        "tags": list(run.tags),
        "notes": run.notes,
        "metrics": run.metrics.summaries,
        "files": [_describe_file(file) for file in run.files.values()],
    }
    return document


def _describe_file(file: "File") -> dict[str, Any]:
    return {
        "kind": file.kind,
        "name": file.name,
        "size": file.size,
        "digests": file.digests,
        "content_type": file.content_type,
    }


def _draw(call: Call, run: "Run") -> list[str]:
    page = Page(call)
    title = f"{run.name or 'run'} {NOTHING} run {run.id}" if run.name else f"run {run.id}"
    page.add_title(title, run.status or "no status", get_status_style(run.status))
    page.add_facts(_list_facts(run))
    if run.status == statuses.DEAD and run.stop_time is None:
        page.add_remark("it was killed; sacred recover finishes its record")
    page.add_text("notes", run.notes)
    _add_entries(page, run, run.config, "config")
    _add_entries(page, run, run.info, "info")
    _add_metrics(page, run)
    for kind, files in (("artifacts", run.artifacts), ("resources", run.resources), ("sources", run.sources)):
        page.add_facts(_list_files(files), kind)
    page.add_facts(_list_missing(run.document.get("missing")), "missing")
    page.add_text("traceback", make_lines_printable(run.fail_trace or "").rstrip())
    _add_output(page, run)
    return page.lines


def _list_facts(run: "Run") -> Iterator[tuple[str, str]]:
    """Yield what stands at the top, those that there are."""
    meta = run.document.get("meta")
    options = meta.get("options") if isinstance(meta, dict) else None
    updates = options.get("UPDATE") if isinstance(options, dict) else None
    words = [str(one) for one in updates] if isinstance(updates, list) else []
    yield "command", " ".join([run.command or "", *(["with", *words] if words else [])])
    yield "result", "" if run.result is None else format_value(run.result)
    yield "comment", str(meta.get("comment") or "") if isinstance(meta, dict) else ""
    yield "tags", ", ".join(run.tags)
    yield from _list_times(run)
    yield from _list_places(run)


def _list_times(run: "Run") -> Iterator[tuple[str, str]]:
    if run.start_time is not None:
        yield "started", f"{format_moment(run.start_time)} ({format_age(run.start_time)})"
    if run.duration is not None:
        yield "took" if run.stop_time else "running for", format_duration(run.duration)
    if run.heartbeat is not None and run.stop_time is None:
        yield "last sign of life", f"{format_moment(run.heartbeat)} ({format_age(run.heartbeat)})"


def _list_places(run: "Run") -> Iterator[tuple[str, str]]:
    host = run.host.to_dict()
    system = host.get("os")
    name = str(system[-1]) if isinstance(system, list) and system else str(system or "")
    python = f"Python {host['python_version']}" if host.get("python_version") else ""
    yield "host", ", ".join(filter(None, [str(host.get("hostname") or ""), name, python]))
    experiment = run.experiment.to_dict()
    base, main = experiment.get("base_dir"), experiment.get("mainfile")
    yield "program", f"{base}/{main}" if base and main else str(main or "")
    for repository in _as_dicts(experiment.get("repositories")):
        commit = str(repository.get("commit") or "")[:12]
        state = "with uncommitted changes" if repository.get("dirty") else "all committed"
        yield "commit", f"{commit} {state}"


def _list_entries(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the entries of a configuration by their dotted names."""
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            yield from _list_entries(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", format_entry(value)


def _add_entries(page: Page, run: "Run", entries: Mapping[str, Any], heading: str) -> None:
    facts = list(_list_entries(entries))
    most = len(facts) if page.width is None else _MOST_ENTRIES
    page.add_facts(facts[:most], heading)
    if len(facts) > most:
        page.add_remark(f"and {len(facts) - most:,} more: sacred show {run.id} | less")


def _add_metrics(page: Page, run: "Run") -> None:
    from sacred.cli.metrics import make_summary_columns

    names = [name for name in run.metrics if not name.startswith("system.")]
    if not names:
        return
    shown = names if page.width is None else names[:_MOST_METRICS]
    points = sum(run.metrics[name].count for name in shown)
    width = page.width or _WIDE
    curves = 0 if points > _MOST_POINTS else _CURVE if width >= _WIDE else _CURVE // 2
    page.add_table("metrics", make_summary_columns(run, shown, curves))
    if len(shown) < len(names):
        page.add_remark(f"and {len(names) - len(shown):,} more: sacred metrics {run.id}")
    more = len(run.metrics) - len(names)
    if more:
        page.add_remark(f"and {more} of the system: sacred metrics {run.id}")


def _list_files(files: "Mapping[str, File]") -> Iterator[tuple[str, str]]:
    for file in list(files.values())[:_MOST_FILES]:
        yield file.name, "" if file.size is None else format_bytes(file.size)
    if len(files) > _MOST_FILES:
        yield f"and {len(files) - _MOST_FILES} more", ""


def _list_missing(missing: Any) -> Iterator[tuple[str, str]]:
    for one in _as_dicts(missing):
        yield str(one.get("name") or one.get("kind")), f"{one.get('kind')}: {one.get('reason')}"


def _as_dicts(values: Any) -> list[dict[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _add_output(page: Page, run: "Run") -> None:
    end, start = b"", 0
    while piece := run.read_output(start, start + _PIECE_BYTES):  # only reading it tells how long it is
        end = (end + piece)[-_OUTPUT_BYTES:]
        start += len(piece)
    output = end.decode("utf-8", "replace")
    lines = render_output(output).rstrip("\n").split("\n")
    page.add_text("output", "\n".join(lines[-_OUTPUT_LINES:]))
    if len(lines) > _OUTPUT_LINES or len(output) >= _OUTPUT_BYTES:
        page.add_remark(f"the end of it; all: sacred logs {run.id}")
