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
from typing import TYPE_CHECKING, Any

from sacred.folder import layout
from sacred.model.serialize import OnLoss, describe_type, flatten, to_json
from sacred.support.files import write_atomically

if TYPE_CHECKING:
    from sacred.folder.mirror import Mirror

LOGGER = logging.getLogger("sacred")

WAIT_AFTER_SECONDS = 1.0


class FolderWriter:
    """Writes into one run's folder.

    It is not made for several threads at once. In a forked child it leaves the documents of the record alone:
    they are the parent's, who does not know what the child would add.

    Args:
        path: the folder.
        process: the number of the process that writes the record; by default this one.

    Attributes:
        path: the folder.
        front: where its documents are written first: the folder, or a local one that is mirrored into it.
    """

    def __init__(self, path: str, process: int | None = None) -> None:
        self.path = self.front = path
        self.mirror: Mirror | None = None
        self._process = os.getpid() if process is None else process
        self._opened_at = time.monotonic()
        self._hashes: dict[str, int] = {}
        self._unsynced: set[str] = set()
        self._warned: set[tuple[str, str]] = set()
        self._output: str | None = ""
        self._troubles: set[str] = set()
        self._keeps_room = False

    def use_mirror(self, mirror: "Mirror") -> None:
        """Write documents into a local folder from now on, and copy those into it that are there already.

        Raises:
            OSError: they can't be written.
        """
        for name in self._hashes:
            with open(self.get_path(name), "rb") as file:
                write_atomically(os.path.join(mirror.front, name), file.read(), durable=False)
        self.mirror, self.front = mirror, mirror.front

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "mirror": None, "front": self.path}  # the thread stays here

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._process = os.getpid()  # who was sent it, and did not only inherit it, is to write

    def is_inherited(self) -> bool:
        """Tell whether this process is a forked child of the one that writes; then there is a warning."""
        if os.getpid() == self._process:
            return False
        if ("", "") not in self._warned:
            self._warned.add(("", ""))
            LOGGER.warning(
                "Process %d takes part in a run whose record process %d writes: "
                "files are kept in %s, but run.json does not list them",
                os.getpid(),
                self._process,
                self.path,
            )
        return True

    def get_path(self, name: str) -> str:
        """Return the path of a file in the folder."""
        return os.path.join(self.path, name)

    def get_document_path(self, name: str) -> str:
        """Return the path under which a document is written."""
        return os.path.join(self.front, name)

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

    def flatten(self, name: str, obj: Any, entry: str | None = None) -> Any:
        """Return a value as plain JSON values for a document, warning as :meth:`write_json` does.

        Args:
            name: the document.
            obj: any value.
            entry: what warnings call it; by default the path of the part that JSON can't hold.
        """
        return flatten(obj, self._make_warner(name, entry))

    def _make_warner(self, name: str, entry: str | None = None) -> OnLoss:
        def warn(path: str, value: Any) -> None:
            path = path if entry is None else entry
            if (name, path) not in self._warned:
                self._warned.add((name, path))
                LOGGER.warning(
                    '%s: "%s" is of type %s, which JSON can\'t hold: only its type and repr are kept',
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
        if self._hashes.get(name) == content_hash or (name in layout.RESERVED and self.is_inherited()):
            return
        waits = self.is_old()
        write_atomically(self.get_document_path(name), text, durable=waits)
        self._hashes[name] = content_hash
        if waits:
            self._unsynced.discard(name)
        else:
            self._unsynced.add(name)

    def is_old(self) -> bool:
        """Tell whether the run is old enough for waiting until the disk has what is written."""
        return time.monotonic() - self._opened_at >= WAIT_AFTER_SECONDS

    def write_output(self, text: str) -> None:
        """Bring ``cout.txt`` to this text, by appending if the text begins with what is there.

        Raises:
            OSError: it can't be written; the next call writes the whole text again.
        """
        written = self._output
        if self.is_inherited():
            return
        path = self.get_document_path(layout.OUTPUT)
        if text == written and os.path.exists(path):
            return
        self._unsynced.add(layout.OUTPUT)
        self._output = None  # until the writing is done, nobody knows what the file holds
        if written is not None and text.startswith(written):
            with open(path, "ab") as file:
                file.write(text[len(written) :].encode("utf-8", "backslashreplace"))
        else:  # a filter has changed earlier text, or writing it failed
            write_atomically(path, text, durable=self.is_old())
        self._output = text

    def keep_room(self) -> None:
        """Keep some room on the disk for the end of the record, until :meth:`use_room`."""
        if not self._keeps_room and not self.is_inherited():
            from sacred.folder.room import take_room  # short runs never load it

            self._keeps_room = True
            take_room(self.front)

    def use_room(self) -> None:
        """Give that room back, for what is written next."""
        if self._keeps_room:
            from sacred.folder.room import give_room

            give_room(self.front)

    def sync_later(self, name: str) -> None:
        """Let :meth:`sync` wait for a file that was not written here as well."""
        self._unsynced.add(name)

    def sync(self) -> None:
        """Wait until the disk has everything that was written, unless the run was very short.

        With a mirror: until the folder has it, or that takes too long, which the mirror's end will tell.

        Raises:
            OSError: the disk failed.
        """
        if self.mirror is not None:
            if not self.is_inherited():
                self.mirror.flush()
            return
        for name in sorted(self._unsynced) if self.is_old() and not self.is_inherited() else ():
            descriptor = os.open(self.get_path(name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self._unsynced.discard(name)

    def attempt(self, write: Callable[[], None]) -> Exception | None:
        """Write if it is possible, and return the error if it is not; the first of a kind is a warning."""
        try:
            write()
        except Exception as error:  # noqa: BLE001 - also what can't be made a document keeps no other from it
            kind = "" if isinstance(error, OSError) else type(error).__name__
            if kind not in self._troubles:
                self._troubles.add(kind)
                LOGGER.warning(
                    'The run folder "%s" can\'t be written now, it is tried again at each heartbeat: %s',
                    self.path,
                    describe_error(error),
                )
            return error
        return None


def describe_error(error: Exception) -> str:
    """Return what is wrong in a few words: of the system's errors only the reason."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"{type(error).__name__}: {error}"
