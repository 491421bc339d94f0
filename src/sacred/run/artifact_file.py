"""Files of the user's that become artifacts when they are closed.

They are Python's own file objects, with their buffers; below these is a file that knows whose artifact it is.
"""

import contextlib
import io
import os
import weakref
from collections.abc import Mapping
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol, TypedDict

from sacred.observers.dispatch import Dispatch
from sacred.run.keeping import find_keepers
from sacred.support.files import make_safe_name

if TYPE_CHECKING:
    from sacred.observers.file_storage import FileStorageObserver

_BUFFER_BYTES = 1 << 17

_open_files: "weakref.WeakSet[Any]" = weakref.WeakSet()


class TextOptions(TypedDict, total=False):
    """What :func:`open` takes for text."""

    encoding: str | None
    errors: str | None
    newline: str | None


class Told(Protocol):
    """What has to be known of a run."""

    dispatch: Dispatch
    run_logger: Any


class Wish(NamedTuple):
    """An artifact as the user asked for it."""

    name: str
    metadata: Mapping[str, Any] | None
    content_type: str | None


def open_artifact_file(run: Any, wish: Wish, mode: str, text: TextOptions) -> IO[Any]:
    """Open a file that becomes an artifact of a run when it is closed.

    Raises:
        ValueError: no such mode, or one that makes no new file.
    """
    letters = set(mode)
    if len(letters) != len(mode) or not letters <= set("wxbt+") or len(letters & set("wx")) != 1:
        raise ValueError(f"invalid mode for an artifact: {mode!r} (it has to be one that makes a new file)")
    if {"b", "t"} <= letters or ("b" in letters and text):
        raise ValueError("can't have text options or text mode in binary mode")
    raw = _open_raw(run, wish, "xb+" if "+" in letters else "xb")
    file: Any = _Random(raw, _BUFFER_BYTES) if "+" in letters else _Writer(raw, _BUFFER_BYTES)
    if "b" not in letters:
        file = _Text(file, text.get("encoding") or "utf-8", text.get("errors"), text.get("newline"))
    _open_files.add(file)
    opened: IO[Any] = file
    return opened


def _open_raw(run: Told, wish: Wish, mode: str) -> "_Raw":
    keeper = _find_keeper(run)
    if keeper is not None:
        try:
            return _Raw(_KeptArtifact(run, wish, keeper, keeper.open_artifact_place(wish.name)), mode)
        except (OSError, ValueError) as error:
            run.run_logger.warning(
                'The artifact "%s" can\'t be written into the run folder, a temporary file takes it: %s',
                wish.name,
                error,
            )
    return _Raw(_TemporaryArtifact(run, wish), mode)


def _find_keeper(run: Any) -> "FileStorageObserver | None":
    keepers = [*find_keepers(run), *filter(None, [run.dispatch.keeper])]
    return next((keeper for keeper in keepers if keeper.run_entry is not None), None)


class _KeptArtifact:
    """An artifact in the run folder.

    Attributes:
        place: where it is written.
    """

    def __init__(self, run: Told, wish: Wish, keeper: "FileStorageObserver", place: str) -> None:
        self.place = place
        self._run = run
        self._wish = wish
        self._keeper = keeper

    def finish(self, failure: BaseException | None) -> None:
        """Give it its name and tell of it, or note that it is not whole."""
        path = None
        try:
            if failure is None:
                path = self._keeper.take_artifact(self.place, self._wish.name)
        except OSError as error:
            failure = error
        if path is not None:
            _tell(self._run, self._wish, path)
        else:
            self._keeper.note_unfinished(self._wish.name, self.place, f"It was not finished: {failure!r}")


class _TemporaryArtifact:
    """An artifact that no folder keeps: it is there while it is open, and while observers are told of it.

    Attributes:
        place: where it is written.
    """

    def __init__(self, run: Told, wish: Wish) -> None:
        import tempfile

        self._folder = tempfile.mkdtemp(prefix="sacred-")
        self.place = os.path.join(self._folder, os.path.basename(make_safe_name(wish.name)))
        self._run = run
        self._wish = wish

    def finish(self, failure: BaseException | None) -> None:
        """Tell of it, if it is whole, and remove it."""
        if failure is None:
            _tell(self._run, self._wish, self.place)
        elif self._run.dispatch.everybody:
            self._run.run_logger.warning('The artifact "%s" was not finished: %s', self._wish.name, failure)
        import shutil

        shutil.rmtree(self._folder, ignore_errors=True)


def _tell(run: Told, wish: Wish, path: str) -> None:
    run.dispatch.tell(
        "artifact_event",
        name=wish.name,
        filename=path,
        metadata=wish.metadata,
        content_type=wish.content_type,
    )


class _Raw(io.FileIO):
    """What is below the buffers.

    An error of the disk stays here, as the experiment is to go on, unless the file can be read back: then it
    would read something else than it wrote.
    """

    def __init__(self, artifact: _KeptArtifact | _TemporaryArtifact, mode: str) -> None:
        super().__init__(artifact.place, mode)
        self.failure: BaseException | None = None
        self._artifact: _KeptArtifact | _TemporaryArtifact | None = artifact
        self._process = os.getpid()

    def write(self, data: Any) -> int:
        if self.failure is None:
            try:
                return super().write(data)
            except OSError as error:
                self._fail(error)
        return memoryview(data).nbytes

    def truncate(self, size: int | None = None) -> int:
        try:
            return super().truncate(size)
        except OSError as error:
            self._fail(error)
            return size or 0

    def _fail(self, error: OSError) -> None:
        self.failure = self.failure or error
        if self.readable():
            raise error

    def close(self) -> None:
        try:
            super().close()
        except OSError as error:  # network file systems tell only now that the disk is full
            self.failure = self.failure or error
        # a file that could not be opened has none
        artifact, self._artifact = getattr(self, "_artifact", None), None
        if artifact is not None and self._process == os.getpid():  # in a forked child it is the parent's
            with contextlib.suppress(Exception):  # interpreter shutdown; all else is told by it
                artifact.finish(self.failure)


class _SpoiltByErrors:
    """A file whose ``with`` block may end by an error: then it is not whole."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            with contextlib.suppress(Exception):
                self.flush()  # type: ignore[attr-defined]  # of the file class beside it
            raw: Any = self
            while not isinstance(raw, _Raw):
                raw = raw.buffer if isinstance(raw, io.TextIOWrapper) else raw.raw
            raw.failure = raw.failure or error
        self.close()  # type: ignore[attr-defined]


class _Writer(_SpoiltByErrors, io.BufferedWriter):
    """A binary file for writing."""


class _Random(_SpoiltByErrors, io.BufferedRandom):
    """A binary file for writing and reading."""


class _Text(_SpoiltByErrors, io.TextIOWrapper):
    """A text file."""


def _flush_all() -> None:
    """Leave no buffer to a forked child, which would write it a second time."""
    for file in list(_open_files):
        with contextlib.suppress(Exception):  # closed meanwhile, or this very thread is writing to it
            file.flush()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_flush_all)
