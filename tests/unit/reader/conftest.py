"""A store in memory with four runs, and one of real folders."""

import pytest

from sacred.model.record import StoredFile
from sacred.model.series import Series
from sacred.reader import Store
from sacred.stores.memory import KeptRun, MemoryStore


def make_document(run_id, **facts):
    return {
        "id": run_id,
        "status": "COMPLETED",
        "experiment": {"name": "digits", "dependencies": ["numpy==2.0"]},
        "command": "main",
        "start_time": f"2026-11-0{int(run_id) % 9 + 1}T10:00:00.250000" if run_id.isdigit() else None,
        "stop_time": f"2026-11-0{int(run_id) % 9 + 1}T10:01:00.250000" if run_id.isdigit() else None,
        "config": {"rate": 0.1, "optimizer": {"kind": "sgd"}, "layers": [64, 32], "seed": 1},
        "info": {},
        "meta": {"config_updates": {"rate": 0.1}},
        "host": {"hostname": "lovelace"},
        "result": 0.5,
        **facts,
    }


def make_series(name="loss", values=(1.0, 0.5, 0.25), steps=None, times=None):
    values = list(values)
    steps = list(range(len(values))) if steps is None else steps
    return Series(
        name, steps, values, [100.0 + place for place in range(len(values))] if times is None else times
    )


def put(memory, document, series=(), output=b"", files=()):
    """Keep a run; files are ``(kind, name, content)`` or with digests and notes after it."""
    stored = [
        (StoredFile(kind, name, number, None if content is None else len(content), *more), content)
        for number, (kind, name, content, *more) in enumerate(files)
    ]
    memory._runs[document["id"]] = KeptRun(document, {one.name: one for one in series}, output, stored)


@pytest.fixture
def memory():
    return MemoryStore("here")


@pytest.fixture
def store(memory, tmp_path, monkeypatch):
    monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "cache"))
    put(memory, make_document("1"), [make_series()], b"hello\n")
    changed = {"rate": 0.2, "optimizer": {"kind": "adam"}, "layers": [64, 32], "seed": 2}
    put(memory, make_document("2", config=changed, result=0.25), [make_series(values=[2.0, 1.0])])
    failed = {"status": "FAILED", "result": None, "fail_trace": ["Traceback\n", "ValueError: no\n"]}
    put(memory, make_document("10", **failed))
    put(memory, make_document("7f3a9c", start_time=None, stop_time=None))
    with Store(memory) as opened:
        yield opened
