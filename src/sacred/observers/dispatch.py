"""Handing a run's events to its observers: in one order, strictly at the start, forgivingly afterwards.

Every observer gets copies of its own of what it is told, so that none can change what the next one sees. One
that fails is reported once and left alone, except that the final event is tried all the same.
"""

import contextlib
import logging
import threading
from collections.abc import Iterable
from typing import Any, Protocol

from sacred.errors import ObserverError
from sacred.observers.base import RunObserver
from sacred.support.copies import copy_containers

_ATTEMPTS = 5  # a dictionary that another thread changes can't be copied at that moment


_claimed: list[Any] = []  # by identity: observers may be equal, or without a hash
_claims_lock = threading.Lock()


def claim(observers: Iterable[Any]) -> list[Any]:
    """Return the observers that will hear of one run, in place of the given ones.

    They are busy until :func:`release`. See :meth:`sacred.observers.base.RunObserver.for_run`.
    """
    with _claims_lock:
        own = [_choose(observer) for observer in observers]
        _claimed.extend(own)
    return own


def release(observers: Iterable[Any]) -> None:
    """Take back a claim: the run is over."""
    with _claims_lock:
        for observer in observers:
            _claimed[:] = _remove_one(observer)


def is_busy(observer: Any) -> bool:
    """Tell whether a run has claimed this observer."""
    return any(observer is other for other in _claimed)  # without the lock: for_run is called under it


class Progress(Protocol):
    """What is new at a heartbeat, built only for observers that ask for it."""

    def read_points(self) -> dict[str, Any]:
        """Return the points since the last heartbeat by metric; the same at each call."""

    def read_text(self) -> str:
        """Return the output so far; the same at each call."""


