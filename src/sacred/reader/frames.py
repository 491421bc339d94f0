"""Columns of values as data frames of pandas and package."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sacred.plugins.extras import require
from sacred.reader.kinds import find_kind

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

PointColumns = tuple[str, Any, Any, Any]
"""A metric's name, and its steps, values and timestamps as numpy arrays."""

_PANDAS = {"float": "float64", "int": "Int64", "bool": "boolean", "text": "string"}


def _load(package: str) -> Any:
    return require(package, "A data frame")


def make_pandas(table: Mapping[str, Sequence[Any]]) -> "pd.DataFrame":
    """Return a table as a DataFrame; what is None is missing."""
    pandas = _load("pandas")
    frame: pd.DataFrame = pandas.DataFrame(
        {make_text(name): _make_pandas_column(pandas, values) for name, values in table.items()}
    )
    return frame


def _make_pandas_column(pandas: Any, values: Sequence[Any]) -> Any:
    kind = find_kind(values)
    has_gaps = any(value is None for value in values)
    if kind == "moment":
        return pandas.Series(pandas.to_datetime(list(values), utc=True)).astype("datetime64[us, UTC]")
    if kind == "duration":
        return pandas.Series(pandas.to_timedelta(list(values))).astype("timedelta64[us]")
    if kind == "text":
        values = [None if value is None else make_text(value) for value in values]
    if kind in {"int", "bool"} and not has_gaps:
        return pandas.Series(values, dtype="int64" if kind == "int" else "bool")
    if kind in _PANDAS:
        return pandas.Series(values, dtype=_PANDAS[kind])
    return pandas.Series([pandas.NA if value is None else value for value in values], dtype="object")


def make_polars(table: Mapping[str, Sequence[Any]]) -> "pl.DataFrame":
    """Return a table as a DataFrame of polars; None is null, and a column of several types is text."""
    package = _load("polars")
    frame: pl.DataFrame = package.DataFrame(
        [_make_polars_column(package, name, values) for name, values in table.items()]
    )
    return frame


def _make_polars_column(package: Any, name: str, values: Sequence[Any]) -> Any:
    types = {
        "float": package.Float64,
        "int": package.Int64,
        "bool": package.Boolean,
        "moment": package.Datetime("us", "UTC"),
        "duration": package.Duration("us"),
        "none": package.Null,
    }
    kind = find_kind(values)
    if kind in types:
        given = [None if value is None else float(value) for value in values] if kind == "float" else values
        return package.Series(make_text(name), given, dtype=types[kind])
    texts = [None if value is None else make_text(value) for value in values]
    return package.Series(make_text(name), texts, dtype=package.String)


def make_text(value: Any) -> str:
    """Return a value as text that is valid Unicode: a text as it is, anything else as JSON."""
    if not isinstance(value, str):
        return make_text(json.dumps(value, ensure_ascii=False, default=str))
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")


def make_series(name: str, steps: Any, values: Any) -> "pd.Series[Any]":
    """Return the values of one metric as a Series by step."""
    pandas = _load("pandas")
    index = pandas.Index(steps, dtype=steps.dtype, name="step")
    # with a type of its own: pandas would take objects for text, and fail at texts that are no Unicode
    series: pd.Series[Any] = pandas.Series(values, index=index, dtype=values.dtype, name=make_text(name))
    return series


def make_long(columns: Sequence[PointColumns]) -> "pd.DataFrame":
    """Return the points of several metrics as a DataFrame with a row for each point, metric by metric."""
    pandas = _load("pandas")
    parts = [
        pandas.DataFrame(
            {
                "metric": make_text(name),
                "step": pandas.Series(steps, dtype=steps.dtype),
                "value": pandas.Series(values, dtype=values.dtype),
                "timestamp": moments,
            }
        )
        for name, steps, values, moments in columns
        if len(steps)
    ]
    names = ["metric", "step", "value", "timestamp"]
    whole: pd.DataFrame = (
        pandas.concat(parts, ignore_index=True) if parts else pandas.DataFrame(columns=names)
    )
    whole["timestamp"] = pandas.to_datetime(whole["timestamp"], utc=True)
    return whole


def make_wide(columns: Sequence[PointColumns]) -> "pd.DataFrame":
    """Return the points of several metrics as a DataFrame with a column for each and a row for each step."""
    pandas = _load("pandas")
    series = [make_series(name, steps, values) for name, steps, values, _ in columns]
    if not series:
        return pandas.DataFrame(index=pandas.Index([], name="step"))
    if all(one.index.is_unique for one in series):
        wide: pd.DataFrame = pandas.concat(series, axis=1)
    else:  # the same step again is the next row of this step
        wide = pandas.concat([_number_repetitions(pandas, one) for one in series], axis=1)
        wide = _sort(wide).droplevel(1)
        wide.index.name = "step"
        return wide
    wide = _sort(wide)
    wide.index.name = "step"
    return wide


def _number_repetitions(pandas: Any, series: Any) -> Any:
    steps = pandas.Series(series.index)
    index = pandas.MultiIndex.from_arrays([steps, steps.groupby(steps).cumcount()], names=["step", "again"])
    return series.set_axis(index)


def _sort(frame: Any) -> Any:
    try:
        return frame.sort_index(kind="stable")
    except TypeError:  # steps of several types have no order
        return frame
