"""Whether a run still gives signs of life, as far as its record tells."""

from datetime import datetime, timedelta
from typing import Any

from sacred.support.clock import now, to_naive_utc

DEFAULT_BEAT_SECONDS = 10.0


def is_silent(entry: dict[str, Any]) -> bool:
    """Tell whether a run that is not known to be alive has been silent so long that it is taken for dead.

    Args:
        entry: what ``run.json`` says, or another store's document.
    """
    moments = [parse_moment(entry.get(key)) for key in ("heartbeat", "start_time")]
    last = next(filter(None, moments), None)
    recorder = entry.get("recorder")
    interval = recorder.get("beat_interval") if isinstance(recorder, dict) else None
    if not isinstance(interval, int | float):
        interval = DEFAULT_BEAT_SECONDS
    return last is not None and (to_naive_utc(now()) - last) / timedelta(seconds=1) > 3 * interval + 30


def parse_moment(value: Any) -> datetime | None:
    """Return a moment of ``run.json`` as naive UTC; None if it is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return to_naive_utc(value) if value.tzinfo else value
