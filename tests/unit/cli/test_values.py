from datetime import UTC, datetime, timedelta

import pytest

from sacred.cli.call import make_plain
from sacred.cli.values import count, format_age, format_duration, format_entry, format_value, get_status_style
from sacred.reader import View


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\N{EN DASH}"),
        ("a\nb", "a\nb"),
        (0.1 + 0.2, "0.30000000000000004"),
        (True, "True"),
        ([1, "a"], "[1, 'a']"),
        (View({"a": 1}), "{'a': 1}"),
        (timedelta(seconds=3.21), "3.2 s"),
        (float("nan"), "nan"),
    ],
)
def test_values(value, text):
    assert format_value(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.1 + 0.2, "0.3"), (1.0, "1.0"), (1e-9, "1e-09"), (123456789.0, "1.23457e+08")]
)
def test_short_numbers(value, text):
    assert format_value(value, is_short=True) == text


def test_huge_integers():
    assert format_value(10**5000) == hex(10**5000)


def test_a_value_without_end():
    endless = []
    for _ in range(100_000):
        endless = [endless]
    assert format_value(endless) == "<list>"
    assert len(format_value(["x" * 10_000])) < 5000


def test_entries():
    assert [format_entry(one) for one in ("0.1", 0.1, None)] == ["'0.1'", "0.1", "None"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (-1, "0.0 s"),
        (9.96, "10.0 s"),
        (59, "59 s"),
        (61, "1 min 1 s"),
        (3725, "1 h 2 min"),
        (90000, "1 d 1 h"),
    ],
)
def test_durations(seconds, text):
    assert format_duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=5), "5 s ago"),
        (timedelta(minutes=3, seconds=30), "3 min ago"),
        (timedelta(hours=5, minutes=10), "5 h ago"),
        (timedelta(days=1, hours=2), "1 day ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_ages(ago, text):
    assert format_age(datetime.now(UTC) - ago) == text


def test_moments_far_away():
    assert format_age(datetime.now(UTC) + timedelta(days=1))[:2] == "20"
    assert format_value(datetime(1, 1, 1, tzinfo=UTC)).endswith("1-01-01 00:00:00")


def test_states():
    assert get_status_style("COMPLETED") != get_status_style("FAILED") == get_status_style("DEAD")
    assert get_status_style("MINE") == get_status_style("INTERRUPTED")


def test_counts():
    assert (count(1, "run"), count(0, "run"), count(1200, "run")) == ("1 run", "0 runs", "1,200 runs")


def test_plain_values():
    numpy = pytest.importorskip("numpy")
    value = {
        1: float("nan"),
        "b": [float("inf"), (1, 2), {3}],
        "c": datetime(2026, 1, 2, tzinfo=UTC),
        "d": timedelta(seconds=1.5),
        "e": numpy.array([1.0, numpy.nan]),
        "f": object,
        "g": View({"h": -float("inf")}),
    }
    assert make_plain(value) == {
        "1": None,
        "b": [None, [1, 2], [3]],
        "c": "2026-01-02T00:00:00+00:00",
        "d": 1.5,
        "e": [1.0, None],
        "f": "<class 'object'>",
        "g": {"h": None},
    }
