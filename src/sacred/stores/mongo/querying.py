"""Which runs fit a query: the server narrows, the evaluator decides."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sacred.model.record import Document
from sacred.query.fields import list_needed_keys, needs_metrics
from sacred.query.nodes import Expression, SortKey
from sacred.stores.checking import DamagedDocumentError
from sacred.stores.mongo.connection import Raw
from sacred.stores.mongo.document import (
    LABELS,
    MARK,
    OUTPUT,
    WholeDocuments,
    read_document,
)
from sacred.stores.mongo.layout import Layout, format_id, split_choices
from sacred.stores.mongo.summaries import load_summaries
from sacred.stores.mongo_filter import make_filter
from sacred.stores.narrowing import choose

_BATCH = 2000
_STATUS_KEYS = ("status", "start_time", "heartbeat", "recorder")
_OPAQUE = {f"{MARK}.opaque": True}
"""Documents of ours that have other values than the database can hold."""

_WITHOUT_OUTPUT = {OUTPUT: 0}

OnProblem = Callable[[str | None, str], None]
"""Told of a run that can't be read: its id, and why."""


class Finder:
    """Finds and reads documents of runs.

    Args:
        layout: where they are.
        wholes: where those are that are not in one piece.
        on_problem: told of those that can't be read.
    """

    def __init__(self, layout: Layout, wholes: WholeDocuments, on_problem: OnProblem) -> None:
        self._layout = layout
        self._wholes = wholes
        self._on_problem = on_problem

    def find(self, query: Expression | None, sort: Sequence[SortKey]) -> list[str]:
        """Return the ids of the runs that fit, sorted."""
        keys = list_needed_keys(query, sort)
        wanted = make_filter(query, always=[_OPAQUE])
        raws = list(self._layout.runs.find(wanted, _make_projection(keys), batch_size=_BATCH))
        documents = self.read(raws, keys - {"metrics"}, with_metrics=needs_metrics(query, sort))
        return choose(documents, query, sort)

    def load(self, ids: Sequence[Any], *, with_metrics: bool) -> dict[str, Document]:
        """Return documents by id.

        Args:
            ids: what they may have as ``_id``.
            with_metrics: give them summaries of their metrics.
        """
        runs = self._layout.runs
        filters = split_choices(runs, "_id", ids)
        raws = [raw for wanted in filters for raw in runs.find(wanted, _WITHOUT_OUTPUT, batch_size=_BATCH)]
        return {document["id"]: document for document in self.read(raws, with_metrics=with_metrics)}

    def read(
        self, raws: list[Raw], keys: AbstractSet[str] | None = None, *, with_metrics: bool = False
    ) -> Iterator[Document]:
        """Yield documents of runs, each id once; what is damaged is told.

        Args:
            raws: what the database has.
            keys: what it was asked for; None for all.
            with_metrics: give them summaries of their metrics.
        """
        summaries = load_summaries(self._layout, raws) if with_metrics else [None] * len(raws)
        seen = set()
        # a number goes before the text that looks like it
        for raw, summary in sorted(zip(raws, summaries, strict=True), key=_is_text):
            document = self._read(raw, keys)
            if document is None:
                continue
            if document["id"] in seen:
                self._on_problem(document["id"], "another run has the same id, as a number")
                continue
            seen.add(document["id"])
            if summary is not None:
                document["metrics"] = summary
            yield document

    def _read(self, raw: Raw, keys: AbstractSet[str] | None) -> Document | None:
        try:
            return read_document(raw, self._wholes, keys)
        except DamagedDocumentError as error:
            run_id = format_id(raw["_id"])
            place = f"{self._layout.runs.name}: the document with _id {raw['_id']!r}"
            self._on_problem(run_id, f"{place} can't be read: {error}")
            return None


def _is_text(entry: tuple[Raw, Any]) -> bool:
    return isinstance(entry[0]["_id"], str)


def _make_projection(keys: AbstractSet[str]) -> dict[str, int]:
    """Return which parts of the documents are needed to know these keys of a run."""
    fields = {*keys, *_STATUS_KEYS, f"{MARK}.exact", f"{MARK}.whole", f"{MARK}.key"} - {"id"}
    if fields & {"tags", "notes"}:
        fields = fields - {"tags", "notes"} | {"omniboard", LABELS}
    if "metrics" in fields:
        fields = fields - {"metrics"} | ({"info"} if "info" in fields else {"info.metrics"})
    if "experiment" not in fields:
        fields |= {"experiment.name"}  # that a document has it shows that it is a run's
    return dict.fromkeys(fields, 1)
