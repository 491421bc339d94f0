"""A look at a folder of runs: what came, what went, what has changed since the last one."""

import contextlib
import gc
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.model import status as statuses
from sacred.stores.folders.catalogue import OPEN, SETTLED, WAITING, Catalogue, Entry, Mark
from sacred.stores.folders.documents import read_run
from sacred.stores.folders.paths import format_reason, is_run_name
from sacred.stores.folders.telling import Telling
from sacred.support.text import is_encodable

_RACY_SECONDS = 2.5
"""How long a file may change without another moment of change: some clocks tick in steps of two seconds."""
_STARTING_SECONDS = 10.0
_STILL = frozenset({statuses.DEAD, statuses.QUEUED})
"""What such a run is it stays until its files change."""
_MOMENT_SECONDS = 0.2
_QUIET_SECONDS = 1.0
"""While nothing comes or goes, the folders of runs that are over are looked at no more often than that."""
_BATCH = 500
_WATCHED = (layout.RUN, layout.CONFIG, layout.INFO)


class Scan:
    """Keeps the catalogue of a folder of runs up to date.

    Args:
        root: the folder.
        catalogue: of it.

    Attributes:
        unreadable: names of folders that are no text, in UTF-8.
    """

    def __init__(self, root: str, catalogue: Catalogue) -> None:
        self._root = root
        self._catalogue = catalogue
        self._refreshed = float("-inf")
        self._changed = -1
        self.unreadable: list[str] = []
        self._generation = catalogue.generation

    def refresh(self) -> None:
        """Look at the folder, and at the runs in it that are new, have changed, or are under way.

        Raises:
            StoreError: the folder can't be read.
        """
        moment = time.monotonic()
        try:
            changed = os.stat(self._root).st_mtime_ns
        except OSError as error:
            raise StoreError(f'"{self._root}" can\'t be read: {format_reason(error)}') from error
        is_old = time.time() - changed / 1e9 > _RACY_SECONDS
        if self._generation != self._catalogue.generation:
            self._generation, self._changed = self._catalogue.generation, -1
        if is_old and changed == self._changed and moment - self._refreshed < _QUIET_SECONDS:
            self._look_at(list(self._catalogue.get_unsettled()))
            return
        with pause_collector():
            present = list_folders(self._root)
            self._refreshed, self._changed = moment, changed
            names = present if not "".join(present).isascii() else ()
            self.unreadable = [name for name in names if not is_encodable(name)]
            for name in self.unreadable:
                del present[name]
            self._take_in(present, is_all=True)

    def forget(self) -> None:
        """Have the next question look at all: this store has just changed something in a run folder."""
        self._changed, self._refreshed = -1, float("-inf")
        with contextlib.suppress(OSError):
            os.utime(self._root)  # other processes see it, too

    def refresh_some(self, ids: Sequence[str]) -> None:
        """Look at some runs, unless all have been looked at a moment ago."""
        is_anew = self._generation != self._catalogue.generation
        if is_anew or time.monotonic() - self._refreshed > _MOMENT_SECONDS:
            self._look_at(ids)

    def _look_at(self, ids: Iterable[str]) -> None:
        present, gone = {}, []
        for run_id in ids:
            stamp = find_stamp(os.path.join(self._root, run_id)) if is_possible(run_id) else None
            if stamp is not None:
                present[run_id] = stamp
            else:
                gone.append(run_id)
        settled, unsettled = self._catalogue.get_settled(), self._catalogue.get_unsettled()
        self._catalogue.update([], [run_id for run_id in gone if run_id in settled or run_id in unsettled])
        self._take_in(present, is_all=False)

    def _take_in(self, present: Mapping[str, int], is_all: bool) -> None:
        settled, unsettled = self._catalogue.get_settled(), self._catalogue.get_unsettled()
        known = (settled, unsettled) if is_all else ()
        gone = [run_id for runs in known for run_id in runs if run_id not in present]
        changed = [(run_id, stamp) for run_id, stamp in present.items() if settled.get(run_id) != stamp]
        if not changed and not gone:
            return
        telling = Telling(f"Looking at {len(changed):,} runs", len(changed))
        try:
            self._read(changed, gone, telling)
        finally:
            telling.finish()

    def _read(self, changed: Sequence[tuple[str, int]], gone: Sequence[str], telling: Telling) -> None:
        unsettled = dict(self._catalogue.get_unsettled())
        entries: list[Entry] = []
        for run_id, stamp in changed:
            entry = self._look(run_id, stamp, unsettled.get(run_id))
            if entry is not None:
                entries.append(entry)
            telling.advance()
            if len(entries) >= _BATCH:
                self._catalogue.update(entries, gone)
                entries, gone = [], []
        self._catalogue.update(entries, gone)

    def _look(self, run_id: str, stamp: int, known: Mark | None) -> Entry | None:
        """Return the entry of a run, None if the one in the catalogue holds."""
        folder = f"{self._root}/{run_id}"
        begun = time.time()
        detail, changed = _describe_files(folder) if known is not None else ("", 0)
        is_same = known is not None and (known.stamp, known.detail) == (stamp, detail)
        if known is not None and is_same and known.state == WAITING:
            return None
        seen = known.seen if known is not None and is_same else begun
        mark = Mark(stamp, OPEN, seen, "", None)
        try:
            document, problems, is_over, read_change = read_run(folder, run_id)
        except StoreError as error:
            mark.detail, changed = _describe_files(folder)
            is_settled = _is_past(max(changed, stamp) / 1e9, begun, seen)
            return self._judge(Entry(run_id, mark, None), error, begun, is_settled)
        mark.status = str(document.get("status"))
        if is_over:
            is_settled = _is_past(max(read_change, stamp) / 1e9, begun, seen)
            mark.state, mark.detail = (SETTLED, "") if is_settled else (OPEN, detail)
        else:
            # what came since is fresh, so it is looked at again
            mark.detail, changed = _describe_files(folder)
            is_settled = _is_past(max(changed, stamp) / 1e9, begun, seen)
            mark.state = WAITING if is_settled and mark.status in _STILL else OPEN
        return None if known == mark else Entry(run_id, mark, document, problems)

    def _judge(self, entry: Entry, error: StoreError, now: float, is_settled: bool) -> Entry:
        """Say what is wrong with a folder without a run: nothing if it looks like none, or is just made."""
        folder = os.path.join(self._root, entry.run_id)
        if layout.RUN in entry.mark.detail:
            is_damaged = not isinstance(error.__cause__, OSError)  # rights change without a trace
            entry.mark.state = WAITING if is_settled and is_damaged else OPEN
            entry.problems = [str(error)]
        elif now - entry.mark.stamp / 1e9 > _STARTING_SECONDS or now - entry.mark.seen > _STARTING_SECONDS:
            entry.mark.state = SETTLED
            if entry.run_id.isdigit() or layout.CONFIG in entry.mark.detail or not os.access(folder, os.R_OK):
                entry.problems = [str(error)]
        return entry


