"""Moments as our tables have them: microseconds since 1970-01-01 UTC."""

from sacred.folder.silence import DEFAULT_BEAT_SECONDS
from sacred.model import status
from sacred.model.record import Document
from sacred.stores.index import RunColumns, to_microseconds
from sacred.support.clock import now

_SECOND = 1_000_000


def now_us() -> int:
    """Return the present moment."""
    return to_microseconds(now())


def find_silence(document: Document, columns: RunColumns) -> int | None:
    """Return from when on a run that gives no sign of life is taken for dead; None if it has ended."""
    last = columns.heartbeat_us if columns.heartbeat_us is not None else columns.start_us
    if document.get("status") != status.RUNNING or last is None:
        return None
    recorder = document.get("recorder")
    interval = recorder.get("beat_interval") if isinstance(recorder, dict) else None
    if not isinstance(interval, int | float) or not 0 <= interval < 1e9:
        interval = DEFAULT_BEAT_SECONDS
    return last + round((3 * interval + 30) * _SECOND)
