"""Reading a run folder in any state: under way, ended, killed; of this version and of Sacred 0.8.

Nothing here writes, and nothing that a record says is executed.
"""

import contextlib
import os
from collections.abc import Callable
from typing import Any, TypeVar

from sacred.errors import StoreError
from sacred.folder import layout, output_reader
from sacred.folder.front import find_front
from sacred.folder.lock import find_holder
from sacred.folder.metrics import read_metric_records
from sacred.folder.silence import is_silent
from sacred.model import status as statuses
from sacred.model.metrics import MetricRecord
from sacred.model.serialize import load_json

_T = TypeVar("_T")


def read_ahead(folder: str, read: Callable[[str], _T]) -> _T:
    """Read the folder that a run writes to: where one is on a network, the local one in front of it.

    Args:
        folder: the run folder.
        read: reads a folder; a :class:`StoreError` that it raises leads to the run folder itself.
    """
    front = find_front(folder)
    if front is not None:
        with contextlib.suppress(StoreError):
            found = read(front)
            if find_front(folder) == front:  # else the run has ended meanwhile, and all is in its own folder
                return found
    return read(folder)


def read_run(folder: str) -> dict[str, Any]:
    """Return what ``run.json`` says, with the ``status`` that is true now: a killed run is ``DEAD``.

    Raises:
        StoreError: this is no run folder, or the file can't be read.
    """
    return read_ahead(folder, _read_run)


def _read_run(folder: str) -> dict[str, Any]:
    holder = find_holder(folder)  # first: the run may end between
    entry = _read_entry(folder)
    if (
        entry.get("status") == statuses.RUNNING
        and holder != "alive"
        and (holder == "dead" or is_silent(entry))
    ):
        entry["status"] = statuses.DEAD
    return entry


def read_config(folder: str) -> dict[str, Any]:
    """Return the configuration.

    Raises:
        StoreError: it can't be read.
    """
    return read_ahead(folder, lambda place: _read_document(place, layout.CONFIG))


def read_info(folder: str) -> dict[str, Any]:
    """Return the info dictionary of the last heartbeat; an empty one before the first.

    Raises:
        StoreError: it can't be read.
    """
    return read_ahead(folder, _read_info)


def _read_info(folder: str) -> dict[str, Any]:
    if not os.path.exists(os.path.join(folder, layout.INFO)):
        return {}
    return _read_document(folder, layout.INFO)


def read_output(folder: str) -> str:
    """Return all output so far; what is not UTF-8 is shown as U+FFFD.

    Raises:
        StoreError: it can't be read.
    """
    return read_ahead(folder, _read_text)


def _read_text(folder: str) -> str:
    try:
        return output_reader.read_output(folder).decode("utf-8", "replace")
    except OSError as error:
        raise _describe(folder, layout.OUTPUT, error) from error


def read_metrics(folder: str) -> list[MetricRecord]:
    """Return all points so far, by metric; the run's id is the name of its folder.

    Raises:
        StoreError: they can't be read.
    """
    run_id = os.path.basename(os.path.abspath(folder))
    return read_ahead(folder, lambda place: _read_metrics(place, run_id))


def _read_metrics(folder: str, run_id: str) -> list[MetricRecord]:
    try:
        return read_metric_records(folder, run_id)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _describe(folder, layout.METRICS, error) from error


def _read_entry(folder: str) -> dict[str, Any]:
    try:
        return _read_document(folder, layout.RUN)
    except StoreError as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            exists = os.path.exists(folder)
            reason = f"is no run folder: it has no {layout.RUN}" if exists else "does not exist"
            raise StoreError(f'"{folder}" {reason}') from error
        raise


def _read_document(folder: str, name: str) -> dict[str, Any]:
    try:
        with open(os.path.join(folder, name), "rb") as file:
            content = load_json(file.read())
    except (OSError, ValueError) as error:
        raise _describe(folder, name, error) from error
    if not isinstance(content, dict):
        raise StoreError(f'"{os.path.join(folder, name)}" is damaged: it holds no JSON object')
    return content


def _describe(folder: str, name: str, error: Exception) -> StoreError:
    path = os.path.join(folder, name)
    if isinstance(error, OSError):
        return StoreError(f'"{error.filename or path}" can\'t be read: {error.strerror or error}')
    return StoreError(f'"{path}" is damaged: {error}')
