"""The trash of a store, ``.trash``: runs that were deleted, until garbage is collected.

A run lies there under its id. If another run of that id is in the trash already, it lies in a numbered
folder, ``.trash/.2/ID``: the highest number is the one that was deleted last.
"""

import os
import re
from collections.abc import Iterator, Sequence

from sacred.errors import StoreError
from sacred.folder.ids import create_run_folder
from sacred.folder.lock import find_holder
from sacred.model import status as statuses
from sacred.stores.base import sort_ids
from sacred.stores.folders.documents import read_run
from sacred.stores.folders.paths import TRASH, format_reason, get_run_folder, is_run_name

_AGAIN = re.compile(r"\.([1-9][0-9]*)")


def delete_runs(root: str, ids: Sequence[str]) -> None:
    """Move runs to the trash: all that can be, or none if one is under way or not there.

    Raises:
        StoreError: there is no such run, it is under way, or it can't be moved.
    """
    folders = {run_id: find_run_folder(root, run_id) for run_id in dict.fromkeys(ids)}
    for run_id, folder in folders.items():
        check_over(folder, run_id)
    for run_id, folder in folders.items():
        present = _find_in_trash(root, run_id)
        number = present[-1][0] + 1 if present else 1
        place = os.path.join(root, TRASH, *([f".{number}"] if number > 1 else []))
        try:
            _make_trash(root)
            os.makedirs(place, exist_ok=True)
            os.rename(folder, os.path.join(place, run_id))
        except OSError as error:
            raise StoreError(f"Run {run_id} can't be deleted: {format_reason(error)}") from error


def find_run_folder(root: str, run_id: str) -> str:
    """Return the folder of a run that is there.

    Raises:
        StoreError: it is not.
    """
    folder = get_run_folder(root, run_id)
    if os.path.islink(folder) or not os.path.isdir(folder):
        raise StoreError(f'There is no run "{run_id}" in "{root}"')
    return folder


def check_over(folder: str, run_id: str) -> None:
    """Make sure that nobody writes to a run any more.

    Raises:
        StoreError: it is under way.
    """
    status = None
    if find_holder(folder) != "alive":
        try:
            status = read_run(folder, run_id).document.get("status")
        except StoreError:  # damaged: nobody can tell more than the lock does
            return
    if status in (None, statuses.RUNNING):  # it may be anything, and have no hash
        raise StoreError(f"Run {run_id} is under way: stop it first, then it can be deleted")


def _make_trash(root: str) -> None:
    trash = os.path.join(root, TRASH)
    os.makedirs(trash, exist_ok=True)
    if os.path.islink(trash):
        raise StoreError(f'"{trash}" is a link: runs are not moved through it')


def _find_in_trash(root: str, run_id: str) -> list[tuple[int, str]]:
    return sorted(found for found in iter_trash(root) if os.path.basename(found[1]) == run_id)


def iter_trash(root: str) -> Iterator[tuple[int, str]]:
    """Yield the runs in the trash: which of its id each is, counted from 1, and its folder."""
    trash = os.path.join(root, TRASH)
    yield from ((1, path) for path in _list_folders(trash) if is_run_name(os.path.basename(path)))
    for place in _list_folders(trash):
        match = _AGAIN.fullmatch(os.path.basename(place))
        if match:
            yield from ((int(match[1]), path) for path in _list_folders(place))


def _list_folders(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def list_trash(root: str) -> list[str]:
    """Return the ids of the runs in the trash, sorted, one that is there twice as often."""
    return sort_ids(os.path.basename(path) for _, path in iter_trash(root))


def restore_runs(root: str, ids: Sequence[str]) -> None:
    """Bring runs back; of several that had one id, the one that was deleted last.

    Raises:
        StoreError: it is not in the trash, or another run has its id by now.
    """
    for run_id in ids:
        present = _find_in_trash(root, run_id)
        if not present:
            raise StoreError(f'There is no run "{run_id}" in the trash of "{root}"')
        try:
            folder = create_run_folder(root, run_id)  # an empty folder can be replaced by a rename
        except StoreError as error:
            raise StoreError(f"Run {run_id} can't be restored: {error}") from error
        try:
            os.rename(present[-1][1], folder)
        except OSError as error:
            os.rmdir(folder)
            raise StoreError(f"Run {run_id} can't be restored: {format_reason(error)}") from error
