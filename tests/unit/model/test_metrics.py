"""Series of points, grouped by metric."""

from datetime import datetime, timedelta

from sacred.model import status
from sacred.model.metrics import ScalarMetricLogEntry, linearize_metrics

START = datetime(2026, 1, 1)  # noqa: DTZ001  as observers receive it


def test_points_are_grouped_in_order():
    moments = [START + timedelta(seconds=i) for i in range(3)]
    entries = [
        ScalarMetricLogEntry("a", 0, moments[0], 1.0),
        ScalarMetricLogEntry("b", 5, moments[1], "x"),
        ScalarMetricLogEntry("a", 1, moments[2], None),
    ]
    assert linearize_metrics(entries) == {
        "a": {"steps": [0, 1], "values": [1.0, None], "timestamps": [moments[0], moments[2]], "name": "a"},
        "b": {"steps": [5], "values": ["x"], "timestamps": [moments[1]], "name": "b"},
    }
    assert linearize_metrics([]) == {}
    assert linearize_metrics(iter(entries)) == linearize_metrics(entries)


def test_an_entry_has_0_8_s_fields():
    entry = ScalarMetricLogEntry("a", 0, START, 1)
    assert (entry.name, entry.step, entry.timestamp, entry.value) == ("a", 0, START, 1)


def test_the_statuses():
    names = {name for name in vars(status) if name.isupper()}
    assert names == {"QUEUED", "RUNNING", "COMPLETED", "FAILED", "INTERRUPTED", "TIMED_OUT", "DEAD"}
    assert all(getattr(status, name) == name for name in names)
