"""Metrics: summaries without points, and points as arrays."""

from datetime import UTC, datetime

import numpy as np
import pytest

from sacred.errors import EntryNotFoundError
from sacred.plugins.extras import MissingExtraError
from sacred.reader.points import to_array, to_moments
from unit.reader.conftest import make_document, make_series, put


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ([0.5, 1.5], "float64"),
        ([1, 2], "int64"),
        ([True, False], "bool"),
        ([], "float64"),
        ([1, 0.5], "float64"),
        ([2**53 + 1, 0.5], "object"),
        ([2**63], "object"),
        ([1, True], "object"),
        ([1, None], "object"),
        (["a", "b"], "object"),
        ([[1, 2], [3, 4]], "object"),
        ([float("nan"), float("inf")], "float64"),
    ],
    ids=str,
)
def test_columns_lose_nothing(column, dtype):
    array = to_array(column)
    assert array.dtype == dtype
    assert array.shape == (len(column),)
    assert str(array.tolist()) == str(column) or dtype == "float64"


def test_an_array_stays_what_it_is():
    array = np.arange(3)
    assert to_array(array) is array


def test_moments():
    moments = to_moments([0.0, 1.5, 1795651200.123456, float("nan"), float("inf"), 1e300, -1.0])
    assert moments.dtype == "datetime64[us]"
    assert [str(one) for one in moments] == [
        "1970-01-01T00:00:00.000000",
        "1970-01-01T00:00:01.500000",
        "2026-11-26T00:00:00.123456",
        "NaT",
        "NaT",
        "NaT",
        "1969-12-31T23:59:59.000000",
    ]


def test_a_metric(store):
    loss = store[1].metrics["loss"]
    assert (loss.count, len(loss), loss.last, loss.last_step) == (3, 3, 0.25, 2)
    assert (loss.min, loss.max) == (0.25, 1.0)
    assert loss.mean == pytest.approx(1.75 / 3)
    assert loss.steps.tolist() == [0, 1, 2]
    assert loss.values.tolist() == [1.0, 0.5, 0.25]
    assert str(loss.timestamps[0]) == "1970-01-01T00:01:40.000000"
    assert loss.to_list()[1] == (1, 0.5, datetime(1970, 1, 1, 0, 1, 41, tzinfo=UTC))
    assert repr(loss) == "<Metric loss: 3 points, last 0.25>"
    series = loss.to_pandas()
    assert (series.name, series.index.name) == ("loss", "step")
    assert series.tolist() == [1.0, 0.5, 0.25]


def test_summaries_come_without_points(store, memory, monkeypatch):
    def refuse(*_):
        raise AssertionError("points were read")

    monkeypatch.setattr(memory, "read_series", refuse)
    loss = store[1].metrics["loss"]
    assert loss.max == 1.0
    assert [metric.count for metric in store[2].metrics.values()] == [2]


def test_a_point_that_came_in_between_has_a_summary(store, memory):
    metrics = store[1].metrics
    assert metrics.summaries
    memory._runs["1"].series["late"] = make_series("late")
    assert "late" not in metrics
    run = store[1]
    load = memory.load
    memory.load = lambda ids, **options: {
        run_id: {**found, "metrics": {}} for run_id, found in load(ids, **options).items()
    }
    assert run.metrics["late"].last == 0.25


def test_odd_values(store, memory):
    values = [1, "text", None, float("nan"), 2**70]
    put(memory, make_document("5"), [make_series("odd", values), make_series("empty", [])])
    odd = store[5].metrics["odd"]
    assert odd.values.dtype == object
    assert odd.to_list()[4][1] == 2**70
    assert odd.max == 2**70
    empty = store[5].metrics["empty"]
    assert (empty.count, empty.last, empty.min, empty.mean) == (0, None, None, None)
    assert empty.values.tolist() == []


def test_a_name_that_is_not_there(store):
    with pytest.raises(EntryNotFoundError, match=r'Run 1 has no metric "lss"; did you mean "loss"\?'):
        store[1].metrics["lss"]
    with pytest.raises(KeyError, match='Run 10 has no metric "loss"; it has none'):
        store[10].metrics["loss"]
    with pytest.raises(KeyError, match='Run 1 has no metric "x"; there is loss'):
        store[1].metrics.choose(["x"])


def test_wide_tables(store, memory):
    more = make_series("acc", [10, 20], steps=[1, 3])
    put(memory, make_document("5"), [make_series(), more, make_series("system.cpu", [1.0])])
    frame = store[5].metrics.to_pandas()
    assert list(frame.columns) == ["loss", "acc"]
    assert frame.index.tolist() == [0, 1, 2, 3]
    assert frame.index.name == "step"
    assert frame["loss"].tolist()[:3] == [1.0, 0.5, 0.25]
    assert frame["acc"][1] == 10
    assert np.isnan(frame["acc"][0])
    assert list(store[5].metrics.to_pandas(["system.cpu"]).columns) == ["system.cpu"]
    assert store[10].metrics.to_pandas().empty


def test_a_step_that_comes_twice_has_two_rows(store, memory):
    again = make_series("loss", [1.0, 2.0, 3.0], steps=[0, 1, 1])
    put(memory, make_document("5"), [again, make_series("acc", [7.0], steps=[1])])
    frame = store[5].metrics.to_pandas()
    assert frame.index.tolist() == [0, 1, 1]
    assert frame["loss"].tolist() == [1.0, 2.0, 3.0]
    assert frame["acc"].dropna().tolist() == [7.0]


def test_steps_of_several_types(store, memory):
    put(memory, make_document("5"), [make_series("a", [1.0, 2.0], steps=["x", 1]), make_series("b", [1.0])])
    assert len(store[5].metrics.to_pandas()) == 3


def test_long_tables(store):
    frame = store[1].metrics.to_pandas(long=True)
    assert list(frame.columns) == ["metric", "step", "value", "timestamp"]
    assert frame["metric"].tolist() == ["loss"] * 3
    assert str(frame["timestamp"].dt.tz) == "UTC"
    assert store[10].metrics.to_pandas(long=True).empty


def test_without_numpy(store, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "numpy", None)
    loss = store[1].metrics["loss"]
    assert loss.last == 0.25
    assert loss.to_list()[0][1] == 1.0
    with pytest.raises((MissingExtraError, ImportError), match="numpy"):
        _ = loss.values
