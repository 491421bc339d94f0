"""Bringing over what a run left in a local folder: its process ended before the mirror had taken over all."""

import contextlib
import json
import os
from collections.abc import Iterator

from sacred.folder import layout
from sacred.folder.front import find_front, read_front_note, remove_front
from sacred.folder.lock import find_boot_id, find_holder, flock, read_holder
from sacred.folder.output_reader import find_outer
from sacred.folder.takeover import Copier
from sacred.support.files import write_atomically


def bring_over(folder: str) -> None:
    """Bring a run folder up to the local one in front of it, if that is here and its process ended.

    The run folder has a ``run.lock`` then, which says so. Killed in between, this can be called again.

    Args:
        folder: the run folder.

    Raises:
        OSError: a file can't be written.
    """
    front = find_front(folder)
    if front is None or not _is_left(front):
        return
    for inner in _find_inner(front):
        bring_over(inner)
    with contextlib.suppress(FileNotFoundError), _locked(front):
        if find_front(folder) == front:  # else another process did it
            Copier(front, folder).copy(is_last=True)
            _write_lock(folder, front)
            remove_front(folder, front)


def _is_left(front: str) -> bool:
    """Tell whether the process that wrote to a local folder has ended: this is its machine."""
    holder = find_holder(front)
    is_restarted = read_holder(front).get("boot_id") not in {None, find_boot_id()}
    return holder == "dead" or (holder == "unknown" and is_restarted)


def _find_inner(front: str) -> Iterator[str]:
    """Yield the folders of runs within a run that read their output from its files."""
    outputs = {os.path.join(front, name) for name in (layout.OUTPUT, layout.RAW_OUTPUT)}
    base = os.path.dirname(front)
    for name in os.listdir(base):
        other = os.path.join(base, name)
        folder = read_front_note(other).get("folder")
        if isinstance(folder, str) and find_outer(other)[0] in outputs:
            yield folder


@contextlib.contextmanager
def _locked(front: str) -> Iterator[None]:
    """Be the only one that brings over a folder, waiting for others.

    Raises:
        FileNotFoundError: another one has done it.
    """
    descriptor = os.open(os.path.join(front, layout.RECOVER_LOCK), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        flock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def _write_lock(folder: str, front: str) -> None:
    """Write a lock that nobody holds, and that this machine can tell for one of a dead process."""
    content = {**read_holder(front), "boot_id": find_boot_id()}
    write_atomically(os.path.join(folder, layout.LOCK), json.dumps(content, sort_keys=True) + "\n")
