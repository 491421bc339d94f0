"""Door to :mod:`sacred.run.metrics_logger`, under the name that Sacred 0.8 had for it."""

from sacred.model.metrics import ScalarMetricLogEntry, linearize_metrics
from sacred.run.metrics_logger import MetricsLogger

__all__ = ["MetricsLogger", "ScalarMetricLogEntry", "linearize_metrics"]
