"""Taking in metrics from any thread, until an observer is told of them."""

import logging
import threading
from collections import deque
from typing import Any

from sacred.model.metrics import ScalarMetricLogEntry, linearize_metrics
from sacred.support.clock import now, to_naive_utc
from sacred.support.copies import copy_containers, normalize_numpy

__all__ = ["MetricsLogger", "ScalarMetricLogEntry", "linearize_metrics"]

LOGGER = logging.getLogger("sacred")


class MetricsLogger:
    """Keeps logged points in order until they are asked for."""

    def __init__(self) -> None:
        self._entries: deque[ScalarMetricLogEntry] = deque()
        self._next_steps: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._is_closed = False
        self._has_warned = False

    def log_scalar_metric(self, metric_name: str, value: Any, step: Any = None) -> None:
        """Take in one point; after :meth:`close` there is only a warning.

        Args:
            metric_name: the metric, such as ``training.loss``; what is no text becomes text.
            value: mostly a number; numpy and torch scalars become Python numbers.
            step: where in the series the point belongs. By default one more than the step before,
                beginning at 0.
        """
        if type(value) not in (float, int):
            value = _to_number(value)
        name = str(metric_name)
        with self._lock:
            if self._is_closed:
                self._warn_late(name)
                return
            step = self._next_steps.get(name, 0) if step is None else normalize_numpy(step)
            if isinstance(step, int | float):
                self._next_steps[name] = step + 1
            self._entries.append(ScalarMetricLogEntry(name, step, to_naive_utc(now()), value))

    def close(self) -> None:
        """Take in no more points: what is here can be had once more, later ones are not recorded."""
        with self._lock:
            self._is_closed = True

    def _warn_late(self, name: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            LOGGER.warning('The run has ended: points of metric "%s" are not recorded', name)

    def get_last_metrics(self) -> list[ScalarMetricLogEntry]:
        """Return the points since the last call, in order."""
        entries = []
        try:
            while True:
                entries.append(self._entries.popleft())
        except IndexError:
            return entries


def _to_number(value: Any) -> Any:
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):  # a torch scalar, an array of one number
        return value.item()
    return copy_containers(normalize_numpy(value))  # a list may change before a heartbeat tells of it
