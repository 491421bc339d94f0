"""Collecting garbage: the trash, stored files that no run refers to, and what killed processes have left.

A run stores its sources before its ``run.json`` names them, and takes a file that is stored already as it is.
So a file is only removed if it has been there for a day, and after it was put aside, all runs are looked at
again: those that came meanwhile may need it. Storing a file that is there already makes it new.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.lock import find_holder
from sacred.model import status as statuses
from sacred.stores.base import Garbage
from sacred.stores.folders.documents import iter_pairs, read_run
from sacred.stores.folders.paths import SHARED_FOLDERS, TRASH, format_reason, is_run_name
from sacred.stores.folders.trash import iter_trash

GRACE_SECONDS = 24 * 3600.0
"""What is younger may belong to a run that is just starting."""

_ASIDE = ".files"


@dataclass(slots=True)
class _References:
    """What the runs of a store need.

    Attributes:
        names: of stored files.
        reason: why nobody can tell what is needed, if that is so.
    """

    names: set[str]
    reason: str | None = None


def collect_garbage(root: str, *, dry_run: bool) -> tuple[Garbage, str | None]:
    """Remove what nobody needs; return what that was, and why stored files were left if they were.

    Args:
        root: the store's folder.
        dry_run: only tell.

    Raises:
        StoreError: a run in the trash is under way, or something can't be removed.
    """
    try:
        runs, size = _empty_trash(root, dry_run)
        if not dry_run:
            _put_all_back(root)
        leftovers = list(_iter_leftovers(root))
        references = _find_references(root)
        unneeded = [] if references.reason else list(_iter_unneeded(root, references.names))
        sizes = {path: _measure(path) for path in [*leftovers, *unneeded]}
        if not dry_run:
            for path in leftovers:
                _remove(path)
            unneeded = _remove_unneeded(root, unneeded)
    except OSError as error:
        raise StoreError(f'Garbage in "{root}" can\'t be collected: {format_reason(error)}') from error
    gone = [*leftovers, *unneeded]
    garbage = Garbage(runs, len(gone), size + sum(sizes[path] for path in gone))
    return garbage, references.reason


def _empty_trash(root: str, dry_run: bool) -> tuple[int, int]:
    folders = [path for _, path in iter_trash(root)]
    for folder in folders:
        if find_holder(folder) == "alive":
            raise StoreError(f"Run {os.path.basename(folder)} in the trash is under way: stop it first")
    size = sum(map(_measure, folders))
    if not dry_run:
        for folder in folders:
            shutil.rmtree(folder)
    return len(folders), size


def _measure(path: str) -> int:
    if os.path.islink(path) or not os.path.isdir(path):
        with contextlib.suppress(OSError):
            return os.lstat(path).st_size
        return 0
    return sum(_measure(os.path.join(path, name)) for name in os.listdir(path))


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def _is_old(path: str) -> bool:
    """Tell whether something has been as it is for a day."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return time.time() - max(found.st_mtime, found.st_ctime) > GRACE_SECONDS


def _iter_leftovers(root: str) -> Iterator[str]:
    """Yield what killed processes have left: half-written files, runs that were not added, empty folders."""
    for folder in (root, *(os.path.join(root, name) for name in SHARED_FOLDERS)):
        for name in _list(folder):
            path = os.path.join(folder, name)
            if name.startswith(".") and name.endswith(".tmp") and _is_old(path):
                yield path
    for name in _list(root):
        path = os.path.join(root, name)
        if name.isdigit() and os.path.isdir(path) and not os.listdir(path) and _is_old(path):
            yield path


def _list(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _find_references(root: str) -> _References:
    found = _References(set())
    for folder in _iter_run_folders(root):
        path = os.path.join(folder, layout.RUN)
        if not os.path.lexists(path):
            if _is_starting(folder):
                found.reason = f'"{folder}" has no {layout.RUN} yet: it may be a run that is just starting'
            continue
        try:
            document = read_run(folder, os.path.basename(folder)).document
        except StoreError as error:
            found.reason = str(error)
            continue
        experiment = document.get("experiment")
        sources = experiment.get("sources") if isinstance(experiment, dict) else None
        for _, stored in (*iter_pairs(sources), *iter_pairs(document.get("resources"))):
            found.names.add(os.path.basename(stored))
        if document.get("status") == statuses.RUNNING and "recorder" not in document:
            # Sacred 0.8 notes a resource later than it stores it, and does not make it new
            found.reason = f'the run in "{folder}" of Sacred 0.8 is under way'
    return found


def _is_starting(folder: str) -> bool:
    return not _is_old(folder)


def _iter_run_folders(root: str) -> Iterator[str]:
    """Yield all folders that may be runs, also those one level deeper: several stores may share sources."""
    for name in _list(root):
        path = os.path.join(root, name)
        if not is_run_name(name) or os.path.islink(path) or not os.path.isdir(path):
            continue
        yield path
        if not os.path.lexists(os.path.join(path, layout.RUN)):
            inner = (os.path.join(path, one) for one in _list(path))
            yield from (one for one in inner if os.path.lexists(os.path.join(one, layout.RUN)))


def _iter_unneeded(root: str, needed: set[str]) -> Iterator[str]:
    for shared in SHARED_FOLDERS:
        folder = os.path.join(root, shared)
        for name in [] if os.path.islink(folder) else _list(folder):
            path = os.path.join(folder, name)
            is_file = os.path.isfile(path) and not name.startswith(".")
            if is_file and name not in needed and _is_old(path):
                yield path


def _remove_unneeded(root: str, paths: list[str]) -> list[str]:
    """Put files aside, look at all runs again, and remove what is still not needed; return that."""
    if not paths:
        return []
    aside = os.path.join(root, TRASH, _ASIDE, os.urandom(8).hex())
    os.makedirs(aside)
    moved = {path: os.path.join(aside, os.path.relpath(path, root)) for path in paths}
    removed = []
    try:
        for path, place in moved.items():
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.rename(path, place)
        references = _find_references(root)
        if references.reason is None:
            removed = [path for path in paths if os.path.basename(path) not in references.names]
    finally:
        for path in set(paths) - set(removed):
            with contextlib.suppress(FileNotFoundError):  # it was not yet put aside
                _put_back(moved[path], path)
    shutil.rmtree(aside)
    return removed


def _put_back(place: str, path: str) -> None:
    try:
        os.link(place, path)  # who has stored the file anew has the same
    except FileExistsError:
        return
    except OSError:
        os.rename(place, path)


def _put_all_back(root: str) -> None:
    """Undo what was put aside by a process that was killed before it looked again."""
    aside = os.path.join(root, TRASH, _ASIDE)
    for batch in _list(aside):
        inside = [
            f"{shared}/{name}" for shared in SHARED_FOLDERS for name in _list(f"{aside}/{batch}/{shared}")
        ]
        for path in inside:
            with contextlib.suppress(FileNotFoundError):  # who put it aside has just done so himself
                _put_back(os.path.join(aside, batch, path), os.path.join(root, path))
        shutil.rmtree(os.path.join(aside, batch), ignore_errors=True)
