"""The points of a run from `metrics.json`, and the cache of its columns."""

import json
import os

import numpy as np
import pytest

from sacred.errors import StoreError
from sacred.model.series import Series
from sacred.stores.folders import points as module
from sacred.stores.folders.adding_points import write_points
from sacred.stores.folders.points import parse_moments
from sacred.stores.folders.points_cache import SMALLEST_BYTES

MOMENT = "2026-01-02T03:04:05.678901"


def make_metrics(**series):
    metrics = {
        name: {"steps": list(range(len(values))), "values": values, "timestamps": [MOMENT] * len(values)}
        for name, values in series.items()
    }
    return {"metrics.json": json.dumps(metrics).encode()}


def test_columns_of_0_8(runs):
    numpy_scalar = {"dtype": "float64", "py/object": "numpy.float64", "value": 1.5}
    runs.make(files=make_metrics(loss=[0.5, numpy_scalar], hits=[1, 2], odd=["text", None], empty=[]))
    found = {series.name: series for series in runs.open().read_series("1")}
    assert found["loss"].values.tolist() == [0.5, 1.5]
    assert found["hits"].values.dtype == np.int64
    assert found["odd"].values == ["text", None]
    assert len(found["empty"]) == 0
    assert found["loss"].times.tolist() == [1767323045.678901] * 2


def test_named_ones_in_the_order_of_the_names(runs):
    runs.make(files=make_metrics(a=[1], b=[2], c=[3]))
    store = runs.open()
    assert [series.name for series in store.read_series("1", ["c", "x", "a", "c"])] == ["c", "a"]
    assert store.read_series("1", []) == []


def test_system_metrics_come_last(runs):
    folder = runs.make()
    series = [Series(name, [0], [1.0], [5.0]) for name in ("system.cpu", "loss")]
    write_points(str(folder), series)
    store = runs.open()
    assert store.list_metrics("1") == ["loss", "system.cpu"]
    assert [one.name for one in store.read_series("1", ["system.cpu"])] == ["system.cpu"]
    assert [one.name for one in store.read_series("1", ["system.cpu", "loss"])] == ["system.cpu", "loss"]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 5}', b'{"a": {"steps": [1]}}', b"\xff"])
def test_damaged_metrics(runs, content):
    runs.make(files={"metrics.json": content})
    with pytest.raises(StoreError, match="is damaged"):
        runs.open().read_series("1")


def test_moments_in_other_forms():
    assert parse_moments([MOMENT, "2026-01-02T03:04:05"]).tolist() == [1767323045.678901, 1767323045.0]
    found = parse_moments(["2026-01-02T04:04:05+01:00", None, "no", 5])
    assert found[0] == 1767323045.0
    assert np.isnan(list(found)[1:]).all()


def test_long_columns_are_kept(runs, cache, monkeypatch):
    values = [number / 7 for number in range(5000)]
    odd = [*range(4999), None]
    folder = runs.make(files=make_metrics(loss=values, odd=odd))
    assert os.path.getsize(folder / "metrics.json") > SMALLEST_BYTES
    first = runs.open().read_series("1")
    monkeypatch.setattr(module, "_parse_metrics", lambda _: pytest.fail("it is parsed again"))
    second = runs.open().read_series("1")
    for one, other in zip(first, second, strict=True):
        assert one.name == other.name
        assert list(one.values) == list(other.values)
        assert list(one.steps) == list(other.steps)
        assert list(one.times) == list(other.times)
    (kept,) = (cache / "points").iterdir()
    assert kept.stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("damage", [b"", b"x" * 100, None])
def test_a_damaged_cache_is_made_anew(runs, cache, damage):
    runs.make(files=make_metrics(loss=[1.0] * 5000))
    runs.open().read_series("1")
    (kept,) = (cache / "points").iterdir()
    kept.write_bytes(kept.read_bytes()[:-9] if damage is None else damage)
    (series,) = runs.open().read_series("1")
    assert len(series) == 5000


def test_a_changed_file_is_read(runs):
    runs.make(files=make_metrics(loss=[1.0] * 5000))
    runs.open().read_series("1")
    runs.make(files=make_metrics(loss=[2.0] * 5001))
    (series,) = runs.open().read_series("1")
    assert (len(series), series.values[0]) == (5001, 2.0)


@pytest.mark.parametrize(
    "values", [[0.5, float("nan"), -0.0], [1, 2, -(2**63)], [True, False], [1, 1.0, True, None, 2**70, "x"]]
)
def test_written_points_come_back(tmp_path, values):
    for column in (values, np.array(values)) if type(values[0]) is type(values[-1]) else (values,):
        folder = tmp_path / type(column).__name__
        folder.mkdir()
        steps = np.arange(len(values))
        write_points(str(folder), [Series("m", steps, column, steps + 0.5)])
        from sacred.folder.journal_columns import read_columns

        found = read_columns(str(folder))["m"]
        assert repr(list(map(_plain, found.values))) == repr(values)
        assert list(found.steps) == list(steps)
        assert set(json.loads((folder / "metrics.json").read_text())) == {"m"}


def _plain(value):
    return value.item() if hasattr(value, "item") else value


def test_odd_steps_and_times_come_back(tmp_path):
    steps = [2**40, 1.5, "s", None, 7]
    write_points(str(tmp_path), [Series("m", steps, [1.0] * 5, [1.0, 2.0, float("nan"), 3.0, 4.0])])
    from sacred.folder.journal_columns import read_columns

    found = read_columns(str(tmp_path))["m"]
    assert found.steps == steps
    assert list(found.times) == [1.0, 2.0, 0.0, 3.0, 4.0]
