"""What ``sacred.open_store`` hands to users: a store's runs, to look at, compare and move."""

from typing import TYPE_CHECKING

from sacred.plugins.registry import make_lazy

if TYPE_CHECKING:
    from sacred.reader.compare import Comparison, Difference
    from sacred.reader.files import File, Files
    from sacred.reader.follow import Event, MetricEvent, OutputEvent, StatusEvent
    from sacred.reader.metrics import Metric, Metrics
    from sacred.reader.opening import open_store
    from sacred.reader.run import Run
    from sacred.reader.runs import Runs
    from sacred.reader.store import Store
    from sacred.reader.tags import Tags
    from sacred.reader.views import View

__all__ = [
    "Comparison",
    "Difference",
    "Event",
    "File",
    "Files",
    "Metric",
    "MetricEvent",
    "Metrics",
    "OutputEvent",
    "Run",
    "Runs",
    "StatusEvent",
    "Store",
    "Tags",
    "View",
    "open_store",
]

_MODULES = {
    "compare": ("Comparison", "Difference"),
    "files": ("File", "Files"),
    "follow": ("Event", "MetricEvent", "OutputEvent", "StatusEvent"),
    "metrics": ("Metric", "Metrics"),
    "opening": ("open_store",),
    "run": ("Run",),
    "runs": ("Runs",),
    "store": ("Store",),
    "tags": ("Tags",),
    "views": ("View",),
}

__getattr__, __dir__ = make_lazy(
    __name__,
    {name: f"{__name__}.{module}:{name}" for module, names in _MODULES.items() for name in names},
)