class Dispatch:
    """The observers of one run.

    Args:
        observers: in any order; those with a higher ``priority`` are told first.
        logger: where failures are reported.

    Attributes:
        observers: in their order. One that is added during the run hears of what comes after.
        keeper: an observer of our own, if there is one. It is told after the others.
        is_over: all were told of the end and have done their work, or have failed.
    """

    def __init__(self, observers: Iterable[Any], logger: logging.Logger) -> None:
        self.observers = sorted(observers, key=lambda observer: -getattr(observer, "priority", 0))
        self.keeper: Any = None
        self.failed: list[Any] = []
        self.is_over = False
        self._ended: list[Any] = []
        self._has_started = False
        self._logger = logger

    @property
    def everybody(self) -> list[Any]:
        """The observers and the keeper."""
        return self.observers if self.keeper is None else [*self.observers, self.keeper]

    def start(self, event: str, run_id: Any, **facts: Any) -> Any:
        """Tell of ``started_event`` or ``queued_event``; return the run's id.

        The first observer that returns an id decides it, unless there is one already.

        Raises:
            Exception: whatever an observer raises: a run that can't be recorded does not start.
        """
        for observer in self.observers:
            chosen = getattr(observer, event)(**_copy(facts), _id=run_id)
            if run_id is None:
                run_id = chosen
        self._has_started = True  # only now: of a run that did not start they hear only its end
        return run_id

    def add_keeper(self, keeper: Any, event: str, run_id: Any, **facts: Any) -> Any:
        """Tell the keeper of the start, after all others; return the id that it took.

        Raises:
            Exception: whatever it raises; it is not added then.
        """
        chosen = getattr(keeper, event)(**_copy(facts), _id=run_id)
        self.keeper = keeper
        return chosen

    def tell(self, event: str, **facts: Any) -> None:
        """Tell of something that happened while the run lives."""
        for observer in self._find_listeners():
            if not self._has_failed(observer):
                self._try(observer, event, _copy(facts))

    def offer(self, event: str, **facts: Any) -> None:
        """Tell those observers that know it of an event that Sacred 0.8 does not have."""
        for observer in self._find_listeners():
            # of the class: mocks have whatever they are asked for
            if hasattr(type(observer), event) and not self._has_failed(observer):
                self._try(observer, event, _copy(facts))

    def beat(self, progress: Progress, **facts: Any) -> None:
        """Tell of new metrics and a heartbeat."""
        for observer in self._find_listeners():
            if self._has_failed(observer):
                continue
            # what an observer adds to info with the metrics is in its heartbeat, as in 0.8
            own = _copy(facts)
            points = {} if _reads_folder(observer, "log_metrics") else _copy(progress.read_points())
            if self._try(observer, "log_metrics", {"metrics_by_name": points, "info": own["info"]}):
                text = "" if _reads_folder(observer, "heartbeat_event") else progress.read_text()
                self._try(observer, "heartbeat_event", {**own, "captured_out": text})

    def finish(self, event: str, **facts: Any) -> None:
        """Tell every observer how the run ended, also those that failed or were not told of the start.

        Raises:
            BaseException: somebody does not want to wait for a slow observer (Ctrl-C); those that only write
                to a folder are told all the same.
        """
        waiting = list(self.everybody)
        try:
            while waiting:
                observer, *waiting = waiting
                self._tell_end(observer, event, facts)
        except BaseException:
            for observer in waiting:
                if _reads_folder(observer, "heartbeat_event"):
                    self._tell_end(observer, event, facts)
            raise

    def _tell_end(self, observer: Any, event: str, facts: dict[str, Any]) -> None:
        try:
            getattr(observer, event)(**_copy(facts))
        except (Exception, SystemExit) as error:  # the run is over; its result must not be lost for that
            self._logger.error(  # noqa: TRY400 - the traceback only where it helps
                "The %s could not record the end of the run: %s",
                _describe(observer),
                str(error) or type(error).__name__,
                exc_info=not isinstance(error, ObserverError),
            )
            self._add_failed(observer)
        else:
            self._ended.append(observer)

    def has_end(self, observer: Any) -> bool:
        """Tell whether an observer has taken in how the run ended: Ctrl-C may have kept it from that."""
        return any(observer is other for other in self._ended)

    def join(self) -> None:
        """Wait until the observers have done their work."""
        for observer in list(self.everybody):
            if not self._has_failed(observer):
                self._try(observer, "join", {})
        for observer in self.failed:
            self._logger.warning("The %s failed at some point during the run.", _describe(observer))
        self.is_over = True

    def _find_listeners(self) -> list[Any]:
        return list(self.everybody) if self._has_started else []

    def _try(self, observer: Any, event: str, facts: dict[str, Any]) -> bool:
        try:
            getattr(observer, event)(**facts)
        except (Exception, SystemExit) as error:  # nor does one that leaves end the run
            self._add_failed(observer)
            reason = str(error) or type(error).__name__
            self._logger.warning(
                "An error occurred in the %s during %s, it is left out from now on: %s",
                _describe(observer),
                event,
                reason,
            )
            self._logger.debug("The error was", exc_info=True)
            return False
        return True

    def _has_failed(self, observer: Any) -> bool:
        return any(observer is other for other in self.failed)

    def _add_failed(self, observer: Any) -> None:
        if not self._has_failed(observer):
            self.failed.append(observer)


def _reads_folder(observer: Any, event: str) -> bool:
    # `is True`: mocks have whatever they are asked for
    return getattr(getattr(observer, event, None), "reads_folder", None) is True


def _choose(observer: Any) -> Any:
    # of the class: third parties' need not have it, and mocks have whatever they are asked for
    choose = getattr(type(observer), "for_run", None)
    return observer if choose is None else choose(observer)


def _remove_one(observer: Any) -> list[Any]:
    """Return the claims without one of this observer's: one that is shared has several."""
    for index, other in enumerate(_claimed):
        if other is observer:
            return _claimed[:index] + _claimed[index + 1 :]
    return _claimed


def _describe(observer: Any) -> str:
    name = type(observer).__name__
    return name if isinstance(observer, RunObserver) else f"observer {name}"


def _copy(facts: dict[str, Any]) -> dict[str, Any]:
    for _ in range(_ATTEMPTS):
        with contextlib.suppress(Exception):  # changed by the user's code meanwhile, or a class of theirs
            return {name: copy_containers(value) for name, value in facts.items()}
    return facts  # told as they are rather than not at all
