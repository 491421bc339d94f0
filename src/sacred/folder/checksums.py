"""SHA-256 checksums of what a run keeps; those of large files are worked out beside the user's code.

SHA-256 since every system has a program for it, and recent processors have instructions: there it takes
half the time of BLAKE2b.
"""

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from sacred.support.digests import CHUNK_BYTES
from sacred.support.file_copy import open_regular
from sacred.support.progress import Progress

AT_ONCE_BYTES = 1 << 22
"""Up to this size nobody waits long enough for a thread to be worth it."""
_STANDSTILL_SECONDS = 30.0

Note = Callable[[str], object]


class _Job(NamedTuple):
    """A file, and who wants its checksum. It is open, as it may get another name meanwhile."""

    file: BinaryIO
    note: Note


class Checksums:
    """Works out checksums, and gives them back when it is asked for them.

    A thread of its own reads large files, one after the other, and ends when there is none.
    """

    def __init__(self) -> None:
        self._process = os.getpid()
        self._waiting: deque[_Job] = deque()
        self._found: deque[tuple[Note, str]] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._byte_count = 0

    def request(self, path: str, note: Note) -> None:
        """Work out a checksum: ``note`` is called with it now, or by :meth:`collect`.

        A file that can't be read has none.
        """
        try:
            file = open_regular(path)
        except (OSError, ValueError):
            return
        job = _Job(file, note)
        # a forked child may inherit a lock that nobody will give back
        if os.fstat(file.fileno()).st_size <= AT_ONCE_BYTES or os.getpid() != self._process:
            self._work_out(job)
            self.collect()
            return
        with self._lock:
            self._waiting.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sacred-checksums", daemon=True)
                self._thread.start()

    def collect(self) -> bool:
        """Pass on what was found since, in the calling thread, and return whether there was anything."""
        has_any = False
        while self._found:
            note, digest = self._found.popleft()
            note(digest)
            has_any = True
        return has_any

    def wait(self) -> None:
        """Wait until nothing is left to do, unless the reading stands still."""
        progress = Progress("Working out checksums of artifacts")
        while os.getpid() == self._process:
            thread, before = self._thread, self._byte_count
            if thread is None:
                return
            waited = 0.0
            while thread.is_alive() and waited < _STANDSTILL_SECONDS and before == self._byte_count:
                thread.join(0.1)
                waited += 0.1
            progress.advance(self._byte_count - before)
            if thread.is_alive() and before == self._byte_count:
                return

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                job = self._waiting.popleft()
            self._work_out(job)

    def _work_out(self, job: _Job) -> None:
        import hashlib  # takes 3 ms, for OpenSSL

        digest = hashlib.sha256(usedforsecurity=False)
        try:
            with job.file as file:
                while chunk := file.read(CHUNK_BYTES):
                    digest.update(chunk)
                    self._byte_count += len(chunk)
        except OSError:
            return
        self._found.append((job.note, digest.hexdigest()))
