"""A line about how far long work is, and none about short work."""

import logging

import pytest

from sacred.support import progress
from sacred.support.progress import Progress, format_bytes


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""
    moments = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: moments[0])
    return moments


@pytest.fixture(autouse=True)
def _told(caplog):
    caplog.set_level(logging.INFO, "sacred")


def test_lines_come_late_and_seldom(clock, caplog):
    work = Progress('Copying "a"', 100 * 1024)
    for second in range(40):
        clock[0] = 100.0 + second
        work.advance(1024)
    assert caplog.messages == [
        'Copying "a": 3% of 100.0 KiB, about 65 s left',
        'Copying "a": 33% of 100.0 KiB, about 65 s left',
    ]


def test_without_a_total(clock, caplog):
    work = Progress("Copying")
    clock[0] += 5
    work.advance(3 << 20)
    assert caplog.messages == ["Copying: 3.0 MiB so far"]


def test_short_work_has_none(clock, caplog):
    work = Progress("Copying", 10)
    clock[0] += 1.9
    work.advance(10)
    assert caplog.messages == []


def test_more_than_there_was(clock, caplog):
    work = Progress("Copying", 10)
    clock[0] += 4
    work.advance(20)
    assert caplog.messages == ["Copying: 100% of 10 bytes, about 0 s left"]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (1 << 30, "1.0 GiB"), (5 << 40, "5.0 TiB")],
)
def test_bytes_as_text(count, text):
    assert format_bytes(count) == text
