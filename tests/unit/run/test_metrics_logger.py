"""Logged points: steps, values of every kind, many threads."""

import math
import threading
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.run.metrics_logger import MetricsLogger, linearize_metrics


def log_all(*points):
    logger = MetricsLogger()
    for point in points:
        logger.log_scalar_metric(*point)
    return logger.get_last_metrics()


def steps_of(*steps):
    points = [("m", 0) if step is None else ("m", 0, step) for step in steps]
    return [entry.step for entry in log_all(*points)]


@pytest.mark.parametrize(
    ("given_steps", "expected"),
    [
        ((None, None, None), [0, 1, 2]),
        ((10, None, None), [10, 11, 12]),
        ((5, 3, None), [5, 3, 4]),
        ((0.5, None), [0.5, 1.5]),
        ((-4, None), [-4, -3]),
        ((2**70, None), [2**70, 2**70 + 1]),
        ((None, "epoch 1", None), [0, "epoch 1", 1]),
        (("x", None), ["x", 0]),
        ((np.int64(10), None), [10, 11]),
        ((np.float32(0.5), None), [0.5, 1.5]),
    ],
)
def test_steps(given_steps, expected):
    assert steps_of(*given_steps) == expected


def test_numpy_steps_become_python_numbers():
    assert [type(step) for step in steps_of(np.int64(1), np.float32(2))] == [int, float]


def test_every_metric_counts_for_itself():
    entries = log_all(("a", 1), ("b", 2), ("a", 3), ("b", 4, 10), ("b", 5), ("a", 6))
    assert [(entry.name, entry.step, entry.value) for entry in entries] == [
        ("a", 0, 1),
        ("b", 0, 2),
        ("a", 1, 3),
        ("b", 10, 4),
        ("b", 11, 5),
        ("a", 2, 6),
    ]


class Tensor:
    """Looks like a scalar of torch."""

    ndim = 0

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (0.5, 0.5),
        (True, True),
        (2**80, 2**80),
        ("text", "text"),
        (None, None),
        ([1, 2], [1, 2]),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
        (np.float32(0.5), 0.5),
        (np.int8(-3), -3),
        (np.bool_(True), True),
        (np.array(1.5), 1.5),
        (Tensor(2.5), 2.5),
    ],
)
def test_values(value, expected):
    (entry,) = log_all(("m", value))
    assert entry.value == expected
    assert type(entry.value) is type(expected)


def test_nan_stays_nan():
    assert all(math.isnan(entry.value) for entry in log_all(("m", math.nan), ("m", np.float64("nan"))))


def test_arrays_are_kept():
    array = np.arange(3)
    (entry,) = log_all(("m", array))
    assert entry.value is array


def test_points_are_handed_out_once():
    logger = MetricsLogger()
    logger.log_scalar_metric("m", 1)
    assert len(logger.get_last_metrics()) == 1
    assert logger.get_last_metrics() == []
    logger.log_scalar_metric("m", 2)
    assert [entry.step for entry in logger.get_last_metrics()] == [1]


def test_timestamps_are_naive_utc_and_in_order():
    before = datetime.now(UTC).replace(tzinfo=None)
    moments = [entry.timestamp for entry in log_all(*[("m", i) for i in range(50)])]
    assert all(moment.tzinfo is None for moment in moments)
    assert before <= moments[0]
    assert moments == sorted(moments)
    assert moments[-1] <= datetime.now(UTC).replace(tzinfo=None)


def test_threads_lose_no_point_and_share_no_step():
    logger = MetricsLogger()
    taken = []
    threads = [
        threading.Thread(target=lambda: [logger.log_scalar_metric("m", i) for i in range(500)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken += logger.get_last_metrics()
    taken += logger.get_last_metrics()
    assert [entry.step for entry in taken] == list(range(2000))


names = st.sampled_from(["a", "b", "c.d"])


@given(st.lists(st.tuples(names, st.integers() | st.floats(allow_nan=False), st.none() | st.integers())))
def test_linearized_metrics_have_all_points_in_order(points):
    series = linearize_metrics(log_all(*points))
    for name, columns in series.items():
        assert columns["name"] == name
        own = [(value, step) for metric, value, step in points if metric == name]
        assert columns["values"] == [value for value, _ in own]
        assert len(columns["steps"]) == len(columns["timestamps"]) == len(own)
        expected = 0
        for (_, step), actual in zip(own, columns["steps"], strict=True):
            assert actual == (expected if step is None else step)
            expected = actual + 1
    assert set(series) == {name for name, _, _ in points}


def test_a_list_is_kept_as_it_was():
    value = [1]
    logger = MetricsLogger()
    logger.log_scalar_metric("m", value)
    value.append(2)
    assert logger.get_last_metrics()[0].value == [1]


@pytest.mark.parametrize(("name", "text"), [(3, "3"), (("a", 1), "('a', 1)"), (np.str_("m"), "m")])
def test_names_become_text(name, text):
    entries = log_all((name, 1), (text, 2))
    assert [(entry.name, entry.step) for entry in entries] == [(text, 0), (text, 1)]
    assert type(entries[0].name) is str


def test_points_after_the_end_are_one_warning(caplog):
    logger = MetricsLogger()
    logger.log_scalar_metric("m", 1)
    logger.close()
    for _ in range(2):
        logger.log_scalar_metric("late", 2)
    assert [entry.value for entry in logger.get_last_metrics()] == [1]
    assert [record.getMessage() for record in caplog.records] == [
        'The run has ended: points of metric "late" are not recorded'
    ]
