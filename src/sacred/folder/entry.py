"""What ``run.json`` holds, and the notes in it about files that are not as the user asked."""

import logging
import os
import stat
import time
from collections.abc import Callable
from typing import Any

from sacred.folder import layout
from sacred.folder.writer import FolderWriter

LOGGER = logging.getLogger("sacred")

# how long a file may change without a trace: some file systems' clocks tick in whole seconds, or in two
_RACY_SECONDS = 0.05
_RACY_SECONDS_COARSE = 2.0


class RunEntry(dict[str, Any]):
    """The content of ``run.json`` as plain JSON values.

    Besides the facts of the run it can have ``missing``, a list of ``{"kind", "name", "reason"}`` for files
    that could not be kept as they are, for artifacts with ``path``, and ``artifact_notes``,
    ``{artifact: {"size", "content_type", "metadata", "given_name", "path", "changed_while_copied"}}``.

    Args:
        writer: of the run's folder.
        entry: the first facts.
    """

    def __init__(self, writer: FolderWriter, **entry: Any) -> None:
        super().__init__()
        self._writer = writer
        self._artifact_names: dict[str, str] = {}
        self._states: dict[str, tuple[int, ...]] = {}
        self.set(**entry)

    def set(self, **entry: Any) -> None:
        """Set facts, as plain copies: what an event brought may be changed by others afterwards."""
        self.update(self._writer.flatten(layout.RUN, entry))

    def add(self, key: str, value: Any) -> None:
        """Add something to a list, once."""
        present = self.setdefault(key, [])
        if value not in present:
            present.append(value)

    def keep_resource(self, path: str, save: Callable[[str], object]) -> None:
        """Keep a file that the run reads; if that fails, warn and note it.

        Args:
            path: where it is.
            save: copies it, and returns where to.
        """
        before = _get_state(path)
        try:
            stored = save(path)
        except (OSError, ValueError) as error:  # ValueError: what no file name can have
            self.note_missing("resource", path, error)
            return
        self.add("resources", [path, str(stored)])
        if _get_state(path) != before:
            LOGGER.warning('The resource "%s" changed while it was copied', path)
            self.note_gap("resource", path, "It changed while it was copied")

    def choose_artifact_name(self, given: str) -> str:
        """Return the name under which an artifact is kept, and warn if it is not the given one."""
        stored = layout.choose_artifact_name(given, self._artifact_names)
        if stored != given and stored not in self._artifact_names:
            LOGGER.warning('The artifact "%s" is kept as "%s"', given, stored)
        self._artifact_names[stored] = given
        return stored

    def keep_artifact(
        self, given: str, path: str, save: Callable[[str, str], object] | None, **notes: Any
    ) -> None:
        """Keep a file or folder as an artifact; if that fails, warn and note it.

        Args:
            given: the name that the user chose.
            path: where it is.
            save: copies from a path to a name, and returns True if the file changed meanwhile; None to note
                only where it is.
            notes: what is worth telling of it.
        """
        stored = self.choose_artifact_name(given)
        is_kept = True
        if save is None:
            notes["path"] = os.path.abspath(path)
        elif not self._is_unchanged(stored, path):
            is_kept, has_changed = self._try_save(save, path, stored)
            notes["changed_while_copied"] = has_changed or None
        if is_kept:
            self.add("artifacts", stored)
            copy = path if save is None else self._writer.get_path(stored)
            notes |= _describe_file(copy, stored, path, notes.get("content_type"))
        self.note_artifact(stored, given_name=given if given != stored else None, **notes)

    def _is_unchanged(self, stored: str, path: str) -> bool:
        """Tell whether this very file was kept under this name, and is still as it was then."""
        kept = self._states.get(stored)
        is_there = os.path.isfile(self._writer.get_path(stored))
        return is_there and kept is not None and kept == _get_state(path)

    def _try_save(self, save: Callable[[str, str], object], path: str, stored: str) -> tuple[bool, bool]:
        """Return whether at least a part of it is there, and whether it changed meanwhile."""
        self._states.pop(stored, None)
        state = _get_state(path)
        is_settled = state is not None and not _is_fresh(state)
        try:
            has_changed = save(path, stored) is True
        except (OSError, ValueError) as error:  # ValueError: what no file name can have
            self.note_missing("artifact", stored, error, os.path.abspath(path))
            return os.path.isdir(path) and os.path.isdir(self._writer.get_path(stored)), False
        if has_changed:
            LOGGER.warning('The artifact "%s" (%s) changed while it was copied', stored, path)
        elif state is not None and is_settled:
            self._states[stored] = state
        return True, has_changed

    def note_artifact(self, stored: str, **notes: Any) -> None:
        """Note facts about an artifact; those that are None are left out."""
        known = {key: value for key, value in notes.items() if value is not None}
        if known:
            flat = self._writer.flatten(layout.RUN, {"artifact_notes": {stored: known}})
            self.setdefault("artifact_notes", {}).update(flat["artifact_notes"])

    def note_missing(self, kind: str, name: str, error: Exception, path: str | None = None) -> None:
        """Warn and note that a file could not be kept.

        Args:
            kind: what the run has it for.
            name: what it is called there.
            error: why it could not be kept.
            path: where it is, if the name does not say it.
        """
        reason = getattr(error, "strerror", None) or str(error)
        place = "" if path is None else f" ({path})"
        LOGGER.warning('The %s "%s"%s could not be kept: %s', kind, name, place, reason)
        self.note_gap(kind, name, reason, path)

    def note_gap(self, kind: str, name: str, reason: str, path: str | None = None) -> None:
        """Note that something is not, or not wholly, in the record."""
        note = {"kind": kind, "name": name, "reason": reason}
        self.add("missing", note if path is None else {**note, "path": path})


def _get_state(path: str) -> tuple[int, ...] | None:
    """Return what changes with a file; None if it is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _is_fresh(state: tuple[int, ...]) -> bool:
    """Tell whether a file is so new that it could change, and its moment of change would stay the same."""
    changed = max(state[-2:])
    limit = _RACY_SECONDS if changed % 1_000_000_000 else _RACY_SECONDS_COARSE
    return time.time() - changed / 1e9 < limit


def _describe_file(copy: str, stored: str, path: str, content_type: str | None) -> dict[str, Any]:
    """Return size in bytes and content type of a file; the given type, or what its names tell."""
    if not os.path.isfile(copy):
        return {}
    import mimetypes

    # Python's own types: what the machine has besides differs, and takes .pt for a game's page table
    known = mimetypes.MimeTypes()
    guesses = (known.guess_type(name) for name in (stored, path))
    guessed = (kind for kind, encoding in guesses if kind and not encoding)
    return {"size": os.path.getsize(copy), "content_type": content_type or next(guessed, None)}
