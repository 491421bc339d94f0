"""TensorFlow: where a run writes its summaries is kept in its info."""

from sacred.stflow.method_interception import LogFileWriter

__all__ = ["LogFileWriter"]
