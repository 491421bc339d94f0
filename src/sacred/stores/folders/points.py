"""The points of a run in its folder, from the journal, else from ``metrics.json`` as Sacred 0.8 writes it."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.journal_columns import read_columns
from sacred.folder.journal_reader import has_journal
from sacred.folder.reader import read_ahead
from sacred.model.packing import make_column
from sacred.model.series import Series
from sacred.stores.folders.documents import parse_plain
from sacred.stores.folders.paths import format_reason, is_inside
from sacred.stores.folders.points_cache import PointsCache

_T = TypeVar("_T")


class FolderPoints:
    """Reads the points of the runs of a store.

    Args:
        root: the store's folder.
        cache: keeps the columns of long ``metrics.json``.
    """

    def __init__(self, root: str, cache: PointsCache) -> None:
        self._root = root
        self._cache = cache

    def read(self, folder: str, names: Iterable[str] | None = None) -> list[Series]:
        """Return the series of a run folder: all, those of the system last, or the named ones that exist.

        Raises:
            StoreError: they can't be read.
        """
        if names is None:
            return list(self._read_all(folder).values())
        wanted = list(dict.fromkeys(names))
        if wanted and all(name.startswith("system.") for name in wanted):
            found = self._call(folder, lambda place: _read_system(place, self._read_own(place)))
        elif any(name.startswith("system.") for name in wanted):
            found = self._read_all(folder)
        else:
            found = self._call(folder, self._read_own)
        return [found[name] for name in wanted if name in found]

    def _read_all(self, folder: str) -> dict[str, Series]:
        return self._call(folder, lambda place: _add_system(place, self._read_own(place)))

    def _read_own(self, folder: str) -> dict[str, Series]:
        found = read_columns(folder)
        if found or has_journal(folder):
            return found
        path = os.path.join(folder, layout.METRICS)
        kept = self._cache.get(path)
        if kept is None:
            kept = _parse_metrics(path)
            self._cache.put(path, kept)
        return {series.name: series for series in kept}

    def _call(self, folder: str, read: Callable[[str], _T]) -> _T:
        def read_checked(place: str) -> _T:
            self._check(folder, place)
            try:
                return read(place)
            except OSError as error:
                raise StoreError(
                    f'The metrics in "{folder}" can\'t be read: {format_reason(error)}'
                ) from error
            except (ValueError, LookupError, TypeError) as error:
                path = os.path.join(folder, layout.METRICS)
                raise StoreError(f'"{path}" is damaged: {error}') from error

        return read_ahead(folder, read_checked)

    def _check(self, folder: str, place: str) -> None:
        """Refuse what a link would show from elsewhere."""
        if place != folder:
            return
        for name in _list_metric_files(folder):
            path = os.path.join(folder, name)
            if os.path.islink(path) and not is_inside(path, self._root):
                raise StoreError(f'"{path}" is a link that leads out of the store: it is not followed')


def _list_metric_files(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if name.startswith(("metrics.", "system."))]
    except OSError:
        return []


def _read_system(folder: str, own: dict[str, Series]) -> dict[str, Series]:
    return {**read_columns(folder, layout.SYSTEM), **own}


def _add_system(folder: str, own: dict[str, Series]) -> dict[str, Series]:
    found = read_columns(folder, layout.SYSTEM)
    return {**own, **{name: series for name, series in found.items() if name not in own}}


def _parse_metrics(path: str) -> list[Series]:
    try:
        with open(path, "rb") as file:
            content = parse_plain(file.read())
    except FileNotFoundError:
        return []
    if not isinstance(content, dict):
        raise TypeError("it holds no JSON object")
    found = [_make_series(name, columns) for name, columns in content.items()]
    found.sort(key=lambda series: float(series.times[0]) if len(series) else float("inf"))
    return found


def _make_series(name: str, columns: Any) -> Series:
    columns = columns if isinstance(columns, dict) else {}
    lists = [columns.get(key) for key in ("steps", "values", "timestamps")]
    if not all(isinstance(one, list) for one in lists):
        raise ValueError(f'metric "{name}" lacks its columns')
    steps, values, moments = lists
    if not len(steps) == len(values) == len(moments):
        raise ValueError(f'metric "{name}" has columns of different lengths')
    return Series(name, make_column(steps), make_column(values), parse_moments(moments))


def parse_moments(moments: list[Any]) -> Any:
    """Return ISO texts in UTC as seconds since 1970; NaN for what is none."""
    try:
        import numpy as np

        if all(type(one) is str and 19 <= len(one) <= 26 and one[10] == "T" for one in moments):
            return np.array(moments, "datetime64[us]").astype(np.int64) / 1e6
    except (ImportError, ValueError):
        pass
    return make_column([_parse_moment(one) for one in moments])


def _parse_moment(value: Any) -> float:
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return float("nan")
