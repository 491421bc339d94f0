"""A mirror: the run writes into a local folder, and a thread takes that over into the run folder each second.

This is for file systems whose server may be slow, full or gone. After the start only this thread touches the
run folder (but for artifacts): if the server does not answer, only this thread waits.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sacred.folder.front import make_front, remove_front
from sacred.folder.journal_files import remove_journals
from sacred.folder.takeover import PREFIXES, Copier
from sacred.support.clock import now

if TYPE_CHECKING:
    from datetime import datetime

LOGGER = logging.getLogger("sacred")

INTERVAL_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
"""How long somebody waits for a server from which nothing comes; as long as it goes on, longer."""

_LESS_PATIENCE_SECONDS = 1.0  # after that was in vain once
_LOOK_SECONDS = 0.2


class Mirror:
    """A local folder in front of a run folder, and the thread that takes over what is new in it.

    Args:
        folder: the run folder, absolute.
        base: the local folder for such folders.
        is_growing: see :class:`sacred.folder.takeover.Copier`.

    Attributes:
        folder: the run folder.
        front: the local one.

    Raises:
        OSError: the folders can't be written.
    """

    def __init__(self, folder: str, base: str, is_growing: bool = True) -> None:
        for prefix in PREFIXES:  # those of a run whose folder this was
            remove_journals(folder, prefix)
        self.folder = folder
        self.front = make_front(folder, base)
        self._copier = Copier(self.front, folder, is_growing)
        self._wake = threading.Event()
        self._changed = threading.Condition()
        self._asked = self._answered = 0
        self._is_ending = self._is_over = self._is_busy = self._gave_up = False
        self._troubles: list[_Trouble] = []
        self._seen = (-1, 0.0)  # progress, and when it was first seen
        self._thread = threading.Thread(target=self._work, daemon=True, name="sacred-mirror")

    def start(self) -> None:
        """Start the thread.

        Raises:
            RuntimeError: there can't be more threads.
        """
        self._thread.start()

    def _work(self) -> None:
        while not self._is_over:
            self._wake.clear()
            asked, is_last = self._asked, self._is_ending  # in this order: see finish
            self._is_busy = True
            try:
                self._copier.copy(is_last)
                if is_last:
                    remove_front(self.folder, self.front)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
                self._note_trouble(f"can't be written: {getattr(error, 'strerror', None) or error}")
            else:
                self._answer(asked, is_last)
            self._is_busy = False
            if not self._is_over:
                self._wake.wait(INTERVAL_SECONDS)

    def _answer(self, asked: int, is_last: bool) -> None:
        if self._troubles:
            self._troubles[-1].end()
        with self._changed:
            self._answered, self._is_over = asked, is_last
            self._changed.notify_all()

    def _note_trouble(self, reason: str) -> None:
        if self._troubles and self._troubles[-1].ended is None:
            return
        self._troubles.append(_Trouble(reason))
        if len(self._troubles) == 1:
            LOGGER.warning(
                "The run folder %s %s. The record goes on in %s, and is brought over when that is possible",
                self.folder,
                reason,
                self.front,
            )

    def look(self) -> None:
        """Warn if the server does not answer: due every second."""
        progress, moment = self._copier.progress, time.monotonic()
        if not self._is_busy or progress != self._seen[0]:
            self._seen = progress, moment
        elif moment - self._seen[1] > PATIENCE_SECONDS:
            self._note_trouble("does not answer")

    @property
    def gaps(self) -> list[tuple[str, str, str]]:
        """What went wrong, as ``(kind, name, reason)``."""
        return [("mirror", self.folder, str(trouble)) for trouble in self._troubles]

    def flush(self) -> bool:
        """Wait until all that is there now is in the run folder.

        Returns:
            Whether it is. It is given up when nothing moves for :data:`PATIENCE_SECONDS`, or for less if that
            was in vain once.
        """
        with self._changed:
            self._asked += 1
            wanted = self._asked
        self._wake.set()
        is_done = self._wait(lambda: self._answered >= wanted)
        self._gave_up = not is_done
        return is_done

    def _wait(self, is_done: Callable[[], bool]) -> bool:
        patience = _LESS_PATIENCE_SECONDS if self._gave_up else PATIENCE_SECONDS
        began = seen_at = time.monotonic()
        seen = self._copier.progress
        with self._changed:
            while not is_done():
                self._changed.wait(_LOOK_SECONDS)
                moment, is_failing = time.monotonic(), bool(self._troubles) and not self._troubles[-1].ended
                if self._copier.progress != seen:
                    seen, seen_at = self._copier.progress, moment
                if moment - (began if is_failing else seen_at) > patience:
                    return False
        return True

    def finish(self) -> bool:
        """Take over all that is left, and remove the local folder.

        Returns:
            Whether that was possible in time. Otherwise there is a warning, and the thread goes on trying as
            long as the process lives.
        """
        self._is_ending = True
        is_over = False
        try:
            is_over = self.flush()
        finally:  # also if somebody does not want to wait (Ctrl-C)
            if not is_over:
                LOGGER.warning(
                    "The run folder %s %s: it lacks the end of the record, which is in %s. "
                    "When it can be written, bring it over on this machine: python -m sacred recover %s",
                    self.folder,
                    self._troubles[-1].reason if self._troubles else "does not answer",
                    self.front,
                    self.folder,
                )
        return is_over


class _Trouble:
    """A time during which the run folder could not be written."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.began = now()
        self.ended: datetime | None = None

    def end(self) -> None:
        """Note that it is over, if it is not yet."""
        self.ended = self.ended or now()

    def __str__(self) -> str:
        if self.ended is None:
            return f"since {self.began:%Y-%m-%d %H:%M:%S} UTC it {self.reason}"
        period = f"from {self.began:%Y-%m-%d %H:%M:%S} to {self.ended:%H:%M:%S} UTC"
        return f"{period}: it {self.reason}; what was recorded meanwhile was brought over later"
