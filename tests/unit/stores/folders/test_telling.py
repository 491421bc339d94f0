"""A long look at a store shows how far it is, on a terminal only."""

import io
import sys

import pytest

from sacred.stores.folders import telling as module
from sacred.stores.folders.telling import Telling


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    moments = [0.0]
    monkeypatch.setattr(module, "monotonic", lambda: moments[0])
    return moments


def test_a_short_one_says_nothing(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    telling = Telling("Looking", 10)
    for _ in range(10):
        telling.advance()
    telling.finish()
    assert sys.stderr.getvalue() == ""


def test_a_long_one_shows_a_bar_and_takes_it_away(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    telling = Telling("Looking at 4 runs", 4)
    for _ in range(2):
        clock[0] += 1.1
        telling.advance()
    telling.finish()
    text = sys.stderr.getvalue()
    assert "\rLooking at 4 runs [" in text
    assert "] 50 %" in text
    assert text.endswith("\r\x1b[K")


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_elsewhere_it_says_nothing(clock, monkeypatch, stream):
    monkeypatch.setattr(sys, "stderr", stream)
    telling = Telling("Looking", 0)
    clock[0] = 5
    telling.advance()
    telling.finish()
    assert stream is None or stream.getvalue() == ""
