"""What an observer has that keeps a run in a folder: the folder, and the run that writes there by itself."""

import threading
from typing import TYPE_CHECKING, Any

from sacred.errors import ObserverError
from sacred.folder.entry import RunEntry
from sacred.folder.live import LiveFiles, LiveRun
from sacred.folder.metrics import Columns
from sacred.folder.told import ToldFiles
from sacred.folder.writer import FolderWriter
from sacred.observers.base import RunObserver
from sacred.support.files import find_working_folder, make_absolute

if TYPE_CHECKING:
    from sacred.folder.mirror import Mirror


class RunFolderObserver(RunObserver):
    """Keeps one run after the other, each in a folder.

    Of a run that is attached output and points are in the folder already; of others it is told by events.

    Attributes:
        dir: the folder of the present run; None before the start.
    """

    dir: str | None

    def __init__(self) -> None:
        self.dir = None
        self._lock = threading.RLock()  # beats come from a thread of their own
        self._next_run: LiveRun | None = None
        self._reset()

    def _reset(self) -> None:
        self._home = ""  # where relative paths are taken from: the working folder when the run starts
        self.run_entry = None
        self._run: LiveRun | None = None
        self._writer: FolderWriter | None = None
        self._files: LiveFiles | ToldFiles | None = None

    def _begin(self) -> None:
        self._run, self._next_run = self._next_run, None
        self._home = find_working_folder()

    @property
    def run_entry(self) -> RunEntry | None:
        """What ``run.json`` holds."""
        return self._run_entry

    @run_entry.setter
    def run_entry(self, entry: dict[str, Any] | None) -> None:  # subclasses of 0.8's make a plain one
        if entry is not None and not isinstance(entry, RunEntry):
            entry = RunEntry(self._folder, **entry)
        if entry is not None:
            entry.lock = self._lock
        self._run_entry = entry

    @property
    def cout(self) -> str:
        """The output so far."""
        return self._files.text if self._files else ""

    @property
    def saved_metrics(self) -> dict[str, Columns]:
        """All points so far, as in ``metrics.json``, of a run that is told by events alone."""
        return self._files.points if self._files else {}

    def attach(self, run: LiveRun) -> None:
        """Let the run that starts next write its output and points into the folder by itself."""
        self._next_run = run

    def take_part(self, path: str, process: int) -> None:
        """Keep files that this process adds to a run of another one, which alone writes the record.

        Args:
            path: the run's folder, absolute.
            process: the number of the one that runs the experiment.
        """
        self._reset()
        self.dir = path
        self._writer = FolderWriter(path, process)
        self._files = ToldFiles(self._writer)
        self.run_entry = RunEntry(self._writer)

    def use_mirror(self, mirror: "Mirror") -> None:
        """Write the record of the present run into a local folder that is mirrored into its own.

        Raises:
            OSError: it can't be written.
        """
        self._folder.use_mirror(mirror)

    def find_run_folder(self, run: LiveRun) -> str | None:
        """Return the absolute path of a run's folder; None if it is not, or not yet, the present run."""
        return self._folder.path if self._run is run and self.run_entry is not None else None

    def open_artifact_place(self, name: str) -> str:
        """Return where in the run folder an artifact can be written.

        Args:
            name: as the user gave it.

        Raises:
            OSError: the folder can't be written.
        """
        return self._get_entry().artifacts.open_place(name)

    def take_artifact(self, place: str, name: str) -> str:
        """Give an artifact that was written at such a place its name, and return its path.

        Raises:
            OSError: it can't have that name.
        """
        return self._get_entry().artifacts.take_in(place, name)

    def note_unfinished(self, name: str, place: str, reason: str) -> None:
        """Warn and note that an artifact is not whole."""
        entry = self._get_entry()
        with entry.guard():
            entry.note_missing("artifact", name, OSError(reason), place)

    def _get_entry(self) -> RunEntry:
        if self.run_entry is None:
            raise ObserverError("There is no run folder yet: no run has started.")
        return self.run_entry

    @property
    def _folder(self) -> FolderWriter:
        if self.dir is None:
            raise ObserverError("There is no run folder yet: no run has started.")
        path = make_absolute(self.dir, self._home)
        if self._writer is None or self._writer.path != path:  # subclasses choose the folder themselves
            self._writer = FolderWriter(path)
            self._files = LiveFiles(self._run, self._writer) if self._run else ToldFiles(self._writer)
        return self._writer

    @property
    def _written(self) -> LiveFiles | ToldFiles:
        """Output and points, in the folder."""
        folder = self._folder
        return self._files or ToldFiles(folder)

    def __getstate__(self) -> dict[str, Any]:
        state = {**vars(self), "_lock": None, "_next_run": None}
        if self._run is not None:  # which is in this process only
            state |= {"_run": None, "_files": None, "_run_entry": None}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._lock = threading.RLock()
