"""What ``run.json`` holds, and the notes in it about files that are not as the user asked."""

import contextlib
import logging
import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sacred.folder import layout
from sacred.folder.files import find_state
from sacred.folder.writer import FolderWriter

if TYPE_CHECKING:
    import threading

    from sacred.folder.artifacts import Artifacts

LOGGER = logging.getLogger("sacred")


class RunEntry(dict[str, Any]):
    """The content of ``run.json`` as plain JSON values.

    Besides the facts of the run it can have ``missing``, a list of ``{"kind", "name", "reason"}`` for files
    that could not be kept as they are, for artifacts with ``path``, and ``artifact_notes`` and
    ``resource_notes``, which ``docs/record.md`` describes.

    Args:
        writer: of the run's folder.
        entry: the first facts.

    Attributes:
        lock: is held by whoever writes the entry, if there are several.
    """

    def __init__(self, writer: FolderWriter, **entry: Any) -> None:
        super().__init__()
        self._writer = writer
        self._artifacts: Artifacts | None = None
        self.lock: threading.RLock | None = None
        self._marks: dict[str, set[str]] = {}
        self.set(**entry)

    def set(self, **entry: Any) -> None:
        """Set facts, as plain copies: what an event brought may be changed by others afterwards."""
        self.update(self._writer.flatten(layout.RUN, entry))

    def add(self, key: str, value: Any) -> None:
        """Add something to a list, once."""
        present = self.setdefault(key, [])
        marks = self._marks.get(key)
        if marks is None or len(marks) != len(present):  # somebody else changed the list
            marks = self._marks[key] = set(map(repr, present))
        mark = repr(value)
        if mark not in marks:  # to look through the list would take the longer the more there are
            marks.add(mark)
            present.append(value)

    def keep_resource(
        self, path: str, save: Callable[[str], object], locate: Callable[[str], str] = os.path.abspath
    ) -> None:
        """Keep a file that the run reads; if that fails, warn and note it.

        Args:
            path: where it is.
            save: copies it, and returns where to.
            locate: makes an absolute path of that.
        """
        before = find_state(path)
        try:
            stored = str(save(path))
        except (OSError, ValueError) as error:  # ValueError: what no file name can have
            self.note_missing("resource", path, error)
            return
        has_changed = find_state(path) != before
        if has_changed:
            LOGGER.warning('The resource "%s" changed while it was copied', path)
        with self.guard():
            self.add("resources", [path, stored])
            if has_changed:
                self.note_gap("resource", path, "It changed while it was copied")
            self._note_resource(path, locate(stored))

    def _note_resource(self, path: str, copy: str) -> None:
        try:
            size = os.path.getsize(copy)
        except (OSError, ValueError):  # a subclass has it elsewhere
            return
        notes = self.get_notes("resource_notes").setdefault(path, {})
        notes["size"] = size
        self.artifacts.request_checksum(copy, partial(notes.__setitem__, "sha256"))

    @property
    def artifacts(self) -> "Artifacts":
        """What keeps the artifacts."""
        if self._artifacts is None:
            from sacred.folder.artifacts import Artifacts  # many runs have none

            self._artifacts = Artifacts(self, self._writer)
        return self._artifacts

    def keep_artifact(
        self, given: str, path: str, save: Callable[[str, str], object] | None, **notes: Any
    ) -> None:
        """Keep a file or folder as an artifact; see :meth:`sacred.folder.artifacts.Artifacts.keep`."""
        self.artifacts.keep(given, path, save, notes)

    def take_checksums(self) -> None:
        """Note the checksums that were worked out since the last beat."""
        if self._artifacts is not None:
            self._artifacts.collect()

    def finish(self) -> None:
        """Wait for what is still worked out, and note what was not finished."""
        if self._artifacts is not None and not self._writer.is_inherited():
            self._artifacts.finish()

    def get_notes(self, key: str) -> dict[str, dict[str, Any]]:
        """Return notes by name, to be changed."""
        notes: dict[str, dict[str, Any]] = self.setdefault(key, {})
        return notes

    def guard(self) -> contextlib.AbstractContextManager[object]:
        """Keep others from writing the entry meanwhile; in a forked child nobody does."""
        if self.lock is None or self._writer.is_inherited():
            return contextlib.nullcontext()
        return self.lock

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

    def has_gap(self, kind: str, path: str) -> bool:
        """Tell whether something is noted of a file that is not in the record."""
        return any((gap["kind"], gap.get("path")) == (kind, path) for gap in self.get("missing", ()))

    def drop_gap(self, kind: str, path: str) -> None:
        """Take back what was noted of a file: it is there after all."""
        gaps = self.get("missing", [])
        if gaps:
            gaps[:] = [gap for gap in gaps if (gap["kind"], gap.get("path")) != (kind, path)]
            if not gaps:
                del self["missing"]

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "lock": None, "_artifacts": None}
