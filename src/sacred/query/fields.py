"""The fields that a query can name, and their values in a run's document.

Values are what JSON holds, with two exceptions: ``id`` is a number where it is written as one, and
``start_time``, ``stop_time`` and ``heartbeat`` are moments, aware, in UTC. *Nothing* is None: what is
missing, and what is null.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sacred.model.record import Document
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
    Or,
    Part,
    SortKey,
    TextTest,
    Truth,
)

MOMENTS = ("start_time", "stop_time", "heartbeat")
SUMMARIES = ("last", "min", "max", "mean", "count", "last_step")
NAME_LISTS = ("tags", "artifacts", "resources", "sources")
TREES = ("config", "info", "host", "meta", "experiment", "result")
"""Roots that can be gone down into."""

ROOTS: dict[str, str] = {
    "id": "the run's id",
    "status": "QUEUED, RUNNING, COMPLETED, FAILED, INTERRUPTED, TIMED_OUT, DEAD, or one of your own",
    "name": "the experiment's name, short for experiment.name",
    "command": "the command that was run",
    "start_time": "when it started",
    "stop_time": "when it ended",
    "heartbeat": "when it last gave a sign of life",
    "duration": "how long it took, in seconds; of a running run until now",
    "result": "what the command returned",
    "tags": "the tags that people gave it",
    "notes": "the notes that people wrote about it",
    "comment": "the comment it was started with, short for meta.comment",
    "fail_trace": "the traceback of a failed run, as one text",
    "config": "the configuration",
    "info": "the info dictionary",
    "host": "facts about the machine",
    "meta": "command line options, and what was passed as meta_info",
    "experiment": "name, base_dir, mainfile, dependencies, repositories",
    "metrics": "summaries of metrics: metrics.NAME.last, .min, .max, .mean, .count, .last_step",
    "artifacts": "the names of the files it made",
    "resources": "the paths of the files it read",
    "sources": "the names of its source files",
}
"""Each field, or the first part of it, and what it is."""

_SHORT = {"name": ("experiment", "name"), "comment": ("meta", "comment")}


def resolve_path(path: Sequence[Part]) -> tuple[Part, ...]:
    """Return a field's path with short names spelled out: ``("name",)`` is ``("experiment", "name")``."""
    first, *others = path
    return (*_SHORT.get(str(first), (first,)), *others)


def make_getter(field: Field) -> Callable[[Document, datetime], Any]:
    """Return a function that takes a document and the present moment, and returns the field's value."""
    path = resolve_path(field.path)
    if len(path) == 1 and path[0] in _SPECIAL:
        return _SPECIAL[str(path[0])]
    if path[0] in NAME_LISTS:
        root, steps = str(path[0]), path[1:]
        return lambda document, _: walk(list_names(document, root), steps)
    return lambda document, _: walk(document, path)


def walk(value: Any, steps: Sequence[Part]) -> Any:
    """Return what is found step by step under a value; None if there is nothing."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def read_id(run_id: Any) -> int | str:
    """Return an id as queries see it: a number where it consists of at most 18 digits, else text."""
    text = str(run_id)
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_number else text


def read_moment(value: Any) -> datetime | None:
    """Return the moment that ISO text stands for, UTC where it has no offset; None if it is none."""
    if not isinstance(value, str):
        return value if isinstance(value, datetime) else None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_duration(document: Document, now: datetime) -> float | None:
    """Return for how many seconds a run has run: to its end, to now if it runs, else to its heartbeat."""
    start, stop = read_moment(document.get("start_time")), read_moment(document.get("stop_time"))
    if stop is None:
        is_running = document.get("status") == "RUNNING"
        stop = now if is_running else read_moment(document.get("heartbeat"))
    return None if start is None or stop is None else (stop - start).total_seconds()


def read_fail_trace(document: Document) -> str | None:
    """Return the traceback as one text; records have it as a list of lines."""
    trace = document.get("fail_trace")
    if isinstance(trace, list):
        return "".join(line for line in trace if isinstance(line, str))
    return trace if isinstance(trace, str) else None


def list_names(document: Document, root: str) -> list[Any] | None:
    """Return the tags, or the names of artifacts, resources or sources; None where none are recorded."""
    entries = walk(document, ("experiment", root) if root == "sources" else (root,))
    return [_get_name(entry) for entry in entries] if isinstance(entries, list) else None


def _get_name(entry: Any) -> Any:
    if isinstance(entry, list) and entry:
        return entry[0]
    return entry.get("name") if isinstance(entry, dict) else entry


def _get_moment(root: str) -> Callable[[Document, datetime], Any]:
    return lambda document, _: read_moment(document.get(root))


_SPECIAL: dict[str, Callable[[Document, datetime], Any]] = {
    "id": lambda document, _: read_id(document.get("id")),
    "duration": read_duration,
    "fail_trace": lambda document, _: read_fail_trace(document),
    **{root: _get_moment(root) for root in MOMENTS},
}


def is_id(operand: Operand) -> bool:
    """Tell whether an operand is the run's id."""
    return isinstance(operand, Field) and operand.path == ("id",)


def is_moment(operand: Operand) -> bool:
    """Tell whether an operand is a field that holds a moment."""
    return isinstance(operand, Field) and len(operand.path) == 1 and operand.path[0] in MOMENTS


def iter_fields(expression: Expression | None, sort: Iterable[SortKey] = ()) -> Iterator[Field]:
    """Yield all fields that an expression and sort keys name."""
    for key in sort:
        yield key.field
    match expression:
        case And(parts) | Or(parts):
            for part in parts:
                yield from iter_fields(part)
        case Not(inner):
            yield from iter_fields(inner)
        case Compare(_, one, other) | Contains(one, other):
            yield from (operand for operand in (one, other) if isinstance(operand, Field))
        case IsNone(field) | Truth(field) | TextTest(_, field, _):
            yield field


def needs_metrics(expression: Expression | None, sort: Iterable[SortKey] = ()) -> bool:
    """Tell whether summaries of metrics are needed to answer."""
    return any(field.path[0] == "metrics" for field in iter_fields(expression, sort))


def list_needed_keys(expression: Expression | None, sort: Iterable[SortKey] = ()) -> set[str]:
    """Return the keys of the documents that are needed to answer; always with ``id`` and ``status``."""
    keys = {"id", "status"}
    for field in iter_fields(expression, sort):
        root = str(resolve_path(field.path)[0])
        keys |= {"duration": {*MOMENTS}, "sources": {"experiment"}}.get(root, {root})
    return keys


def make_constant(operand: Operand, beside: Operand) -> Operand:
    """Return a constant as it is meant beside a field: ids that are numbers, text that is a moment."""
    if not isinstance(operand, Constant):
        return operand
    if is_id(beside):
        return Constant(_convert(operand.value, _read_id_constant))
    if is_moment(beside):
        return Constant(_convert(operand.value, lambda value: read_moment(value) or value))
    return operand


def _convert(value: Any, convert: Callable[[Any], Any]) -> Any:
    return [convert(one) for one in value] if isinstance(value, list) else convert(value)


def _read_id_constant(value: Any) -> Any:
    return read_id(value) if isinstance(value, str) else value
