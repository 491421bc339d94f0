"""Runs whose folder is on a network: where they write first, and the mirror."""

import logging

from sacred.folder.mirror import Mirror
from sacred.folder.store import make_local_spool_base

LOGGER = logging.getLogger("sacred")


def find_place() -> str | None:
    """Return the local folder that runs write to first; None if there is none."""
    try:
        return make_local_spool_base()
    except OSError:
        return None


def open_mirror(folder: str, is_growing: bool) -> Mirror | None:
    """Return a mirror of a run folder; None if there is no local place for it, with a warning.

    Args:
        folder: the run folder, absolute.
        is_growing: see :class:`sacred.folder.takeover.Copier`.
    """
    try:
        base = make_local_spool_base()
        if base is not None:
            return Mirror(folder, base, is_growing)
        reason = "no local file system was found"
    except OSError as error:
        reason = error.strerror or str(error)
    LOGGER.warning(
        "The run writes straight to %s, and may have to wait for it: there is no local folder for that: %s",
        folder,
        reason,
    )
    return None
