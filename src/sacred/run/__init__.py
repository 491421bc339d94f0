"""From what the user wrote to a run, and from its start to its end."""

from sacred.run.run import Run

__all__ = ["Run"]
