"""The metrics of a run: what sums them up, and their points."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from sacred.model.series import Series, Summary, summarize
from sacred.reader.locked import LockedStore
from sacred.reader.names import miss
from sacred.reader.points import to_array, to_list, to_moments

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SYSTEM = "system."
"""How the names of metrics begin that the recorder takes itself."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Metric:
    """One metric of a run. The points are read when they are asked for, what sums them up comes without them.

    Args:
        metrics: all of the run's.
        name: its name.
    """

    def __init__(self, metrics: "Metrics", name: str) -> None:
        self._metrics = metrics
        self._name = name
        self._series: Series | None = None

    def __repr__(self) -> str:
        return f"<Metric {self._name}: {self.count} points, last {self.last!r}>"

    def __len__(self) -> int:
        return self.count

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @property
    def summary(self) -> Summary:
        """Count, last value and step, smallest, largest, mean."""
        return self._metrics.summaries[self._name]

    @property
    def count(self) -> int:
        """How many points it has."""
        return self.summary["count"]

    @property
    def last(self) -> Any:
        """The value of the last point; None without one."""
        return self.summary["last"]

    @property
    def last_step(self) -> Any:
        """The step of the last point; None without one."""
        return self.summary["last_step"]

    @property
    def min(self) -> float | int | None:
        """The smallest of the values that are numbers; None if there are none."""
        return self.summary["min"]

    @property
    def max(self) -> float | int | None:
        """The largest of the values that are numbers; None if there are none."""
        return self.summary["max"]

    @property
    def mean(self) -> float | None:
        """The mean of the values that are numbers; None if there are none."""
        return self.summary["mean"]

    @property
    def series(self) -> Series:
        """The points as three columns, as the store gives them."""
        if self._series is None:
            self._series = self._metrics.read(self._name)
        return self._series

    @property
    def is_read(self) -> bool:
        """Whether its points have been read."""
        return self._series is not None

    def keep(self, series: Series) -> None:
        """Take the points that have been read."""
        self._series = series

    @property
    def steps(self) -> "np.ndarray[Any, Any]":
        """The steps as an array: int64 where all fit, else objects."""
        array: np.ndarray[Any, Any] = to_array(self.series.steps)
        return array

    @property
    def values(self) -> "np.ndarray[Any, Any]":
        """The values as an array: float64, int64 or bool where that loses nothing, else objects."""
        array: np.ndarray[Any, Any] = to_array(self.series.values)
        return array

    @property
    def timestamps(self) -> "np.ndarray[Any, Any]":
        """When they were logged, as an array of datetime64 in microseconds, UTC."""
        array: np.ndarray[Any, Any] = to_moments(self.series.times)
        return array

    def to_list(self) -> list[tuple[Any, Any, datetime | None]]:
        """Return ``(step, value, moment)`` of each point, as it was recorded; moments are aware, in UTC."""
        series = self.series
        moments = map(_make_moment, to_list(series.times))
        return list(zip(to_list(series.steps), to_list(series.values), moments, strict=True))

    def to_arrays(self) -> tuple[str, Any, Any, Any]:
        """Return name, steps, values and timestamps."""
        return self.name, self.steps, self.values, self.timestamps

    def to_pandas(self) -> "pd.Series[Any]":
        """Return the values as a Series by step."""
        from sacred.reader.frames import make_series

        return make_series(self.name, self.steps, self.values)


class Metrics(Mapping[str, Metric]):
    """The metrics of a run by name; those of the system come last.

    Args:
        store: where the run is.
        run_id: which run.
    """

    def __init__(self, store: LockedStore, run_id: str) -> None:
        self._store = store
        self._id = run_id
        self._lock = threading.RLock()
        self._found: dict[str, Metric] | None = None
        self._summaries: dict[str, Summary] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"store": self._store, "run_id": self._id}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]  # what was pickled is made as any other

    @property
    def _metrics(self) -> dict[str, Metric]:
        with self._lock:
            if self._found is None:
                self._found = {name: Metric(self, name) for name in self._store.list_metrics(self._id)}
            return self._found

    def __getitem__(self, name: str) -> Metric:
        try:
            return self._metrics[name]
        except (KeyError, TypeError):
            raise miss(f"Run {self._id} has no metric", name, self._metrics) from None

    def __getattr__(self, name: str) -> NoReturn:
        hint = "" if name.startswith("_") else f'; a metric is looked up by its name: metrics["{name}"]'
        raise AttributeError(f"there is no attribute {name!r}{hint}")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._metrics

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)

    def __repr__(self) -> str:
        return f"<Metrics of run {self._id}: {', '.join(self) or 'none'}>"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    @property
    def summaries(self) -> Mapping[str, Summary]:
        """What sums each metric up, by name."""
        with self._lock:
            if self._summaries is None:
                self._summaries = self._load_summaries()
            return self._summaries

    def _load_summaries(self) -> dict[str, Summary]:
        document = self._store.load([self._id], with_metrics=True).get(self._id, {})
        known = document.get("metrics")
        summaries: dict[str, Summary] = {**known} if isinstance(known, dict) else {}
        lacking = [name for name in self._metrics if name not in summaries]
        if lacking:  # a point has come between, or the store has no summary of this one
            summaries.update({one.name: summarize(one) for one in self._store.read_series(self._id, lacking)})
        for name in self._metrics:
            summaries.setdefault(name, summarize(Series(name, [], [], [])))
        return summaries

    def read(self, name: str) -> Series:
        """Return the points of one metric."""
        return next(iter(self._store.read_series(self._id, [name])), Series(name, [], [], []))

    def choose(self, names: Sequence[str] | None = None) -> list[Metric]:
        """Return the named metrics with their points; without names, all but the system's.

        Raises:
            EntryNotFoundError: there is none of a name.
        """
        if names is None:
            names = [name for name in self if not name.startswith(SYSTEM)]
        chosen = [self[name] for name in ([names] if isinstance(names, str) else names)]
        lacking = [metric.name for metric in chosen if not metric.is_read]
        if len(lacking) > 1:  # in one go
            for series in self._store.read_series(self._id, lacking):
                self[series.name].keep(series)
        return chosen

    def to_pandas(self, names: Sequence[str] | None = None, *, long: bool = False) -> "pd.DataFrame":
        """Return the points as a table.

        A step that a metric has several times has as many rows.

        Args:
            names: of these metrics; without them, of all but the system's.
            long: a row for each point, with the columns ``metric, step, value, timestamp``; else a row
                for each step, with a column for each metric.

        Raises:
            EntryNotFoundError: there is none of a name.
        """
        from sacred.reader import frames

        columns = [one.to_arrays() for one in self.choose(names)]
        return frames.make_long(columns) if long else frames.make_wide(columns)


def _make_moment(seconds: float) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=round(seconds * 1e6))
    except (OverflowError, ValueError):
        return None
