"""A look at an object storage: which runs came, went and changed, by one listing."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.model import status as statuses
from sacred.stores.folders.annotations import ANNOTATIONS
from sacred.stores.folders.catalogue import OPEN, SETTLED, WAITING, Catalogue, Entry, Mark
from sacred.stores.folders.documents import read_run
from sacred.stores.folders.paths import SHARED_FOLDERS, is_run_name
from sacred.stores.folders.telling import Telling
from sacred.stores.objects.place import Found, Place

DOCUMENTS = (layout.RUN, layout.CONFIG, layout.INFO, ANNOTATIONS)
"""The objects of a run that its document is made of."""

_MOMENT_SECONDS = 1.0
_STARTING_SECONDS = 10.0
_STILL = frozenset({statuses.DEAD, statuses.QUEUED})
_BATCH = 200
_FEW = 20
_MOST_LISTED = 4
_IMPOSSIBLE = re.compile(r"[\x00-\x1f\x7f/\\]")
_MOST_ID_BYTES = 255
_MEMORY = "/dev/shm"  # noqa: S108 - mkdtemp makes a folder of the user's own in it
_OUTSIDE_DOCUMENTS = "(no run)"


class ObjectScan:
    """Keeps the catalogue of an object storage up to date.

    Args:
        place: where the runs are.
        catalogue: of them.
    """

    def __init__(self, place: Place, catalogue: Catalogue) -> None:
        self._place = place
        self._catalogue = catalogue
        self._refreshed = float("-inf")
        self._count = 0
        self._shared: dict[str, Found] = {}
        self._listed: dict[str, tuple[float, dict[str, Found]]] = {}  # moments and objects of the last runs

    def forget(self) -> None:
        """Have the next question look again: this store has just changed something."""
        self._refreshed = float("-inf")
        self._listed.clear()

    def list_run(self, run_id: str) -> dict[str, Found]:
        """Return the objects of a run as they are, or were a moment ago, by their names within it.

        Raises:
            StoreError: the storage can't be read.
        """
        moment, found = self._listed.pop(run_id, (float("-inf"), {}))
        if time.monotonic() - moment >= _MOMENT_SECONDS:
            moment, found = time.monotonic(), list_run(self._place, run_id)
        self._listed[run_id] = moment, found
        for old in list(self._listed)[:-_MOST_LISTED]:
            del self._listed[old]
        return found

    def refresh(self) -> None:
        """List the storage, and read the documents of runs that are new, have changed, or are under way.

        Nothing is done a moment after the last time: a listing takes a request for each thousand objects.

        Raises:
            StoreError: it can't be read.
        """
        moment = time.monotonic()
        is_known = not self._count or bool(self._catalogue.get_marks())  # else it was made anew
        if is_known and moment - self._refreshed < _MOMENT_SECONDS:
            return
        runs: dict[str, dict[str, Found]] = {}
        self._shared = {}
        for name, found in self._place.list().items():
            top, slash, inner = name.partition("/")
            if top in SHARED_FOLDERS:
                self._shared[name] = found
            elif slash and inner and is_run_name(top):
                runs.setdefault(top, {})[inner] = found
        self._refreshed, self._count = moment, len(runs)
        self._take_in(runs, is_all=True)

    def find_shared(self, names: Iterable[str]) -> dict[str, Found]:
        """Return what there is of some sources and resources.

        Raises:
            StoreError: the storage can't be read.
        """
        wanted = list(names)
        missing = [name for name in wanted if name not in self._shared]
        self._shared |= self._place.find(missing)
        return {name: self._shared[name] for name in wanted if name in self._shared}

    def refresh_some(self, ids: Sequence[str]) -> None:
        """Look at some runs, unless all have been looked at a moment ago.

        Raises:
            StoreError: the storage can't be read.
        """
        if time.monotonic() - self._refreshed < _MOMENT_SECONDS:
            return
        if len(ids) > _FEW:
            self.refresh()
            return
        runs = {run_id: self.list_run(run_id) for run_id in ids if is_possible(run_id)}
        self._take_in({run_id: found for run_id, found in runs.items() if found}, is_all=False)
        gone = [run_id for run_id, found in runs.items() if not found]
        self._catalogue.update([], list(self._catalogue.get_marks(gone)))

    def _take_in(self, runs: Mapping[str, Mapping[str, Found]], *, is_all: bool) -> None:
        marks = self._catalogue.get_marks(None if is_all else runs)
        gone = [run_id for run_id in marks if run_id not in runs] if is_all else []
        stamps = {run_id: _make_stamp(found) for run_id, found in runs.items()}
        changed = [
            run_id
            for run_id, stamp in stamps.items()
            if (mark := marks.get(run_id)) is None or mark.stamp != stamp or mark.state == OPEN
        ]
        self._catalogue.update([], gone)
        telling = Telling(f"Looking at {len(changed):,} runs", len(changed))
        try:
            for start in range(0, len(changed), _BATCH):
                some = changed[start : start + _BATCH]
                entries = list(self._iter_entries({run_id: runs[run_id] for run_id in some}, stamps))
                self._catalogue.update(entries)
                for _ in some:
                    telling.advance()
        finally:
            telling.finish()

    def _iter_entries(
        self, runs: Mapping[str, Mapping[str, Found]], stamps: Mapping[str, str]
    ) -> Iterator[Entry]:
        names = [f"{run_id}/{name}" for run_id, found in runs.items() for name in DOCUMENTS if name in found]
        contents = self._place.read_many(names)
        with make_small_folder() as folder:
            for run_id, found in runs.items():
                mark = Mark(stamps[run_id], OPEN, time.time(), "", None)
                inside = {name: contents.get(f"{run_id}/{name}") for name in DOCUMENTS}
                yield self._read(os.path.join(folder, "run"), Entry(run_id, mark, None), found, inside)

    def _read(
        self,
        folder: str,
        entry: Entry,
        found: Mapping[str, Found],
        contents: Mapping[str, bytes | None],
    ) -> Entry:
        """Fill in the entry of a run."""
        if contents.get(layout.RUN) is None:
            return _judge(entry, found, self._place.location)
        write_documents(folder, contents)
        try:
            reading = read_run(folder, entry.run_id)
        except StoreError as error:
            entry.mark.state = WAITING
            entry.problems = [describe(error, folder, f"{self._place.location}/{entry.run_id}")]
            return entry
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        location = f"{self._place.location}/{entry.run_id}"
        entry.document = reading.document
        entry.problems = [one.replace(folder, location) for one in reading.problems]
        entry.mark.status = str(reading.document.get("status"))
        if reading.is_over:
            entry.mark.state = SETTLED
        elif entry.mark.status in _STILL:
            entry.mark.state = WAITING
        return entry


def _judge(entry: Entry, found: Mapping[str, Found], location: str) -> Entry:
    """Say what is wrong with objects without a run: nothing if they look like none, or have just come."""
    latest = max(one.changed for one in found.values())
    if time.time() - latest > _STARTING_SECONDS:
        entry.mark.state = SETTLED
        if entry.run_id.isdigit() or layout.CONFIG in found:
            entry.problems = [f'"{location}/{entry.run_id}" is no run folder: it has no {layout.RUN}']
    return entry


def make_small_folder() -> "tempfile.TemporaryDirectory[str]":
    """Return a temporary folder for what is small and gone soon: in memory where that can be.

    Making and removing a folder takes milliseconds on some disks.
    """
    has_memory = os.path.isdir(_MEMORY) and os.access(_MEMORY, os.W_OK | os.X_OK)
    return tempfile.TemporaryDirectory(prefix="sacred-", dir=_MEMORY if has_memory else None)


def write_documents(folder: str, contents: Mapping[str, bytes | None]) -> None:
    """Write files into a new folder."""
    os.makedirs(folder)
    for name, content in contents.items():
        if content is not None:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)


def describe(error: StoreError, folder: str, location: str) -> str:
    """Return what an error says, with the place that people know instead of a temporary folder."""
    return str(error).replace(folder, location)


def _make_stamp(found: Mapping[str, Found]) -> str:
    parts = [f"{name} {found[name].stamp}" for name in DOCUMENTS if name in found]
    # without a document it depends on what else comes
    return "; ".join(parts) or f"{_OUTSIDE_DOCUMENTS} {len(found)}"


def is_possible(run_id: str) -> bool:
    """Tell whether a run can have an id: it is a part of the names of objects."""
    if not is_run_name(run_id) or run_id in {"", ".", ".."} or _IMPOSSIBLE.search(run_id):
        return False
    try:
        return len(run_id.encode()) <= _MOST_ID_BYTES
    except UnicodeEncodeError:  # lone surrogates
        return False


def list_run(place: Place, run_id: str) -> dict[str, Found]:
    """Return the objects of a run, by their names within it."""
    prefix = f"{run_id}/"
    return {name[len(prefix) :]: found for name, found in place.list(prefix).items()}
