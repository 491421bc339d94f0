"""The artifacts of one run: their names in its folder, what is noted of them, and their earlier versions."""

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple, Protocol

from sacred.folder import layout
from sacred.folder.checksums import Checksums
from sacred.folder.files import find_state, is_fresh
from sacred.folder.partial import finish_partial, iter_partial, make_partial
from sacred.folder.trees import SetAside, TreeRecord
from sacred.folder.versions import Aside, Notes, are_kept, drop_oldest, move_notes, share_equal
from sacred.folder.writer import FolderWriter
from sacred.support.clock import format_naive_utc, now
from sacred.support.file_copy import is_same_content

LOGGER = logging.getLogger("sacred")

Save = Callable[[str, str], object]
_OF_THE_CONTENT = ("sha256", "version", "versions")


class Entry(Protocol):
    """What has to be known of the run's entry."""

    def add(self, key: str, value: Any) -> None:
        """Add something to a list, once."""

    def get_notes(self, key: str) -> dict[str, Notes]:
        """Return notes by name, to be changed."""

    def guard(self) -> contextlib.AbstractContextManager[object]:
        """Keep others from writing the entry meanwhile."""

    def note_missing(self, kind: str, name: str, error: Exception, path: str | None = None) -> None:
        """Warn and note that a file could not be kept."""

    def note_gap(self, kind: str, name: str, reason: str, path: str | None = None) -> None:
        """Note that something is not, or not wholly, in the record."""

    def has_gap(self, kind: str, path: str) -> bool:
        """Tell whether something is noted of a file."""

    def drop_gap(self, kind: str, path: str) -> None:
        """Take back what was noted of a file."""


class TreePlan(NamedTuple):
    """How to copy a folder: what is known of the last time, and where what is replaced goes."""

    record: TreeRecord
    set_aside: SetAside | None


class _Content(NamedTuple):
    """What became of the file or folder under a name."""

    is_kept: bool = True
    is_same: bool = False
    is_replaced: bool = False
    has_changed: bool = False
    aside: Aside | None = None


