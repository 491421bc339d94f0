"""The text that a capture has taken, as Sacred 0.8 hands it out."""

import codecs
import threading

from sacred.collect.output.capture import Capture
from sacred.support.merging import Merger
from sacred.support.spool import Spool, Tail


class CapturedStdout:
    """The output of a block of code, from the moment its capture began."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._lock = threading.Lock()
        self._ended = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        spools = capture.spools
        target = Spool() if len(spools) > 1 or capture.outer else next(iter(spools), None)
        tails = [Tail(*capture.outer)] if capture.outer else [Tail(spool) for spool in spools]
        self._merger = Merger(tails, target) if target is not None and target not in spools else None
        self._tail = Tail(target) if target is not None else None
        self._spools = {id(spool): spool for spool in (*spools, target) if spool is not None}

    @property
    def closed(self) -> bool:
        """Whether the capture has ended."""
        return self._ended

    def flush(self) -> None:
        """Bring in what still waits in streams."""
        self._capture.flush()

    def get(self) -> str:
        """Return the text that has come since the last call; after the end the rest, then nothing."""
        with self._lock:
            if self._tail is None:
                return ""
            if not self._ended:
                self._bring_in()
            parts = []
            while data := self._tail.read():
                parts.append(self._decoder.decode(data))
            if self._ended:
                self._close()
            return "".join(parts)

    def _bring_in(self) -> None:
        self._capture.flush()
        if self._merger is not None:
            self._merger.merge()

    def _close(self) -> None:
        self._tail = None
        for spool in self._spools.values():
            spool.close()

    def finalize(self) -> None:
        """End the capture; its last text can still be had once."""
        self._capture.stop()
        with self._lock:
            self._ended = True
            if self._merger is not None:
                self._merger.merge(is_last=True)
