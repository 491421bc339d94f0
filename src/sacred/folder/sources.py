"""The source files of a run: each is kept, or noted as missing."""

import os
from collections.abc import Callable, Mapping
from typing import Any

Keep = Callable[[str, str, str], Any]
NoteMissing = Callable[[str, str, OSError], None]


def keep_sources(ex_info: Mapping[str, Any], keep: Keep, note_missing: NoteMissing) -> list[list[Any]]:
    """Keep each source file, and return pairs of its name and what ``keep`` returned.

    Args:
        ex_info: the experiment's ``base_dir``, and ``sources`` as pairs of name and checksum.
        keep: called with path, name and checksum of each.
        note_missing: called with name, path and error of one that vanished or can't be read.

    Raises:
        OSError: a file is there, but can't be written where it belongs.
    """
    kept = []
    for name, digest in ex_info.get("sources", ()):
        path = os.path.join(ex_info.get("base_dir", ""), name)
        try:
            kept.append([name, keep(path, name, digest)])
        except OSError as error:
            if os.access(path, os.R_OK) and not os.path.isdir(path):
                raise  # not the source is missing
            note_missing(name, path, error)
    return kept
