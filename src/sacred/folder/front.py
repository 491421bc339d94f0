"""The local folder in front of a run folder on a network: the run writes there, and a mirror takes it over.

Each of the two has a note that names the other, with the same token: a record that somebody made up shows no
other files. ``docs/record.md`` describes both notes.
"""

import contextlib
import json
import os
from typing import Any

from sacred.folder import layout
from sacred.folder.ids import discard_run_folder
from sacred.folder.lock import describe_process
from sacred.folder.store import make_spool_name
from sacred.support.files import write_atomically

_MOST_BYTES = 1 << 20


def make_front(folder: str, base: str) -> str:
    """Make a local folder that stands in front of a run folder, and the notes in both; return its path.

    Args:
        folder: the run folder, absolute.
        base: the local folder that it is made in.

    Raises:
        OSError: one of the two can't be written; nothing is left then.
    """
    front = os.path.join(base, make_spool_name())
    token = os.urandom(16).hex()
    os.mkdir(front, 0o700)
    try:
        save_front_note(front, {"folder": folder, "names": {}, "token": token})
        note = {**describe_process(), "path": front, "token": token}
        write_atomically(os.path.join(folder, layout.SPOOL), _format(note), durable=False)
    except BaseException:
        discard_run_folder(front)
        raise
    return front


def save_front_note(front: str, note: dict[str, Any]) -> None:
    """Write the note of a local folder.

    Raises:
        OSError: it can't be written.
    """
    write_atomically(os.path.join(front, layout.MIRROR), _format(note), durable=False)


def remove_front(folder: str, front: str) -> None:
    """Remove a local folder that is no more needed, and the notes first: who reads goes to the run folder.

    Raises:
        OSError: the note in the run folder can't be removed.
    """
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(folder, layout.SPOOL))
    with contextlib.suppress(OSError):
        os.unlink(os.path.join(front, layout.MIRROR))
    discard_run_folder(front)


def find_front(folder: str) -> str | None:
    """Return the local folder of this machine and user that is ahead of a run folder, if there is one."""
    note = read_spool_note(folder)
    front, token = note.get("path"), note.get("token")
    if not (isinstance(front, str) and os.path.isabs(front) and isinstance(token, str)):
        return None
    return front if _is_own(front) and read_front_note(front).get("token") == token else None


def _is_own(front: str) -> bool:
    """Tell whether this user made a folder: the files of others may be links to anything."""
    with contextlib.suppress(OSError, ValueError):
        return not hasattr(os, "geteuid") or os.stat(front).st_uid == os.geteuid()
    return False


def read_spool_note(folder: str) -> dict[str, Any]:
    """Return what a run folder says of the local folder in front of it; nothing if there is none."""
    return _read(os.path.join(folder, layout.SPOOL))


def read_front_note(front: str) -> dict[str, Any]:
    """Return what a local folder says of the run folder behind it; nothing if it is damaged."""
    return _read(os.path.join(front, layout.MIRROR))


def _format(note: dict[str, Any]) -> str:
    return json.dumps(note, sort_keys=True) + "\n"


def _read(path: str) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError, RecursionError):
        # a named pipe that somebody put there would have the reader wait
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            content = json.loads(os.read(descriptor, _MOST_BYTES))
        finally:
            os.close(descriptor)
        if isinstance(content, dict):
            return content
    return {}
