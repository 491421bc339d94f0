"""Real use of the reader that only has to type-check (``mypy --strict``); nothing runs it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, assert_type

import sacred
from sacred import open_store
from sacred.errors import EntryNotFoundError, RunNotFoundError, SacredError, StoreError
from sacred.reader import (
    Comparison,
    Difference,
    Event,
    File,
    Files,
    Metric,
    MetricEvent,
    Metrics,
    OutputEvent,
    Run,
    Runs,
    StatusEvent,
    Store,
    Tags,
    View,
)
from sacred.stores.base import Garbage, Problem
from sacred.stores.transfer import CopyReport
from sacred.stores.verify import FileCheck

# --- stores ---------------------------------------------------------------------------------------------

store = open_store()
assert_type(store, Store)
assert_type(sacred.open_store(Path("runs")), Store)
with open_store("sqlite:///runs.db") as opened:
    assert_type(opened, Store)
assert_type(store.location, str)
assert_type(store.problems, list[Problem])
assert_type(len(store), int)
assert_type(store.count("config.rate < 1"), int)
assert_type(store.delete("status == 'FAILED'"), list[str])
store.delete([1, "2", store[3]])
assert_type(store.trash, list[str])
store.restore(["1"])
assert_type(store.collect_garbage(dry_run=True), Garbage)
assert_type(store.copy_to("copies", "result > 1", progress=print), CopyReport)
assert_type(store.copy_to(store), CopyReport)
assert_type(store.verify(), Iterator[FileCheck])
for one in store:
    assert_type(one, Run)

# --- runs -----------------------------------------------------------------------------------------------

runs = store.runs("config.rate < 1", sort=["-result", "id"], limit=10, offset=5)
assert_type(runs, Runs)
assert_type(runs[0], Run)
assert_type(runs[:3], Runs)
assert_type(runs.ids, list[str])
assert_type(runs.columns(), list[str])
assert_type(runs.to_dict(["id"]), dict[str, list[Any]])
assert_type(store.pick([1, "last"]), Runs)
print(runs.to_pandas().shape, runs.to_polars(["id"]).height)
for run in reversed(runs):
    assert_type(run, Run)

# --- a run ----------------------------------------------------------------------------------------------

run = store[42]
assert_type(store["last~2"], Run)
assert_type(run.id, str)
assert_type(run.status, str)
assert_type(run.name, str | None)
assert_type(run.start_time, datetime | None)
assert_type(run.duration, timedelta | None)
assert_type(run.config, View)
assert_type(run.environment, View)
rate: float = run.config.optimizer.rate
kind: str = run.config["optimizer"]["kind"]
assert_type(run.config.to_dict(), dict[str, Any])
score: float = run.result
assert_type(run.fail_trace, str | None)
assert_type(run.output, str)
assert_type(run.read_output(0, 10), bytes)
assert_type(run.git_patch, str | None)
assert_type(run.document, dict[str, Any])
assert_type(run.is_under_way, bool)
run.refresh()
run.delete()

assert_type(run.tags, Tags)
run.tags.add("baseline")
run.tags = ["a", "b"]
run.tags = {"a"}
run.notes = "text"
assert_type(run.notes, str)

# --- metrics --------------------------------------------------------------------------------------------

assert_type(run.metrics, Metrics)
loss = run.metrics["loss"]
assert_type(loss, Metric)
assert_type(loss.count, int)
assert_type(loss.min, float | int | None)
assert_type(loss.mean, float | None)
total: float = loss.values.sum() + loss.steps[-1]
assert_type(loss.to_list(), list[tuple[Any, Any, datetime | None]])
print(loss.to_pandas().rolling(3), run.metrics.to_pandas(["loss"], long=True).columns)

# --- files ----------------------------------------------------------------------------------------------

assert_type(run.artifacts, Files)
model = run.artifacts["model.pt"]
assert_type(model, File)
with model.open() as file:
    assert_type(file, BinaryIO)
assert_type(model.path(), Path)
assert_type(model.download(Path("there")), Path)
assert_type(run.files.match("*.png").download("there"), list[Path])
assert_type(model.size, int | None)
assert_type(model.read_text(), str)

# --- following and comparing ----------------------------------------------------------------------------


def watch(event: Event) -> str:
    """Say what happened."""
    match event:
        case OutputEvent(text):
            return text
        case MetricEvent(name=name, values=values):
            return f"{name}: {values[-1]}"
        case StatusEvent(status, previous):
            return f"{previous} -> {status}"


for event in run.follow(interval=1):
    print(watch(event))

comparison = run.compare(store["last"])
assert_type(comparison, Comparison)
assert_type(comparison.config, list[Difference])
assert_type(comparison.diff_source("train.py"), str)
for section, differences in comparison:
    assert_type(section, str)
    assert_type(differences, list[Difference])

# --- errors ---------------------------------------------------------------------------------------------

try:
    store["nothing"]
except RunNotFoundError as error:
    failure: StoreError = error
    missing: KeyError = error
except EntryNotFoundError as error:
    other: SacredError = error
