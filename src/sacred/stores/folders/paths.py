"""Names and paths in a store of run folders: nothing that a record says leads out of it."""

import contextlib
import os
import re

from sacred.errors import StoreError
from sacred.folder import layout

SHARED_FOLDERS = (layout.SOURCES_FOLDER, layout.RESOURCES_FOLDER)
"""The folders with files of all runs."""
TRASH = ".trash"

_MD5 = re.compile(r"_([0-9a-f]{32})(?:\.[^./]*)?$")
_PLAIN_MD5 = re.compile(r"[0-9a-f]{32}")


def is_run_name(name: str) -> bool:
    """Tell whether a folder of this name in a store may be a run."""
    return name[:1] != "." and name not in SHARED_FOLDERS


def get_run_folder(root: str, run_id: str) -> str:
    """Return the folder of a run.

    Raises:
        StoreError: no run can have this id.
    """
    if run_id in {"", ".", ".."} or "/" in run_id or os.sep in run_id or "\0" in run_id:
        raise StoreError(f"There is no run {run_id!r}: its id can't be the name of a folder")
    if not is_run_name(run_id):
        raise StoreError(f"There is no run {run_id!r}: a folder of this name is none of a run")
    return os.path.join(root, run_id)


def is_inside(path: str, root: str) -> bool:
    """Tell whether a path is in a folder, links followed."""
    with contextlib.suppress(OSError, ValueError):
        return os.path.realpath(path).startswith(os.path.join(os.path.realpath(root), ""))
    return False


def find_md5(stored: str) -> str | None:
    """Return the checksum that the name of a stored file ends with: ``data_MD5.csv``."""
    found = _MD5.search(os.path.basename(stored))
    return found[1] if found else None


def is_md5(text: str) -> bool:
    """Tell whether a text is a checksum in hexadecimal."""
    return _PLAIN_MD5.fullmatch(text) is not None


def format_reason(error: BaseException) -> str:
    """Return why something failed, without the path, which says itself."""
    return str(getattr(error, "strerror", None) or error)
