"""Whether stored files still are what was recorded: each is read, and compared with its checksums."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal

from sacred.errors import StoreError
from sacred.model.record import StoredFile
from sacred.stores.base import RunStore

State = Literal["ok", "damaged", "missing", "unknown"]

_PIECE_BYTES = 1 << 20
_STRONGEST_FIRST = ("sha512", "sha256", "sha1", "md5")


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What became of a file.

    Attributes:
        run_id: the run that it belongs to.
        file: the file.
        state: ``ok``; ``damaged``: it is another content, or can't be read; ``missing``: it is not there;
            ``unknown``: no checksum of it was recorded.
        reason: one line for people; None if all is well.
    """

    run_id: str
    file: StoredFile
    state: State
    reason: str | None = None


def verify_runs(store: RunStore, ids: Sequence[str] | None = None) -> Iterator[FileCheck]:
    """Check the files of runs, and yield each once it was read.

    A file that many runs share is read once.

    Args:
        store: where they are.
        ids: of which runs; by default of all.

    Raises:
        StoreError: there is no such run, or the store can't be read.
    """
    checker = _Checker(store)
    for run_id in store.find_ids() if ids is None else ids:
        for file in store.list_files(run_id):
            yield checker.check(run_id, file)


class _Checker:
    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._known: dict[tuple[str, str], str] = {}  # checksums by place and algorithm

    def check(self, run_id: str, file: StoredFile) -> FileCheck:
        algorithm = next((one for one in _STRONGEST_FIRST if one in file.digests), None)
        try:
            if algorithm is None:
                self._store.open_file(run_id, file).close()
                return FileCheck(run_id, file, "unknown", "no checksum of it was recorded")
            found = self._compute(run_id, file, algorithm)
        except (StoreError, FileNotFoundError) as error:
            return FileCheck(run_id, file, "missing", str(error))
        except OSError as error:
            return FileCheck(run_id, file, "damaged", f"it can't be read: {error.strerror or error}")
        if found.lower() == file.digests[algorithm].lower():
            return FileCheck(run_id, file, "ok")
        return FileCheck(
            run_id, file, "damaged", f"its {algorithm} is {found}, not {file.digests[algorithm]}"
        )

    def _compute(self, run_id: str, file: StoredFile, algorithm: str) -> str:
        place = self._store.locate_file(run_id, file)
        if place is not None and (place, algorithm) in self._known:
            return self._known[place, algorithm]
        with self._store.open_file(run_id, file) as opened:
            digest = _hash(opened, algorithm)
        if place is not None:
            self._known[place, algorithm] = digest
        return digest


def _hash(file: BinaryIO, algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()
