"""Whatever is logged comes back: from the journal, from metrics.json, to observers."""

import json
import math
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sacred.folder import journal as journal_module
from sacred.folder.journal_reader import read_points
from sacred.folder.metrics import read_metric_records, write_metrics_json
from sacred.model.serialize import format_json
from sacred.run.metrics_logger import MetricsLogger
from sacred.support.clock import from_timestamp

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
numbers = st.floats() | st.integers() | st.booleans() | st.integers(-(2**63) - 1, 2**63)
steps = (
    st.none()
    | st.integers(-5, 5)
    | st.integers(-(2**31) - 1, 2**31)
    | st.integers()
    | st.floats()
    | st.text()
)
names = st.sampled_from(["a", "b"]) | st.text(max_size=5)
points = st.lists(st.tuples(names, numbers | values, steps), max_size=30)


def follow(logged):
    """What a metric's steps should be, by the rules alone."""
    following, expected = {}, []
    for name, value, given_step in logged:
        step = following.get(name, 0) if given_step is None else given_step
        if not isinstance(step, str):
            following[name] = step + 1
        expected.append((name, step, value))
    return expected


def show(obj):
    """A text that is the same only for equal values of equal types; NaN equals itself."""
    return json.dumps(obj, sort_keys=True)


@pytest.mark.parametrize("is_mapped", [True, False])
@settings(deadline=None, max_examples=50)
@given(logged=points, settled_at=st.integers(0, 30), beats=st.sets(st.integers(0, 30)))
def test_what_is_logged_comes_back(is_mapped, logged, settled_at, beats):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_module, "can_map", lambda _folder: is_mapped)
        logger, told = MetricsLogger(), []
        for number, point in enumerate(logged):
            if number == settled_at:
                logger.settle(folder)
            if number in beats:
                told += logger.get_last_metrics()
            logger.log_scalar_metric(*point)
        told += logger.get_last_metrics()
        logger.close()
        told += logger.get_last_metrics()
        assert logger.count == len(logged)
        expected = follow(logged)
        assert show([(entry.name, entry.step, entry.value) for entry in told]) == show(expected)
        check_files(folder, expected[len(expected) - count_points(folder) :])


def count_points(folder):
    """What was told before there was a folder is not in it."""
    return sum(1 for _ in read_points(folder))


def check_files(folder, expected):
    found = list(read_points(folder))
    assert show([(point.name, point.step, point.value) for point in found]) == show(expected)
    metrics = {}
    for point in found:
        columns = metrics.setdefault(point.name, {"steps": [], "timestamps": [], "values": []})
        columns["steps"].append(point.step)
        columns["timestamps"].append(from_timestamp(point.time).isoformat())
        columns["values"].append(point.value)
    write_metrics_json(folder, durable=False)
    with open(f"{folder}/metrics.json", encoding="utf-8") as file:
        text = file.read()
    assert text == format_json(metrics)
    assert show(json.loads(text)) == show({name: metrics[name] for name in sorted(metrics)})
    records = {record["name"]: record for record in read_metric_records(folder, 1)}
    assert show({name: (record["steps"], record["values"]) for name, record in records.items()}) == show(
        {name: (columns["steps"], columns["values"]) for name, columns in metrics.items()}
    )


@given(st.lists(st.floats(-6e10, 2.5e11), min_size=1))
def test_the_times_of_metrics_json_are_those_that_observers_get(moments):
    from sacred.folder.metrics import _join_moments

    texts = json.loads(f"[{_join_moments(moments)}]")
    assert texts == [from_timestamp(moment).isoformat() for moment in moments]
    assert all(math.isfinite(moment) for moment in moments)
