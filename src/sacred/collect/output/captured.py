"""The text that a capture has taken, as Sacred 0.8 hands it out."""

import contextlib
import threading

from sacred.collect.output.capture import Capture
from sacred.support.merging import Merger
from sacred.support.spool import Tail, TextTail


class CapturedStdout:
    """The output of a block of code, from the moment its capture began."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._lock = threading.RLock()
        self._ended = False
        merged = capture.merged
        tails = [Tail(*capture.outer)] if capture.outer else [Tail(spool) for spool in capture.spools[1:]]
        self._merger = Merger(tails, merged) if tails and merged is not None else None
        self._text = TextTail(merged) if merged is not None else None
        capture.on_tick = self._merge

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
            if self._text is None:
                return ""
            self._merge()
            text = self._text.read_text(self._ended)
            if self._ended:
                self._text = None
            return text

    def _merge(self) -> None:
        with self._lock, contextlib.suppress(OSError):  # a full disk: what is there can still be read
            if self._merger is not None:
                self._merger.merge(self._ended)

    def finalize(self) -> None:
        """End the capture; its last text can still be had once."""
        self._capture.stop()
        self._ended = True
        self._merge()
        self._merger = None
