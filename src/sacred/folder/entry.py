"""What ``run.json`` holds, and the notes in it about files that are not as the user asked."""

import logging
from typing import Any

from sacred.folder import layout
from sacred.folder.writer import FolderWriter

LOGGER = logging.getLogger("sacred")


class RunEntry(dict[str, Any]):
    """The content of ``run.json`` as plain JSON values.

    Besides the facts of the run it can have ``missing``, a list of ``{"kind", "name", "reason"}`` for files
    that could not be kept, and ``artifact_notes`` with what is worth telling,
    ``{artifact: {"given_name", "metadata", "content_type", "path"}}``.

    Args:
        writer: of the run's folder.
        entry: the first facts.
    """

    def __init__(self, writer: FolderWriter, **entry: Any) -> None:
        super().__init__()
        self._writer = writer
        self._artifact_names: dict[str, str] = {}
        self.set(**entry)

    def set(self, **entry: Any) -> None:
        """Set facts, as plain copies: what an event brought may be changed by others afterwards."""
        self.update(self._writer.flatten(layout.RUN, entry))

    def add(self, key: str, value: Any) -> None:
        """Add something to a list, once."""
        present = self.setdefault(key, [])
        if value not in present:
            present.append(value)

    def choose_artifact_name(self, given: str) -> str:
        """Return the name under which an artifact is kept, and warn if it is not the given one."""
        stored = layout.choose_artifact_name(given, self._artifact_names)
        if stored != given and stored not in self._artifact_names:
            LOGGER.warning('The artifact "%s" is kept as "%s"', given, stored)
        self._artifact_names[stored] = given
        return stored

    def note_artifact(self, stored: str, **notes: Any) -> None:
        """Note facts about an artifact; those that are None are left out."""
        known = {key: value for key, value in notes.items() if value is not None}
        if known:
            flat = self._writer.flatten(layout.RUN, {"artifact_notes": {stored: known}})
            self.setdefault("artifact_notes", {}).update(flat["artifact_notes"])

    def note_missing(self, kind: str, name: str, error: Exception) -> None:
        """Warn and note that a file could not be kept."""
        reason = getattr(error, "strerror", None) or str(error)
        LOGGER.warning('The %s "%s" could not be kept: %s', kind, name, reason)
        self.add("missing", {"kind": kind, "name": name, "reason": reason})
