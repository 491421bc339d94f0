"""The document of a run, put together from the JSON files of its folder."""

import contextlib
import json
import os
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.front import find_front
from sacred.folder.lock import find_holder
from sacred.folder.silence import is_silent
from sacred.model import status as statuses
from sacred.model.record import Document
from sacred.model.serialize import flatten, load_json
from sacred.stores.folders.annotations import ANNOTATIONS, clean_annotations
from sacred.stores.folders.paths import SHARED_FOLDERS, format_reason

FORMAT = 1
"""The newest form of a record that this version knows."""

_UNDER_WAY = frozenset({layout.LOCK, layout.SPOOL})
_MARKS = (b'"py/', b'"json://')
_OPEN_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_BINARY", "O_NOFOLLOW"))


class Reading(NamedTuple):
    """What a run folder says of its run.

    Attributes:
        document: the run.
        problems: what could not be read of it, a line each.
        is_over: the run writes nothing more.
        changed_ns: the latest change of one of the files that were read, in nanoseconds since 1970.
    """

    document: Document
    problems: list[str]
    is_over: bool
    changed_ns: int


def read_run(folder: str, run_id: str) -> Reading:
    """Read the document of a run in whatever state it is; ``status`` is the true one.

    Args:
        folder: the run folder.
        run_id: its id.

    Raises:
        StoreError: there is no run, or it can't be read.
    """
    try:
        names = set(os.listdir(folder))
    except OSError as error:
        raise StoreError(f'"{folder}" can\'t be read: {format_reason(error)}') from error
    if layout.SPOOL in names:
        found = _read_ahead(folder, run_id, names)
        if found is not None:
            return found
        names = set(os.listdir(folder))
    return _read_folder(folder, run_id, names)


def _read_ahead(folder: str, run_id: str, names: Collection[str]) -> Reading | None:
    """Read the local folder that a run on a network writes to; None if there is none, or no more."""
    front = find_front(folder)
    if front is None:
        return None
    with contextlib.suppress(StoreError, OSError):
        found = _read_folder(front, run_id, {*os.listdir(front), layout.SPOOL})
        annotations = _read_annotations(folder, names, [])
        if find_front(folder) == front:  # else it has ended meanwhile, and all is in its own folder
            return Reading({**found.document, **annotations}, found.problems, False, found.changed_ns)
    return None


def _read_folder(folder: str, run_id: str, names: Collection[str]) -> Reading:
    holder = find_holder(folder) if layout.LOCK in names else "unknown"  # first: the run may end between
    files = _Files(folder)
    entry = files.load(layout.RUN)
    problems: list[str] = []
    document = {**entry, "id": run_id, "config": files.try_to_load(layout.CONFIG, names, entry, problems)}
    info = files.try_to_load(layout.INFO, names, entry, problems)
    document["info"] = info if info is not None else {}
    if document["config"] is None:
        del document["config"]
        if "origin" not in entry:  # it may come from where there was none
            problems.append(f"it has no {layout.CONFIG}")
    document |= _read_annotations(folder, names, problems)
    _note_format(entry, problems)
    status = entry.get("status")
    is_dead = holder == "dead" or (holder != "alive" and status == statuses.RUNNING and is_silent(entry))
    if status == statuses.RUNNING and is_dead:
        document["status"] = statuses.DEAD
    _shorten_paths(document)
    is_open = status in (statuses.RUNNING, statuses.QUEUED)  # it may be anything, and have no hash
    may_change = is_open or not _UNDER_WAY.isdisjoint(names)
    return Reading(document, problems, not may_change, files.changed_ns)


class _Files:
    """Reads JSON files of a folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.changed_ns = 0

    def load(self, name: str) -> dict[str, Any]:
        """Return the object that a file holds, as plain JSON.

        Raises:
            StoreError: it can't be read.
        """
        path = f"{self._folder}/{name}"
        try:
            content = parse_plain(self._read(path))
        except FileNotFoundError as error:
            raise StoreError(f'"{self._folder}" is no run folder: it has no {name}') from error
        except OSError as error:
            raise StoreError(f'"{path}" can\'t be read: {format_reason(error)}') from error
        except ValueError as error:
            raise StoreError(f'"{path}" is damaged: {error}') from error
        if not isinstance(content, dict):
            raise StoreError(f'"{path}" is damaged: it holds no JSON object')
        return content

    def try_to_load(
        self, name: str, names: Collection[str], entry: dict[str, Any], problems: list[str]
    ) -> dict[str, Any] | None:
        """Return what a file holds, else what ``run.json`` has of it, as old versions have it."""
        if name in names:
            try:
                return self.load(name)
            except StoreError as error:
                if not isinstance(error.__cause__, FileNotFoundError):
                    problems.append(str(error))
                    return {}
        inside = entry.get(name.removesuffix(".json"))
        return inside if isinstance(inside, dict) else None

    def _read(self, path: str) -> bytes:
        # a named pipe that somebody put there would have the reader wait
        descriptor = os.open(path, _OPEN_FLAGS)
        try:
            found = os.fstat(descriptor)
            self.changed_ns = max(self.changed_ns, found.st_mtime_ns)
            data = os.read(descriptor, found.st_size + 1)
            while len(data) > found.st_size and (piece := os.read(descriptor, 1 << 20)):  # it has grown
                data += piece
            return data
        finally:
            os.close(descriptor)


def parse_plain(data: bytes) -> Any:
    """Read a JSON document as plain JSON values: 0.8's marks of tuples, numpy values and such are turned.

    Raises:
        ValueError: it is damaged.
    """
    if any(mark in data for mark in _MARKS):
        return flatten(load_json(data))
    try:
        # json would first guess the encoding; UTF-16 and lone surrogates are left to it
        return json.loads(data.decode() if data.isascii() else data)
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None


def _read_annotations(folder: str, names: Collection[str], problems: list[str]) -> dict[str, Any]:
    if ANNOTATIONS not in names:
        return {"tags": [], "notes": ""}
    return clean_annotations(_Files(folder).try_to_load(ANNOTATIONS, names, {}, problems))


def _note_format(entry: dict[str, Any], problems: list[str]) -> None:
    recorder = entry.get("recorder")
    number = recorder.get("format") if isinstance(recorder, dict) else None
    if isinstance(number, int) and number > FORMAT:
        problems.append(
            f"it was recorded by a newer version of sacred (format {number}); this one may miss parts of it"
        )


def _shorten_paths(document: Document) -> None:
    """Name the copies of resources as those of sources are: relative to the store, wherever that is now."""
    resources = document.get("resources")
    if isinstance(resources, list) and resources:
        document["resources"] = [
            [one[0], shorten_shared_path(one[1])] if _is_pair(one) else one for one in resources
        ]


def shorten_shared_path(path: str) -> str:
    """Return ``_resources/NAME`` of a path that ends so; every other one stays."""
    parent, name = os.path.split(path)
    folder = os.path.basename(parent)
    return f"{folder}/{name}" if folder in SHARED_FOLDERS and name else path


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)


def iter_pairs(value: Any) -> Iterable[tuple[str, str]]:
    """Yield pairs of texts of a list of a record, such as its sources, in any of their older forms."""
    for one in value if isinstance(value, list) else []:
        if _is_pair(one):
            yield one[0], one[1]
        elif isinstance(one, str):
            yield one, ""
        elif isinstance(one, dict) and isinstance(one.get("filename"), str):
            yield one["filename"], str(one.get("md5") or "")
