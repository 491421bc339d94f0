"""The one source of the present time."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment as an aware datetime in UTC."""
    return datetime.now(UTC)


def to_naive_utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC without its offset: the form that Sacred 0.8's events and files have."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def format_naive_utc(moment: datetime) -> str:
    """Return a moment as ISO text without an offset; a naive one is taken for UTC."""
    return (to_naive_utc(moment) if moment.tzinfo else moment).isoformat()


def from_timestamp(seconds: float) -> datetime:
    """Return the moment so many seconds after 1970-01-01 UTC, in UTC without an offset."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
