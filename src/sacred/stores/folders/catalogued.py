"""What folders of runs and object storages with such folders have in common: they answer from a catalogue."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from sacred.errors import StoreError
from sacred.model.record import Document
from sacred.query.fields import needs_metrics
from sacred.query.nodes import Expression, SortKey
from sacred.stores.base import Problem
from sacred.stores.folders.catalogue import Catalogue
from sacred.stores.folders.search import list_wanted, search
from sacred.stores.narrowing import cut

if TYPE_CHECKING:
    from sacred.stores.folders.summaries import MetricSummaries


class Look(Protocol):
    """Keeps a catalogue up to date with what it is of."""

    def refresh(self) -> None:
        """Look at all runs."""

    def refresh_some(self, ids: Sequence[str]) -> None:
        """Look at some, unless all have been looked at a moment ago."""


class CataloguedRuns(ABC):
    """The part of a store that its catalogue answers; see :class:`sacred.stores.base.RunStore`.

    Attributes:
        location: of the store, for people.
        problems: what could not be read so far, each once.
    """

    location: str
    problems: list[Problem]
    _catalogue: Catalogue
    _scan: Look

    @abstractmethod
    def _make_summaries(self) -> "MetricSummaries": ...

    @abstractmethod
    def _read_document(self, run_id: str) -> Document: ...

    @cached_property
    def _summaries(self) -> "MetricSummaries":
        return self._make_summaries()  # when they are asked for: a list of runs needs none

    # --- documents ------------------------------------------------------------------------------------------

    def find_ids(
        self,
        query: Expression | None = None,
        sort: Sequence[SortKey] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[str]:
        """Return the ids of the runs that fit, sorted."""

        def find() -> list[str]:
            self._catalogue.want(list_wanted(query, sort))
            self._refresh()
            if needs_metrics(query, sort):
                self._note_problems(self._summaries.prepare())
            if query is None and not sort:
                return cut(self._catalogue.list_ids(), limit, offset)
            return search(self._catalogue, query, sort, self._load, limit=limit, offset=offset)

        return self._catalogue.use(find)

    def count(self, query: Expression | None = None) -> int:
        """Return how many runs fit."""
        return len(self.find_ids(query))

    def load(self, ids: Sequence[str], *, with_metrics: bool = False) -> dict[str, Document]:
        """Return the documents of some runs in one go, by id."""
        asked = set(ids)

        def load() -> dict[str, Document]:
            self._scan.refresh_some(ids)
            self._note_problems(one for one in self._catalogue.list_problems() if one[0] in asked)
            return self._load(ids, with_metrics)

        return self._catalogue.use(load)

    def list_fingerprints(self) -> Mapping[str, str]:
        """Return ``{fingerprint: id}`` of all runs."""

        def list_all() -> dict[str, str]:
            self._refresh()
            return self._catalogue.list_fingerprints()

        return self._catalogue.use(list_all)

    def _refresh(self) -> None:
        self._scan.refresh()
        self._note_problems(self._catalogue.list_problems())

    def _load(self, ids: Sequence[str] | None, with_metrics: bool) -> dict[str, Document]:
        """Return documents, of all runs if no ids are given."""
        documents, incomplete = self._catalogue.load(ids)
        for run_id in incomplete:
            whole = self._read_whole(run_id)
            if whole is None:
                del documents[run_id]
            else:
                documents[run_id] = whole
        if with_metrics:
            self._note_problems(self._summaries.add_to(documents))
        return {
            run_id: documents[run_id] for run_id in (documents if ids is None else ids) if run_id in documents
        }

    def _read_whole(self, run_id: str) -> Document | None:
        try:
            return self._read_document(run_id)
        except StoreError as error:
            self._note_problems([(run_id, str(error))])
            return None

    def _note_problems(self, found: Iterable[tuple[str, str]]) -> None:
        known = set(self.problems)
        new = [Problem(run_id, f"Run {_show(run_id)}: {message}") for run_id, message in found]
        self.problems += [problem for problem in dict.fromkeys(new) if problem not in known]


def _show(run_id: str) -> str:
    """Return an id as every terminal takes it."""
    return run_id.encode("utf-8", "backslashreplace").decode()
