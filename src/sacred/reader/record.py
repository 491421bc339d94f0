"""What a store says of one run, read when it is asked for."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sacred.errors import RunNotFoundError, StoreError
from sacred.model import status as statuses
from sacred.model.record import Document, FileKind, StoredFile
from sacred.model.serialize import load_json
from sacred.query.fields import read_duration, read_fail_trace, read_moment
from sacred.reader.files import Files
from sacred.reader.ids import list_reasons
from sacred.reader.locked import LockedStore
from sacred.reader.metrics import Metrics
from sacred.reader.views import View, restore_value
from sacred.support.clock import now

_MOST_RECORD_BYTES = 64 << 20
_T = TypeVar("_T")
UNDER_WAY = frozenset({statuses.RUNNING, statuses.QUEUED})
"""The states of a run of which more may come."""


class Record:
    """One run, to be looked at. It stays as it was when it was looked at first, until :meth:`refresh`.

    Args:
        store: where it is.
        run_id: its id there.
        document: what has been loaded of it already.
    """

    # so that `run.note = "..."`, meant for the notes, is an error
    __slots__ = ("__weakref__", "_document", "_id", "_lock", "_parts", "_store")

    def __init__(self, store: LockedStore, run_id: str, document: Document | None = None) -> None:
        self._store = store
        self._id = run_id
        self._lock = threading.RLock()
        self._document = document
        self._parts: dict[str, Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"store": self._store, "run_id": self._id, "document": self._document}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]  # a record that was pickled is made as any other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return self._id == other._id and self._store.location == other._store.location

    def __hash__(self) -> int:
        return hash((self._store.location, self._id))

    @property
    def id(self) -> str:
        """The run's id in its store."""
        return self._id

    @property
    def location(self) -> str:
        """The place of its store, for people."""
        return self._store.location

    @property
    def document(self) -> Document:
        """The record as plain values, see :mod:`sacred.model.record`. It is not to be changed.

        Raises:
            RunNotFoundError: the run is not there any more, or can't be read.
        """
        with self._lock:
            if self._document is None:
                self._document = load_document(self._store, self._id)
            return self._document

    def refresh(self) -> None:
        """Forget what has been read: the next look is a new one."""
        with self._lock:
            self._document = None
            self._parts.clear()

    # --- what was run -----------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """The state that is true: ``DEAD`` of a run that was killed; nothing where the record has none."""
        return as_text(self.document.get("status")) or ""

    @property
    def is_under_way(self) -> bool:
        """Whether more may come: it is running, or waits for its turn."""
        return self.status in UNDER_WAY

    @property
    def command(self) -> str | None:
        """The command that was run."""
        return as_text(self.document.get("command"))

    @property
    def name(self) -> str | None:
        """The experiment's name."""
        return as_text(self.experiment.get("name"))

    @property
    def start_time(self) -> datetime | None:
        """When it started, in UTC."""
        return read_moment(self.document.get("start_time"))

    @property
    def stop_time(self) -> datetime | None:
        """When it ended, in UTC."""
        return read_moment(self.document.get("stop_time"))

    @property
    def heartbeat(self) -> datetime | None:
        """When it last gave a sign of life, in UTC."""
        return read_moment(self.document.get("heartbeat"))

    @property
    def duration(self) -> timedelta | None:
        """How long it took; of a run under way until now; of one without an end to its last sign of life."""
        seconds = read_duration(self.document, now().astimezone(UTC))
        return None if seconds is None else timedelta(seconds=seconds)

    @property
    def config(self) -> View:
        """The configuration."""
        return self._view("config")

    @property
    def info(self) -> View:
        """What the experiment put into ``_run.info``."""
        return self._view("info")

    @property
    def host(self) -> View:
        """Facts about the machine."""
        return self._view("host")

    @property
    def meta(self) -> View:
        """Command line options, the comment, and what was passed as ``meta_info``."""
        return self._view("meta")

    @property
    def experiment(self) -> View:
        """Name, sources, dependencies, repositories."""
        return self._view("experiment")

    def _view(self, key: str) -> View:
        return View(self.document.get(key), key)

    @property
    def result(self) -> Any:
        """What the command returned."""
        return restore_value(self.document.get("result"))

    @property
    def fail_trace(self) -> str | None:
        """The traceback of a failed run."""
        return read_fail_trace(self.document)

    # --- what is beside the document ----------------------------------------------------------------------

    @property
    def output(self) -> str:
        """What was printed, with escape sequences as they came; what is not UTF-8 is U+FFFD."""
        return self.read_output().decode("utf-8", "replace")

    def read_output(self, start: int = 0, stop: int | None = None) -> bytes:
        """Return the output from byte ``start`` on to before ``stop``, as it is now."""
        return self._store.read_output(self._id, start, stop)

    @property
    def metrics(self) -> Metrics:
        """The metrics by name."""
        return self._keep("metrics", lambda: Metrics(self._store, self._id))

    @property
    def artifacts(self) -> Files:
        """The files that it made."""
        return self._choose_files("artifact")

    @property
    def sources(self) -> Files:
        """Its source files."""
        return self._choose_files("source")

    @property
    def resources(self) -> Files:
        """The files that it read."""
        return self._choose_files("resource")

    @property
    def files(self) -> Files:
        """All of its files, those of the record included."""
        return self._keep("files", lambda: Files(self._store, self._id, self._list_files(), "file"))

    def _choose_files(self, kind: FileKind) -> Files:
        return self._keep(
            kind,
            lambda: Files(
                self._store, self._id, [one for one in self._list_files() if one.kind == kind], kind
            ),
        )

    def _list_files(self) -> list[StoredFile]:
        return self._keep("list", lambda: self._store.list_files(self._id))

    @property
    def environment(self) -> View:
        """What surrounded the run, as ``environment.json`` has it; empty where there is none."""
        return View(self._keep("environment", self._read_environment), "environment")

    def _read_environment(self) -> Any:
        text = self._read_record("environment.json")
        try:
            return {} if text is None else load_json(text)
        except ValueError:
            return {}

    @property
    def git_patch(self) -> str | None:
        """The uncommitted changes of the first repository as a diff; None if there are none."""
        patch = self._keep("patch", lambda: self._read_record("git.patch"))
        return None if patch is None else patch.decode("utf-8", "replace")

    def _read_record(self, name: str) -> bytes | None:
        found = [file for file in self._list_files() if (file.kind, file.name) == ("record", name)]
        try:
            for file in found:
                with self._store.open_file(self._id, file) as opened:
                    return opened.read(_MOST_RECORD_BYTES)
        except (OSError, StoreError):
            return None
        return None

    def _keep(self, key: str, make: Callable[[], _T]) -> _T:
        with self._lock:
            if key not in self._parts:
                self._parts[key] = make()
            kept: _T = self._parts[key]
            return kept


def load_document(store: LockedStore, run_id: str) -> Document:
    """Return the document of a run.

    Raises:
        RunNotFoundError: it is not there, or can't be read.
    """
    document = store.load([run_id]).get(run_id)
    if document is not None:
        return document
    reasons = list_reasons(store, run_id)
    why = f": {reasons[-1]}" if reasons else " (any more)"
    raise RunNotFoundError(f"There is no run {run_id} in {store.location}{why}")


def as_text(value: Any) -> str | None:
    """Return a text; None for nothing, and what is something else as text: a record may be damaged."""
    return value if value is None or isinstance(value, str) else str(value)
