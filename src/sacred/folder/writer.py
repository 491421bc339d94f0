"""Writing the files of one run: JSON documents, other text, and captured output.

Writing is atomic always: being killed loses nothing. Waiting for the disk, against a power failure, is
another matter: it takes longer than all the rest. So a run pays for it in proportion. While it is younger
than :data:`WAIT_AFTER_SECONDS` nothing waits (what a power failure takes then is quickly repeated); later
every document waits before it replaces the one before, and :meth:`FolderWriter.sync` at the end waits for
the rest.
"""

import logging
import os
import time
from collections.abc import Callable
from typing import Any

from sacred.folder import layout
from sacred.model.serialize import OnLoss, describe_type, flatten, to_json
from sacred.support.files import write_atomically

LOGGER = logging.getLogger("sacred")

WAIT_AFTER_SECONDS = 1.0


class FolderWriter:
    """Writes into one run's folder.

    It is not made for several threads at once.

    Args:
        path: the folder.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._opened_at = time.monotonic()
        self._hashes: dict[str, int] = {}
        self._unsynced: set[str] = set()
        self._warned: set[tuple[str, str]] = set()
        self._output: str | None = ""
        self._is_troubled = False

    def get_path(self, name: str) -> str:
        """Return the path of a file in the folder."""
        return os.path.join(self.path, name)

    def has_written(self, name: str) -> bool:
        """Tell whether this writer wrote a file of this name as a whole."""
        return name in self._hashes

    def write_json(self, name: str, obj: Any) -> None:
        """Write a document, unless it is there already just so.

        Args:
            name: the file's name.
            obj: any value. What JSON can't hold is kept as its type and ``repr``, with one warning for each
                entry.

        Raises:
            OSError: it can't be written; the one that is there is untouched.
        """
        self.write_text(name, to_json(obj, self._make_warner(name)))

    def flatten(self, name: str, obj: Any) -> Any:
        """Return a value as plain JSON values for a document, warning as :meth:`write_json` does."""
        return flatten(obj, self._make_warner(name))

    def _make_warner(self, name: str) -> OnLoss:
        def warn(path: str, value: Any) -> None:
            if (name, path) not in self._warned:
                self._warned.add((name, path))
                LOGGER.warning(
                    '%s: "%s" is a %s, which JSON can\'t hold: only its type and repr are kept',
                    name,
                    path,
                    describe_type(value),
                )

        return warn

    def write_text(self, name: str, text: str) -> None:
        """Write a whole file, unless this writer wrote the same before.

        Raises:
            OSError: it can't be written; the one that is there is untouched.
        """
        content_hash = hash(text)
        if self._hashes.get(name) == content_hash:
            return
        waits = self._is_old()
        write_atomically(self.get_path(name), text, durable=waits)
        self._hashes[name] = content_hash
        if waits:
            self._unsynced.discard(name)
        else:
            self._unsynced.add(name)

    def _is_old(self) -> bool:
        return time.monotonic() - self._opened_at >= WAIT_AFTER_SECONDS

    def write_output(self, text: str) -> None:
        """Bring ``cout.txt`` to this text, by appending if the text begins with what is there.

        Raises:
            OSError: it can't be written; the next call writes the whole text again.
        """
        written = self._output
        if text == written and os.path.exists(self.get_path(layout.OUTPUT)):
            return
        self._unsynced.add(layout.OUTPUT)
        self._output = None  # until the writing is done, nobody knows what the file holds
        if written is not None and text.startswith(written):
            with open(self.get_path(layout.OUTPUT), "ab") as file:
                file.write(text[len(written) :].encode("utf-8", "backslashreplace"))
        else:  # a filter has changed earlier text, or writing it failed
            write_atomically(self.get_path(layout.OUTPUT), text, durable=self._is_old())
        self._output = text

    def sync(self) -> None:
        """Wait until the disk has everything that was written, unless the run was very short.

        Raises:
            OSError: the disk failed.
        """
        for name in sorted(self._unsynced) if self._is_old() else ():
            descriptor = os.open(self.get_path(name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self._unsynced.discard(name)

    def attempt(self, write: Callable[[], None]) -> OSError | None:
        """Write if it is possible, and return the error if it is not; only the first one is a warning."""
        try:
            write()
        except OSError as error:
            if not self._is_troubled:
                LOGGER.warning(
                    'The run folder "%s" can\'t be written now, it is tried again at each heartbeat: %s',
                    self.path,
                    error.strerror or error,
                )
            self._is_troubled = True
            return error
        return None
