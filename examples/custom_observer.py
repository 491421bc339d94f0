"""An observer of your own: it adds a line to a table for every run that comes to its end.

Try:

    python examples/custom_observer.py with rate=0.5
    cat results.csv
"""

import csv
from pathlib import Path
from typing import Any

from sacred import Experiment
from sacred.observers import RunObserver
from sacred.run import Run


class ResultsTable(RunObserver):
    """Appends configuration and result of completed runs to a CSV file.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.row: dict[str, Any] = {}

    # An observer overrides the events that it needs; all arguments come by keyword.

    def started_event(self, *_: Any, **event: Any) -> None:
        """Begin a line."""
        self.row = {"started": event["start_time"].isoformat(timespec="seconds"), **event["config"]}

    def log_metrics(self, *_: Any, **event: Any) -> None:
        """Keep the newest value of each metric."""
        for name, series in event["metrics_by_name"].items():  # the points since the last call
            self.row[name] = series["values"][-1]

    def completed_event(self, *_: Any, **event: Any) -> None:
        """Write the line."""
        self.row["result"] = event["result"]
        is_new = not self.path.exists()
        with self.path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(self.row))
            if is_new:
                writer.writeheader()
            writer.writerow(self.row)


ex = Experiment("custom_observer")
ex.observers.append(ResultsTable("results.csv"))
ex.add_config(rate=0.1, steps=10)


@ex.automain
def main(rate: float, steps: int, _run: Run) -> float:
    value = 1.0
    for _ in range(steps):
        value *= 1 - rate
        _run.log_scalar("loss", value)
    return value
