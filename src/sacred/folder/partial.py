"""Artifacts that are being written into the run folder: below ``_partial``, until they are whole."""

import contextlib
import errno
import os
from collections.abc import Iterator

from sacred.folder import layout
from sacred.folder.files import check_inside, make_folder
from sacred.folder.trees import SetAside, TreeRecord, copy_tree


def make_partial(folder: str, stored: str) -> str:
    """Return a place of its own for an artifact that is to be written; its folder is made.

    Args:
        folder: the run folder.
        stored: the artifact's name in it.

    Raises:
        OSError: the folder can't be written.
    """
    token = os.urandom(8).hex()  # two processes, also on two machines, never share one
    place = os.path.join(folder, layout.PARTIAL_FOLDER, token, stored)
    make_folder(os.path.dirname(place))
    return place


def finish_partial(place: str, folder: str, stored: str) -> str:
    """Give what is whole now its name, and return its path.

    Raises:
        OSError: it can't have that name; it stays where it is.
    """
    target = os.path.join(folder, stored)
    check_inside(target, folder)
    make_folder(os.path.dirname(target))
    if os.path.isdir(target):
        raise IsADirectoryError(errno.EISDIR, "There is a folder of this name already", target)
    os.replace(place, target)
    remove_empty(place, folder)
    return target


def copy_folder(
    source: str,
    folder: str,
    stored: str,
    record: TreeRecord | None = None,
    set_aside: SetAside | None = None,
) -> bool:
    """Copy a folder into the run folder; a new one gets its name when it is whole.

    Args:
        source: what to copy.
        folder: the run folder.
        stored: the name in it.
        record: see :func:`sacred.folder.trees.copy_tree`, as for ``set_aside``.

    Returns:
        Whether a file changed while it was copied.

    Raises:
        OSError: something could not be copied; all the rest is there.
    """
    target = os.path.join(folder, stored)
    if os.path.lexists(target):
        return copy_tree(source, target, record, set_aside)
    make_folder(os.path.dirname(target))
    place = make_partial(folder, stored)
    try:
        return copy_tree(source, place, record)
    finally:
        if os.path.isdir(place):
            os.rename(place, target)
        remove_empty(place, folder)


def remove_empty(place: str, folder: str) -> None:
    """Remove the folders that were made for a place, as far as nothing is in them."""
    with contextlib.suppress(OSError):
        while (place := os.path.dirname(place)) != folder:
            os.rmdir(place)


def iter_partial(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the path of each artifact that was not finished; of a folder its files."""
    base = os.path.join(folder, layout.PARTIAL_FOLDER)
    for above, _, names in os.walk(base):
        for name in sorted(names):
            path = os.path.join(above, name)
            _, *parts = os.path.relpath(path, base).split(os.sep)
            if parts:
                yield "/".join(parts), path