def _describe_files(folder: str) -> tuple[str, int]:
    """Return what changes with the files that make a document, and their latest change in nanoseconds."""
    parts, latest = [], 0
    for name in _WATCHED:
        try:
            found = os.lstat(f"{folder}/{name}")
        except OSError:
            continue
        latest = max(latest, found.st_mtime_ns)
        parts.append(f"{name} {found.st_mtime_ns} {found.st_size} {found.st_ino}")
    return "; ".join(parts), latest


def _is_past(changed: float, now: float, seen: float) -> bool:
    """Tell whether what has changed at some moment would have another one if it changed again.

    Args:
        changed: in seconds since 1970, by the clock of whoever has the disk.
        now: by our clock.
        seen: since when we have seen no other change.
    """
    return now - changed > _RACY_SECONDS or now - seen > _RACY_SECONDS


@contextlib.contextmanager
def pause_collector() -> Iterator[None]:
    """Keep the collector of cycles away from documents, which have none: it looks at all again and again."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def list_folders(root: str) -> dict[str, int]:
    """Return the moments of change of all folders that may be runs, in nanoseconds since 1970, by name.

    Raises:
        StoreError: the folder can't be read.
    """
    try:
        with os.scandir(root) as entries:
            return dict(_iter_stamps(entries))
    except OSError as error:
        raise StoreError(f'"{root}" can\'t be read: {format_reason(error)}') from error


def _iter_stamps(entries: "Iterable[os.DirEntry[str]]") -> Iterator[tuple[str, int]]:
    for entry in entries:
        name = entry.name
        if is_run_name(name) and entry.is_dir(follow_symlinks=False):
            try:
                yield name, entry.stat(follow_symlinks=False).st_mtime_ns
            except FileNotFoundError:  # it has just gone
                continue


def is_possible(run_id: str) -> bool:
    """Tell whether an id can be the name of a run folder."""
    return bool(run_id) and is_run_name(run_id) and "/" not in run_id and "\0" not in run_id


def find_stamp(folder: str) -> int | None:
    """Return the moment of change of a folder, in nanoseconds since 1970; None if there is none."""
    try:
        found = os.lstat(folder)
    except OSError:
        return None
    return found.st_mtime_ns if stat.S_ISDIR(found.st_mode) else None
