"""``FileStorageObserver``: each run in a folder of its own, as JSON and text files."""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from sacred.errors import ObserverError
from sacred.folder import layout, report
from sacred.folder.entry import RunEntry
from sacred.folder.files import check_inside, copy_file, store_file
from sacred.folder.ids import create_run_folder, fill_run_folder
from sacred.folder.sources import keep_sources
from sacred.folder.writer import describe_error
from sacred.model import status as statuses
from sacred.observers.base import reads_folder
from sacred.observers.dispatch import is_busy
from sacred.observers.run_folder import RunFolderObserver
from sacred.plugins.options import cli_option
from sacred.support.clock import format_naive_utc
from sacred.support.files import make_absolute, make_path, make_safe_name

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DEFAULT_FILE_STORAGE_PRIORITY", "FileStorageObserver", "file_storage_option"]

DEFAULT_FILE_STORAGE_PRIORITY = 20

LOGGER = logging.getLogger("sacred")
_RUN_INTERVAL_SECONDS = 0.5
# what is written at the end, in this order
_LAST_FILES = (layout.OUTPUT, layout.INFO, layout.METRICS, "metrics.journal")
PathLike = str | bytes | os.PathLike[str]


class FileStorageObserver(RunFolderObserver):
    """Keeps each run in a numbered folder below ``basedir``.

    What goes wrong with a file after the start is a warning and a note in ``run.json``; what can't be written
    is tried again at each heartbeat and at the end.

    Args:
        basedir: the folder of all runs; made when the first one starts.
        resource_dir: where files that runs read are kept, once each; ``basedir/_resources`` by default.
        source_dir: where source files are kept, once each; ``basedir/_sources`` by default.
        template: a mako template for a report at the end; by default ``basedir/template.html`` if it exists.
        priority: observers with a higher one are told first, and choose the run's id.
        copy_artifacts: copy artifacts to the run's folder; else only their names and places are noted.
        copy_sources: copy source files; else only their places are noted.

    Relative paths are taken from the folder in which a run starts.

    Attributes:
        dir: the folder of the present run, below ``basedir`` as it was given; None before the start.
        config: the configuration as plain JSON values.
        info: the info dictionary of the last heartbeat, as plain JSON values.

    Raises:
        FileNotFoundError: there is no such template.
        MissingExtraError: a template is given and mako is not installed.
    """

    VERSION = "FileStorageObserver-0.7.0"

    @classmethod
    def create(cls, *args: Any, **kwargs: Any) -> "FileStorageObserver":
        """Construct an observer: the spelling of Sacred before 0.8, which many projects still have."""
        return cls(*args, **kwargs)

    def __init__(
        self,
        basedir: PathLike,
        resource_dir: PathLike | None = None,
        source_dir: PathLike | None = None,
        template: PathLike | None = None,
        priority: float = DEFAULT_FILE_STORAGE_PRIORITY,
        copy_artifacts: bool = True,
        copy_sources: bool = True,
    ) -> None:
        base = str(make_path(basedir))  # "./runs/" is "runs", as Sacred 0.8 writes it into records
        self.basedir = base
        self.resource_dir = make_path(resource_dir or os.path.join(base, layout.RESOURCES_FOLDER))
        self.source_dir = make_path(source_dir or os.path.join(base, layout.SOURCES_FOLDER))
        self.template = report.find_template(base, template)
        self.priority = priority
        self.copy_artifacts = copy_artifacts
        self.copy_sources = copy_sources
        super().__init__()

    def for_run(self) -> "FileStorageObserver":
        """Return this observer, or, while another run has it, a new one that is made like it."""
        if not is_busy(self):
            return self
        import copy

        twin = copy.copy(self)
        RunFolderObserver.__init__(twin)
        return twin

    def _reset(self) -> None:
        super()._reset()
        self.config: dict[str, Any] | None = None
        self.info: dict[str, Any] | None = None
        self._run_saved_at = self._run_seconds = 0.0
        self._run_files = 0  # how many files it told of
        self._ended_entry: RunEntry | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileStorageObserver) and bool(self.basedir == other.basedir)

    def __hash__(self) -> int:
        return hash(self.basedir)

    def queued_event(
        self,
        ex_info: dict[str, Any],
        command: str,
        host_info: dict[str, Any],
        queue_time: datetime,  # noqa: ARG002 - it is in meta_info, too
        config: dict[str, Any],
        meta_info: dict[str, Any],
        _id: Any,
    ) -> Any:
        """Make the run's folder, with the source files in it, for whoever will run it."""

        def save() -> None:
            facts = {"experiment": ex_info, "command": command, "host": host_info, "meta": meta_info}
            self.run_entry = RunEntry(self._folder, **facts, status=statuses.QUEUED)
            self._copy_sources(ex_info)
            self._save_config(config)
            self._save_run()

        return self._open_folder(_id, save)

    def started_event(
        self,
        ex_info: dict[str, Any],
        command: str,
        host_info: dict[str, Any],
        start_time: datetime,
        config: dict[str, Any],
        meta_info: dict[str, Any],
        _id: Any,
    ) -> Any:
        """Make the run's folder, store the sources, and write the first ``run.json`` and ``config.json``.

        Raises:
            StoreError: the folder can't be made or written.
        """

        def save() -> None:
            facts = {"experiment": ex_info, "command": command, "host": host_info, "meta": meta_info}
            began = format_naive_utc(start_time)
            self.run_entry = RunEntry(self._folder, **facts, start_time=began, heartbeat=None)
            self.run_entry.set(status=statuses.RUNNING, resources=[], artifacts=[])
            if self._run is not None:
                self.run_entry.set(recorder=self._run.describe())
            self.run_entry["experiment"]["sources"] = self.save_sources(ex_info)
            self.info = {}
            self._save_config(config)
            self.save_cout()
            self._save_run()  # the last one: a folder with a run.json is complete

        return self._open_folder(_id, save)

    @reads_folder
    def heartbeat_event(
        self, info: dict[str, Any], captured_out: str, beat_time: datetime, result: Any
    ) -> None:
        """Write the output, the info if it changed, and the heartbeat in ``run.json``."""
        with self._lock:
            if self.run_entry is None:
                return
            self.run_entry.take_checksums()
            self.info = self._folder.flatten(layout.INFO, info)
            self._written.take_output(captured_out)
            self.run_entry.set(heartbeat=format_naive_utc(beat_time), result=result)
            self._folder.attempt(self.save_cout)
            self._folder.attempt(self._save_info)
            # every replaced file costs the file system; the end of a short run follows its only beat at once
            if monotonic() - self._run_saved_at > _RUN_INTERVAL_SECONDS:
                self._folder.attempt(self._save_run)
                self._folder.keep_room()

    @reads_folder
    def log_metrics(self, metrics_by_name: dict[str, Any], info: dict[str, Any]) -> None:  # noqa: ARG002
        """Add the points to ``metrics.json``."""
        with self._lock:
            if self.run_entry is None:
                return
            self._written.take_points(metrics_by_name)
            self._folder.attempt(self._written.save_metrics)

    def completed_event(self, stop_time: datetime, result: Any) -> None:
        """Write the result and the last state."""
        with self._lock:
            self._finish(stop_time, status=statuses.COMPLETED, result=result)

    def interrupted_event(self, interrupt_time: datetime, status: str) -> None:
        """Write the last state."""
        with self._lock:
            self._finish(interrupt_time, status=status)

    def failed_event(self, fail_time: datetime, fail_trace: list[str]) -> None:
        """Write the traceback and the last state."""
        with self._lock:
            self._finish(fail_time, status=statuses.FAILED, fail_trace=fail_trace)

    def resource_event(self, filename: str) -> None:
        """Keep a file that the run reads."""
        if self.run_entry is None:
            return
        save = partial(self.find_or_save, store_dir=self.resource_dir)  # not locked: hashing may take long
        home = self._home
        self.run_entry.keep_resource(os.fspath(filename), save, lambda stored: make_absolute(stored, home))
        self._update_run()

    def sources_event(self, base_dir: str, sources: list[tuple[str, str]]) -> None:
        """Store sources that were imported since the start; the heartbeat that follows lists them."""
        with self._lock:
            if self.run_entry is None or self._folder.is_inherited():
                return
            listed = self.run_entry["experiment"].setdefault("sources", [])
            listed += self.save_sources({"base_dir": base_dir, "sources": sources})

    def artifact_event(
        self,
        name: str,
        filename: str,
        metadata: dict[str, Any] | None = None,
        content_type: str | None = None,
    ) -> None:
        """Keep a file or a folder that the run made."""
        if self.run_entry is None:
            return
        save = self.save_file if self.copy_artifacts else None  # not locked: copying may take long
        self.run_entry.keep_artifact(name, filename, save, metadata=metadata, content_type=content_type)
        self._update_run()

    def save_json(self, obj: Any, filename: str) -> None:
        """Write a value as a JSON file in the run's folder."""
        self._folder.write_json(filename, obj)

    def save_file(self, filename: str, target_name: str | None = None) -> bool:
        """Copy a file, or a folder of files, into the run's folder; return whether it changed meanwhile.

        Args:
            filename: what to copy.
            target_name: its name there, ``"sub/name"`` in a subfolder; by default its own name.

        Raises:
            OSError: it can't be read or written. (Of a folder, what can be copied is copied.)
        """
        name = make_safe_name(target_name or os.path.basename(os.path.normpath(filename)), layout.RESERVED)
        target = self._folder.get_path(name)
        check_inside(target, self._folder.path)
        if not os.path.isdir(filename):
            return copy_file(os.fspath(filename), target)
        from sacred.folder.partial import copy_folder

        plan = None if self.run_entry is None else self.run_entry.artifacts.plans.get(name)
        return copy_folder(os.fspath(filename), self._folder.path, name, *plan or ())

    def save_cout(self) -> None:
        """Bring ``cout.txt`` up to date."""
        self._written.save_output()

    def save_sources(self, ex_info: Mapping[str, Any]) -> list[list[str]]:
        """Store the source files, and return pairs of name and place relative to ``basedir``.

        A file that vanished or can't be read is noted in ``run.json`` under ``missing``.

        Raises:
            OSError: the folder of sources can't be written.
        """
        folder = make_absolute(str(self.source_dir), self._home)
        base = make_absolute(self.basedir, self._home)

        def keep(path: str, _name: str, digest: str) -> str:
            return os.path.relpath(store_file(path, folder, digest) if self.copy_sources else path, base)

        return keep_sources(ex_info, keep, self._note_missing_source)

    def find_or_save(self, filename: str, store_dir: PathLike) -> "Path":
        """Return where a file is kept in a folder of unique files, copying it there if it is new."""
        folder = os.fsdecode(store_dir)
        stored = store_file(os.fspath(filename), make_absolute(folder, self._home))
        return make_path(os.path.join(folder, os.path.basename(stored)))

    def render_template(self) -> None:
        """Write the report, if there is a template."""
        if self.template:
            values = {"run": self.run_entry, "config": self.config, "info": self.info, "cout": self.cout}
            template = make_absolute(self.template, self._home)
            text = report.render_report(template, {**values, "savedir": self.dir})
            self._folder.write_text(report.make_report_name(self.template), text)

    def _open_folder(self, _id: Any, save: Callable[[], None]) -> Any:
        with self._lock:
            self._reset()
            self._begin()
            self._make_run_dir(_id)
            path = str(self.dir)
            try:
                with fill_run_folder(path):
                    save()
            except BaseException:
                self.run_entry = None
                raise
            return os.path.basename(path) if _id is None else _id

    def _make_run_dir(self, _id: Any) -> None:
        self.dir = create_run_folder(self.basedir, _id)

    def _finish(self, stop_time: datetime, **entry: Any) -> None:
        if self.run_entry is None or self.run_entry is self._ended_entry:
            return  # it is the end of a run that did not start: what is here is the one before
        self._ended_entry = self.run_entry
        self.run_entry.set(stop_time=format_naive_utc(stop_time), **entry)
        if self._run is not None:
            self.run_entry.set(recorder=self._run.describe())
            for gap in self._run.gaps:
                self.run_entry.note_gap(*gap)
        # whatever failed at a beat gets its last chance; one failure doesn't keep the others from theirs
        saves = (self.save_cout, self._save_info, self._written.save_metrics, self._written.finish)
        writes = (*saves, self.run_entry.finish)
        errors: list[Exception | None] = []
        try:
            errors += map(self._folder.attempt, writes)
            self._note_unwritten(errors)
        finally:  # who presses Ctrl-C instead of waiting for the metrics has a record that says how it ended
            self._folder.use_room()
            errors += map(self._folder.attempt, (self._save_run, self._folder.sync))
        try:
            self.render_template()
        except Exception as error:  # noqa: BLE001 - a template is the user's code, and the run is over
            LOGGER.warning("The report could not be made: %s: %s", type(error).__name__, error)
        if failed := [error for error in errors if error]:
            reasons = "; ".join(dict.fromkeys(map(describe_error, failed)))
            raise ObserverError(f'The record in "{self.dir}" lacks its end: {reasons}') from failed[0]

    def _note_unwritten(self, errors: list[Exception | None]) -> None:
        """Note which files of the record lack their end."""
        for name, error in zip(_LAST_FILES, errors, strict=False):
            if error is not None and self.run_entry is not None:
                self.run_entry.note_gap("record", name, describe_error(error))

    def _update_run(self) -> None:
        if self._folder.is_inherited():
            return  # without the lock: a thread that the forked child does not have may hold it
        with self._lock:
            if self._is_run_due():
                self._folder.attempt(self._save_run)

    def _is_run_due(self) -> bool:
        """Tell whether to write ``run.json`` now that a file was added; else the next beat does.

        When very many come at once, writing it for each would take the square of their number.
        """
        is_late = monotonic() - self._run_saved_at > _RUN_INTERVAL_SECONDS + 10 * self._run_seconds
        return is_late or self._count_files() - self._run_files >= self._run_files // 16

    def _count_files(self) -> int:
        entry = self.run_entry if self.run_entry is not None else {}
        return sum(len(entry.get(key, ())) for key in ("resources", "artifacts"))

    def _save_run(self) -> None:
        started = monotonic()
        self.save_json(self.run_entry, layout.RUN)
        self._run_saved_at, self._run_files = monotonic(), self._count_files()
        self._run_seconds = self._run_saved_at - started

    def _save_config(self, config: dict[str, Any]) -> None:
        self.config = self._folder.flatten(layout.CONFIG, config)
        self.save_json(self.config, layout.CONFIG)

    def _save_info(self) -> None:
        if self.info or self._folder.has_written(layout.INFO):
            self.save_json(self.info, layout.INFO)

    def _copy_sources(self, ex_info: Mapping[str, Any]) -> None:
        """A queued run has its sources beside it, under their own names."""
        keep_sources(ex_info, lambda path, name, _: self.save_file(path, name), self._note_missing_source)

    def _note_missing_source(self, name: str, _path: str, error: OSError) -> None:
        if self.run_entry is not None:
            self.run_entry.note_missing("source", name, error)


@cli_option("F", "file_storage")
def file_storage_option(args: str, run: Any) -> None:
    """Record the run in a numbered folder below this one."""
    run.observers.append(FileStorageObserver(os.path.expanduser(args)))


file_storage_option.arg, file_storage_option.may_be_empty = "DIR", False
