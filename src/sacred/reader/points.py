"""The points of a metric as numpy arrays."""

from typing import Any, cast

from sacred.model.series import Column
from sacred.plugins.extras import require
from sacred.reader.kinds import find_kind

_TYPES = {"float": "float64", "int": "int64", "bool": "bool", "none": "float64"}


def load_numpy() -> Any:
    """Return numpy.

    Raises:
        MissingExtraError: it is not installed.
    """
    return require("numpy", "Reading the points of a metric")


def to_array(column: Column) -> Any:
    """Return a column as an array of float64, int64 or bool where it loses nothing, else of objects."""
    numpy = load_numpy()
    if hasattr(column, "dtype"):
        return column
    kind = None if any(value is None for value in column) else _TYPES.get(find_kind(column))
    if kind is None:
        array = numpy.empty(len(column), dtype=object)
        for index, value in enumerate(column):  # lists in it are values, not further dimensions
            array[index] = value
        return array
    return numpy.array(column, dtype=kind)


def to_moments(times: Column) -> Any:
    """Return seconds since 1970 as an array of datetime64 in microseconds, UTC; NaT for what is none."""
    numpy = load_numpy()
    seconds = numpy.asarray(times, dtype="float64")
    with numpy.errstate(invalid="ignore", over="ignore"):
        micros = numpy.rint(seconds * 1e6)
        is_moment = numpy.abs(micros) < 2.0**62  # NaN is not
        moments = numpy.where(is_moment, micros, 0).astype("int64").astype("datetime64[us]")
    moments[~is_moment] = numpy.datetime64("NaT")
    return moments


def to_list(column: Column) -> list[Any]:
    """Return a column as plain values, as they were recorded."""
    return cast("list[Any]", column.tolist()) if hasattr(column, "tolist") else list(column)
