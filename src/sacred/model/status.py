"""The states that a run can be in."""

from typing import Final

QUEUED: Final = "QUEUED"
RUNNING: Final = "RUNNING"
COMPLETED: Final = "COMPLETED"
FAILED: Final = "FAILED"
INTERRUPTED: Final = "INTERRUPTED"
TIMED_OUT: Final = "TIMED_OUT"
DEAD: Final = "DEAD"
"""The process ended without saying so; only readers and recovery say it."""
