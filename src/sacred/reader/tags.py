"""What people add to a run afterwards: tags and notes, changed by one process at a time."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, MutableSet
from typing import Any, Self

from sacred.folder.store import find_cache_folder
from sacred.model.record import Document
from sacred.reader.locked import LockedStore
from sacred.reader.record import load_document

_FOLDER = "locks"

Change = Callable[[list[str]], list[str]]


class Tags(MutableSet[str]):
    """The tags of a run, in the order in which they were added. A change is written at once.

    Args:
        tags: as they were when the run was looked at.
        change: writes a change, and returns the tags after it.
    """

    def __init__(self, tags: Iterable[str], change: Callable[[Change], list[str]]) -> None:
        self._tags = unique(tags)
        self._change = change

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> set[Any]:  # what `|` gives
        return set(it)

    def __contains__(self, tag: object) -> bool:
        return tag in self._tags

    def __iter__(self) -> Iterator[str]:
        return iter(self._tags)

    def __len__(self) -> int:
        return len(self._tags)

    def __repr__(self) -> str:
        return f"Tags({self._tags!r})"

    def add(self, value: str) -> None:
        """Add a tag, if it is not there."""
        self.update([value])

    def discard(self, value: str) -> None:
        """Remove a tag, if it is there."""
        self.difference_update([value])

    def update(self, tags: Iterable[str]) -> None:
        """Add several tags at once.

        Raises:
            TypeError: one is no text.
            ValueError: one has no characters that can be seen.
        """
        new = check_new(tags)
        self._tags = self._change(lambda old: unique([*old, *new]))

    def difference_update(self, tags: Iterable[str]) -> None:
        """Remove several tags at once, those that are there."""
        gone = set(tags)
        self._tags = self._change(lambda old: [tag for tag in old if tag not in gone])

    def __ior__(self, it: Iterable[str]) -> Self:  # type: ignore[override,misc]  # a set of its own type
        self.update(it)
        return self

    def __isub__(self, it: Iterable[Any]) -> Self:
        self.difference_update(it)
        return self


def unique(tags: Iterable[str]) -> list[str]:
    """Return tags without repetitions.

    Raises:
        TypeError: one is no text, or all are one text.
    """
    if isinstance(tags, str):
        raise TypeError(f"tags are a list of texts, not the text {tags!r}")
    found = list(dict.fromkeys(tags))
    for tag in found:
        if not isinstance(tag, str):
            raise TypeError(f"a tag is a text, not {tag!r}")
    return found


def check_new(tags: Iterable[str]) -> list[str]:
    """Return tags that somebody gives, without repetitions.

    Raises:
        TypeError: one is no text, or all are one text.
        ValueError: one has no characters that can be seen.
    """
    found = unique(tags)
    if not all(map(str.strip, found)):
        raise ValueError("a tag needs at least one character that can be seen")
    return found


def read_tags(document: Document) -> list[str]:
    """Return the tags that a document has."""
    tags = document.get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def read_notes(document: Document) -> str:
    """Return the notes that a document has; nothing where there are none."""
    notes = document.get("notes")
    return notes if isinstance(notes, str) else ""


def change_tags(store: LockedStore, run_id: str, change: Change) -> list[str]:
    """Change the tags that a run has now, and return those that it has then.

    Raises:
        RunNotFoundError: the run is not there.
        StoreError: they can't be written.
    """
    at_once = getattr(store.store, "change_tags", None)
    with store.hold(), _keep_others_away(store, run_id):
        if at_once is not None:  # the store has a lock of its own, on other machines, too
            changed: list[str] = at_once(run_id, change)
            return changed
        tags = change(read_tags(load_document(store, run_id)))
        store.annotate(run_id, tags=tags)
    return tags


@contextlib.contextmanager
def _keep_others_away(store: LockedStore, run_id: str) -> Iterator[None]:
    """Let one process of this user on this machine change tags; without a cache folder, all of them."""
    import hashlib  # takes 3 ms, for OpenSSL

    name = hashlib.sha256(f"{store.location}\0{run_id}".encode("utf-8", "backslashreplace")).hexdigest()[:32]
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, ImportError):  # Windows has no fcntl
            import fcntl

            folder = os.path.join(find_cache_folder(), _FOLDER)
            os.makedirs(folder, mode=0o700, exist_ok=True)
            file = stack.enter_context(open(os.path.join(folder, name), "ab"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
