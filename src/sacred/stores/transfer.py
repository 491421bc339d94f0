"""Copying runs from one store into another, whatever kinds they are.

A run is known by its fingerprint: what is there already is not copied again, so a copy that was interrupted
goes on where it stopped. What can't be copied is reported, and the rest goes on.
"""

import errno
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sacred.errors import StoreError
from sacred.model import status as statuses
from sacred.model.record import Document, compute_fingerprint
from sacred.stores.base import Problem, ReadingAhead, RunStore, StoredRun

Progress = Callable[[int, int], object]
"""Is told how many runs are done, and how many there are."""

_BATCH = 100
_HOPELESS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


@dataclass(slots=True)
class CopyReport:
    """What became of each run.

    Attributes:
        copied: the new id by the old one.
        skipped: of runs that were there already, their id there by the old one.
        running: ids of runs that are under way: copy again when they have ended.
        failed: what could not be copied, and why.
    """

    copied: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)
    failed: list[Problem] = field(default_factory=list)


def copy_runs(
    source: RunStore,
    target: RunStore,
    ids: Sequence[str] | None = None,
    *,
    progress: Progress | None = None,
    with_running: bool = False,
) -> CopyReport:
    """Copy runs, and return what became of each.

    Args:
        source: where they are.
        target: where they shall be as well.
        ids: which ones; by default all.
        progress: told of each run.
        with_running: copy runs that are under way, too, as they are now. Such a copy stays as it is, and
            no later one takes its place.

    Raises:
        StoreError: one of the stores can't be used at all.
    """
    chosen = source.find_ids() if ids is None else list(dict.fromkeys(ids))
    copying = _Copying(source, target, progress, len(chosen))
    waiting = iter(chosen)
    while batch := list(islice(waiting, _BATCH)):
        reason = copying.copy(batch, with_running=with_running)
        if reason is not None:
            left = sum(1 for _ in waiting)
            if left:
                copying.report.failed.append(Problem(None, f"{left} more runs were not tried: {reason}"))
            break
    return copying.report


class _Copying:
    def __init__(self, source: RunStore, target: RunStore, progress: Progress | None, total: int) -> None:
        self.report = CopyReport()
        self._source = source
        self._target = target
        self._progress = progress
        self._total = total
        self._done = 0
        self._known = dict(target.list_fingerprints())
        self._twins: dict[str, str] = {}  # runs that are in the source twice

    def copy(self, ids: Sequence[str], *, with_running: bool) -> str | None:
        """Copy some runs; return why there is no point in going on, or None."""
        pending = self._choose(ids, with_running=with_running)
        reason = None
        try:
            self._add(pending)
        except Exception as error:  # noqa: BLE001 - whatever went wrong with one must not keep the others
            reason = self._add_one_by_one(pending, error)
        for run_id, fingerprint in self._twins.items():
            if fingerprint in self._known:
                self.report.skipped[run_id] = self._known[fingerprint]
                self._tell()
            else:
                self._fail(run_id, "Another copy of it, which the store has as well, could not be copied.")
        self._twins.clear()
        return reason

    def _choose(self, ids: Sequence[str], *, with_running: bool) -> dict[str, StoredRun]:
        """Return the runs that are to be copied, by fingerprint; note what becomes of the others."""
        documents = self._source.load(ids)
        pending: dict[str, Document] = {}
        for run_id in ids:
            document = documents.get(run_id)
            if document is None:
                self._fail(run_id, self._find_reason(run_id))
                continue
            fingerprint = compute_fingerprint(document)
            if fingerprint in self._known:
                self.report.skipped[run_id] = self._known[fingerprint]
                self._tell()
            elif fingerprint in pending:
                self._twins[run_id] = fingerprint
            elif document.get("status") == statuses.RUNNING and not with_running:
                self.report.running.append(run_id)
                self._tell()
            else:
                pending[fingerprint] = document
        ahead = ReadingAhead(self._source, [str(document["id"]) for document in pending.values()])
        return {
            fingerprint: StoredRun(self._source, document, ahead) for fingerprint, document in pending.items()
        }

    def _find_reason(self, run_id: str) -> str:
        messages = [one.message for one in self._source.problems if one.run_id == run_id]
        return messages[-1] if messages else f'There is no run "{run_id}" in {self._source.location}.'

    def _add(self, pending: dict[str, StoredRun]) -> None:
        """Add runs, and take those that are in the target out of ``pending``."""
        fingerprints = {run.id: fingerprint for fingerprint, run in pending.items()}
        for run, new_id in self._target.add_runs(list(pending.values())):
            fingerprint = fingerprints[run.id]
            del pending[fingerprint]
            self._known[fingerprint] = new_id
            self.report.copied[run.id] = new_id
            self._tell()

    def _add_one_by_one(self, pending: dict[str, StoredRun], error: Exception) -> str | None:
        """Find out which of some runs can't be copied, and copy the others."""
        reason = self._find_end(error)
        for fingerprint, run in list(pending.items()):
            if reason is None and fingerprint in self._known:  # it was added, and then not told
                self.report.copied[run.id] = self._known[fingerprint]
                self._tell()
                continue
            try:
                if reason is None:
                    self._add({fingerprint: run})
                    continue
            except Exception as its_own:  # noqa: BLE001 - as above
                error = its_own
                reason = self._find_end(error)
            self._fail(run.id, _describe(error))
        return reason

    def _find_end(self, error: Exception) -> str | None:
        """Return why nothing more can be copied after an error, or None."""
        if any(getattr(one, "errno", None) in _HOPELESS for one in _iter_causes(error)):
            return _describe(error)
        try:
            self._source.count()
            self._known = dict(self._target.list_fingerprints())
        except (StoreError, OSError) as failure:
            return _describe(failure)
        return None

    def _fail(self, run_id: str, message: str) -> None:
        self.report.failed.append(Problem(run_id, message))
        self._tell()

    def _tell(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)


def _iter_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _describe(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, StoreError) and text else f"{type(error).__name__}: {text}".rstrip(": ")