class Artifacts:
    """Keeps the artifacts of a run.

    Args:
        entry: of the run.
        writer: of the run's folder.

    Attributes:
        plans: for the folder that is being copied, by its name.
    """

    def __init__(self, entry: Entry, writer: FolderWriter) -> None:
        self.plans: dict[str, TreePlan] = {}
        self._entry = entry
        self._writer = writer
        self._process = os.getpid()
        self._names: dict[str, str] = {}
        self._states: dict[str, tuple[int, ...]] = {}
        self._trees: dict[str, TreeRecord] = {}
        self._taken: dict[str, _Content] = {}
        self._locks: dict[str, threading.RLock] = {}
        self._checksums = Checksums()
        self._has_ended = False

    def choose_name(self, given: str) -> str:
        """Return the name under which an artifact is kept, and warn if it is not the given one."""
        stored = layout.choose_artifact_name(given, self._names)
        if stored != given and stored not in self._names:
            LOGGER.warning('The artifact "%s" is kept as "%s"', given, stored)
        self._names[stored] = given
        return stored

    def keep(self, given: str, path: str, save: Save | None, notes: Notes) -> None:
        """Keep a file or folder; if that fails, warn and note it.

        Args:
            given: the name that the user chose.
            path: where it is.
            save: copies from a path to a name, and returns True if the file changed meanwhile; None to note
                only where it is.
            notes: what is worth telling of it.
        """
        stored = self.choose_name(given)
        with self._lock_name(stored):
            if save is None and os.path.abspath(path) != self._writer.get_path(stored):
                content = _Content(is_same=True)
                notes["path"] = os.path.abspath(path)
            else:
                content = self._copy(save, path, stored)
                notes["changed_while_copied"] = content.has_changed or None
            notes["given_name"] = given if given != stored else None
            with self._entry.guard():
                self._note(stored, path, content, notes)

    @contextlib.contextmanager
    def _lock_name(self, stored: str) -> Iterator[None]:
        """Let one thread at a time change what is under a name."""
        if os.getpid() != self._process:  # a forked child may inherit a lock that nobody will give back
            yield
            return
        with self._locks.setdefault(stored, threading.RLock()):
            yield

    def _copy(self, save: Save | None, path: str, stored: str) -> _Content:
        place = self._writer.get_path(stored)
        if os.path.abspath(path) == place or save is None:
            return self._taken.pop(stored, _Content(is_kept=os.path.lexists(place)))
        state = find_state(path)
        kept = self._states.get(stored)
        if kept is not None and kept == state and os.path.isfile(place):
            return _Content(is_same=True)
        self._states.pop(stored, None)
        is_settled = not is_fresh(state)  # looked at before copying
        if _has_content_of(path, place):
            content = _Content(is_same=True)
        else:
            content = self._replace(save, path, stored)
        if content.has_changed:
            LOGGER.warning('The artifact "%s" (%s) changed while it was copied', stored, path)
        elif state is not None and is_settled and content.is_kept:
            self._states[stored] = state
        return content

    def _replace(self, save: Save, path: str, stored: str) -> _Content:
        """Copy, and put aside what was there."""
        place = self._writer.get_path(stored)
        is_folder, is_replaced = os.path.isdir(path), os.path.lexists(place)
        aside = Aside(self._writer.path, stored, self._find_version(stored)) if are_kept() else None
        if is_folder:
            record = self._trees.setdefault(stored, TreeRecord())
            self.plans[stored] = TreePlan(record, aside.add if aside is not None else None)
        elif aside is not None and os.path.isfile(place):
            aside.add("", place)
        is_kept, has_changed = True, False
        try:
            has_changed = save(path, stored) is True
        except (OSError, ValueError) as error:  # ValueError: what no file name can have
            self._entry.note_missing("artifact", stored, error, os.path.abspath(path))
            is_kept = is_folder and os.path.isdir(place)
        finally:
            self.plans.pop(stored, None)
            has_aside = aside is not None and aside.settle(place)
        if is_folder:
            is_replaced = has_aside
        return _Content(
            is_kept=is_kept,
            is_replaced=is_replaced and is_kept,
            has_changed=has_changed,
            aside=aside if has_aside else None,
        )

    def _find_version(self, stored: str) -> int:
        return int(self._entry.get_notes("artifact_notes").get(stored, {}).get("version", 1))

    def _note(self, stored: str, path: str, content: _Content, notes: Notes) -> None:
        every = self._entry.get_notes("artifact_notes")
        old = every.get(stored)
        if not content.is_kept:
            if old is None and (facts := self._flatten(stored, notes)):
                every[stored] = facts
            return
        self._entry.add("artifacts", stored)
        place = notes.get("path") or self._writer.get_path(stored)
        facts = self._flatten(stored, notes | self._describe(stored, place, path, notes))
        facts["added_time"] = format_naive_utc(now())
        if content.is_replaced:
            new = move_notes(old if old is not None else {}, content.aside, is_folder=os.path.isdir(place))
        else:
            new = old if old is not None else {}
            kept = _OF_THE_CONTENT if content.is_same else _OF_THE_CONTENT[1:]
            for key in [key for key in new if key not in kept]:
                del new[key]
        new.update(facts)
        every[stored] = new
        if content.is_replaced:
            share_equal(self._writer.path, new.get("versions", []))
            drop_oldest(self._writer.path, every, stored)
        if not content.is_same and os.path.isfile(place):
            self.request_checksum(place, partial(self._note_checksum, stored, new))

    def _describe(self, stored: str, place: str, path: str, notes: Notes) -> Notes:
        if os.path.isfile(place):
            return describe_file(place, stored, path, notes.get("content_type"))
        record = self._trees.get(stored)
        if record is None:
            return {}
        return {
            "files": record.file_count,
            "size": record.byte_count,
            "left_out": record.left_out or None,
        }

    def _flatten(self, stored: str, notes: Notes) -> Notes:
        known = {key: value for key, value in notes.items() if value is not None}
        flat = self._writer.flatten(layout.RUN, {"artifact_notes": {stored: known}})
        return dict(flat["artifact_notes"][stored])

    def request_checksum(self, path: str, note: Callable[[str], object]) -> None:
        """Let ``note`` be called with a file's SHA-256 checksum, at once or at a later beat."""
        self._checksums.request(path, note)
        if self._has_ended:  # there is no later beat
            self._checksums.wait()
            self._checksums.collect()

    def _note_checksum(self, stored: str, notes: Notes, digest: str) -> None:
        notes["sha256"] = digest
        versions = self._entry.get_notes("artifact_notes").get(stored, {}).get("versions", [])
        share_equal(self._writer.path, versions)

    def open_place(self, given: str) -> str:
        """Return where an artifact can be written that :meth:`take_in` then gives its name.

        Raises:
            OSError: the folder can't be written.
        """
        return make_partial(self._writer.path, self.choose_name(given))

    def take_in(self, place: str, given: str) -> str:
        """Give what was written at an opened place its name, and return its path.

        :meth:`keep` has to follow.

        Raises:
            OSError: it can't have that name; it stays where it is.
        """
        stored = self.choose_name(given)
        target = self._writer.get_path(stored)
        with self._lock_name(stored):
            is_same = _has_content_of(place, target)
            is_replaced = os.path.isfile(target) and not is_same
            aside = None
            if is_replaced and are_kept():
                aside = Aside(self._writer.path, stored, self._find_version(stored))
                aside.add("", target)
            try:
                finish_partial(place, self._writer.path, stored)
            finally:
                has_aside = aside is not None and aside.settle(target)
            self._states.pop(stored, None)
            self._taken[stored] = _Content(
                is_same=is_same, is_replaced=is_replaced, aside=aside if has_aside else None
            )
        self._entry.drop_gap("artifact", place)
        return target

    def collect(self) -> None:
        """Note the checksums that were worked out since."""
        self._checksums.collect()

    def finish(self) -> None:
        """Wait for the last checksums, and note what was opened and not closed."""
        self._has_ended = True
        for name, path in iter_partial(self._writer.path):
            if not self._entry.has_gap("artifact", path):  # else it is noted why
                self._entry.note_gap("artifact", name, "It was not finished", path)
        self._checksums.wait()
        self._checksums.collect()


def _has_content_of(path: str, place: str) -> bool:
    """Tell whether what is to be kept is there already; a link is not the file that it leads to."""
    is_comparable = os.path.isfile(place) and not os.path.islink(place) and os.path.isfile(path)
    return is_comparable and is_same_content(path, place)


def describe_file(copy: str, stored: str, path: str, content_type: str | None) -> dict[str, Any]:
    """Return size in bytes and content type of a file; the given type, or what its names tell."""
    import mimetypes

    # Python's own types: what the machine has besides differs, and takes .pt for a game's page table
    known = mimetypes.MimeTypes()
    guesses = (known.guess_type(name) for name in (stored, path))
    guessed = (kind for kind, encoding in guesses if kind and not encoding)
    return {"size": os.path.getsize(copy), "content_type": content_type or next(guessed, None)}
