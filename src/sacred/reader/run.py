"""A run as users hold it: what a record says, and what can be done with it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sacred.reader.record import Record
from sacred.reader.tags import Change, Tags, change_tags, check_new, read_notes, read_tags

if TYPE_CHECKING:
    from sacred.reader.compare import Comparison
    from sacred.reader.follow import Event


class Run(Record):
    """A run of a store, see :class:`Record` for what it tells."""

    __slots__ = ()

    def __repr__(self) -> str:
        from sacred.reader.texts import describe_run

        return describe_run(self)

    def _repr_html_(self) -> str:
        from sacred.reader.html import format_run

        return format_run(self)

    @property
    def tags(self) -> Tags:
        """The tags that people gave it. They can be changed, or replaced by others; it is written at once."""
        return Tags(read_tags(self.document), self._change_tags)

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None:
        new = check_new(tags)
        self._change_tags(lambda _: new)

    def _change_tags(self, change: Change) -> list[str]:
        tags = change_tags(self._store, self._id, change)
        with self._lock:
            if self._document is not None:
                self._document = {**self._document, "tags": tags}
        return tags

    @property
    def notes(self) -> str:
        """The notes that people wrote about it. They can be replaced; it is written at once."""
        return read_notes(self.document)

    @notes.setter
    def notes(self, notes: str) -> None:
        if not isinstance(notes, str):
            raise TypeError(f"notes are a text, not {notes!r}")
        self._store.annotate(self._id, notes=notes)
        with self._lock:
            if self._document is not None:
                self._document = {**self._document, "notes": notes}

    def follow(self, interval: float = 0.5) -> "Iterator[Event]":
        """Yield what there is of output and metrics, then what comes, until the run has ended or was killed.

        The last event is a :class:`StatusEvent`. Afterwards, :meth:`refresh` was called.

        Args:
            interval: seconds between two looks; they are further apart where a look takes long.

        Raises:
            RunNotFoundError: the run is removed meanwhile.
        """
        from sacred.reader.follow import follow

        yield from follow(self._store, self._id, interval)
        self.refresh()

    def compare(self, other: Record) -> "Comparison":
        """Return what is different in another run.

        Raises:
            StoreError: one can't be read.
            TypeError: the other is no run.
        """
        from sacred.reader.compare import compare

        if not isinstance(other, Record):
            raise TypeError(f"a run is compared with another run, such as store[3], not with {other!r}")
        return compare(self, other)

    def delete(self) -> None:
        """Move it to the store's trash.

        Raises:
            StoreError: it is under way, or can't be moved.
        """
        self._store.delete([self._id])
