"""MetricsLogger and linearize_metrics by themselves, and what observers get from them."""
# run:
# run: [no-numpy]

import datetime

from kit import outcome, tell

from sacred.metrics_logger import MetricsLogger, ScalarMetricLogEntry, linearize_metrics

logger = MetricsLogger()
logger.log_scalar_metric("loss", 1.5)
logger.log_scalar_metric("loss", 0.5)
logger.log_scalar_metric("loss", 0.25, 10)
logger.log_scalar_metric("loss", 0.125)
logger.log_scalar_metric("acc", 1, step=5)
logger.log_scalar_metric("acc", "text")
logger.log_scalar_metric("acc", None, 2.5)
logger.log_scalar_metric("acc", [1, 2])
first = logger.get_last_metrics()
again = logger.get_last_metrics()
logger.log_scalar_metric("loss", 9)
later = logger.get_last_metrics()
tell(
    entries=[[each.name, each.step, each.value, type(each.timestamp).__name__] for each in first],
    counts=[len(first), len(again), len(later)],
    later=[[each.name, each.step, each.value] for each in later],
    naive=first[0].timestamp.tzinfo is None,
)
lines = linearize_metrics(first)
tell(
    linear={
        name: {key: value for key, value in metric.items() if key in ("steps", "values", "name", "units")}
        for name, metric in lines.items()
    },
    keys={name: sorted(metric) for name, metric in lines.items()},
    stamps=[len(metric["timestamps"]) for metric in lines.values()],
    nothing=linearize_metrics([]),
)
now = datetime.datetime(2020, 1, 2, 3, 4, 5)
entry = ScalarMetricLogEntry("m", 3, now, 4.5)
tell(
    entry=[entry.name, entry.step, entry.value, entry.timestamp == now],
    by_hand={
        key: value for key, value in linearize_metrics([entry, entry])["m"].items() if key != "timestamps"
    },
)
