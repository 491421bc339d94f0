"""How values, moments, durations and states look to people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sacred.model import status as statuses
from sacred.support.clock import now
from sacred.support.terminal import BLUE, FAINT, GREEN, RED
from sacred.support.text import format_number

YELLOW = "\x1b[33m"
BOLD = "\x1b[1m"
CYAN = "\x1b[36m"

NOTHING = "\N{EN DASH}"
"""Stands where a run does not have something."""

_STYLES = {
    statuses.COMPLETED: GREEN,
    statuses.RUNNING: BLUE,
    statuses.QUEUED: FAINT,
    statuses.FAILED: RED,
    statuses.DEAD: RED,
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_LONG = 4096
_MOST_BITS = 4096  # Python refuses to write out much longer integers


def get_status_style(status: str) -> str:
    """Return the colour of a state: red for what failed, yellow for what was stopped."""
    return _STYLES.get(status, YELLOW)


def format_value(value: Any, *, is_short: bool = False) -> str:
    """Return a value of a record as text, not yet made printable.

    Args:
        value: anything that JSON can hold, a moment, a duration, or a view of a record.
        is_short: for a table that people look at: numbers with six digits.
    """
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return format_number(value) if is_short else repr(value)
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, timedelta):
        return format_duration(value)
    return _format_other(value)


def _format_other(value: Any) -> str:
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return hex(value)
    if isinstance(value, Mapping):
        value = dict(value)
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def format_entry(value: Any) -> str:
    """Return a value of a configuration as Python writes it: a text that looks like a number has quotes."""
    return repr(value) if isinstance(value, str) else str(value) if value is None else format_value(value)


def format_moment(moment: datetime) -> str:
    """Return a moment in local time."""
    try:
        return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):  # the year 1, say: no local time is known for it
        return moment.isoformat(" ")


def format_age(moment: datetime) -> str:
    """Return how long ago a moment was; the date after a month."""
    seconds = (now() - moment).total_seconds()
    if not 0 <= seconds < 30 * _DAY:
        return format_moment(moment)[:16]
    if seconds < _MINUTE:
        return f"{seconds:.0f} s ago"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min ago"
    if seconds < _DAY:
        return f"{seconds // _HOUR:.0f} h ago"
    days = int(seconds // _DAY)
    return f"{days} day{'s' if days > 1 else ''} ago"


def format_duration(duration: timedelta) -> str:
    """Return a duration, such as ``4.2 s``, ``3 min 12 s``, ``2 h 5 min``, ``3 d 4 h``."""
    seconds = duration.total_seconds()
    if seconds < _MINUTE:
        return f"{max(seconds, 0.0):.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min {seconds % _MINUTE:.0f} s"
    if seconds < _DAY:
        return f"{seconds // _HOUR:.0f} h {seconds % _HOUR // _MINUTE:.0f} min"
    return f"{seconds // _DAY:.0f} d {seconds % _DAY // _HOUR:.0f} h"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 run``, ``1,200 runs``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
