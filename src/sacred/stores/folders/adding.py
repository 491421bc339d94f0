"""Taking in runs of other stores: each becomes a folder in the layout of Sacred 0.8, with the journal beside.

It is made in a hidden folder, and renamed to its id when it is whole. Where a rename can't be kept from
replacing, the id is taken by making an empty folder first, as a run that starts does.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, cast

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.ids import create_run_folder
from sacred.model import status as statuses
from sacred.model.record import Document
from sacred.model.serialize import format_json
from sacred.stores.base import StoredRun
from sacred.stores.folders.adding_files import FileAdding
from sacred.stores.folders.adding_points import write_points
from sacred.stores.folders.annotations import write_annotations
from sacred.stores.folders.documents import read_run
from sacred.stores.folders.paths import format_reason, is_run_name
from sacred.stores.folders.renaming import rename_new
from sacred.stores.index import is_storable
from sacred.support.file_copy import copy_content

_NOT_IN_ENTRY = frozenset({"id", "config", "info", "tags", "notes"})
_NOT_COPIED = frozenset(
    {layout.RUN, layout.LOCK, layout.RECOVER_LOCK, layout.SPOOL, layout.MIRROR, *layout.OUTPUT_HELPERS}
)


class Folders(Protocol):
    """A store whose runs are local folders."""

    def find_run_folder(self, run_id: str) -> str:
        """Return the folder of a run."""


class Adding:
    """Adds runs to a folder of runs.

    Args:
        root: the folder.
    """

    def __init__(self, root: str) -> None:
        self._root = root

    def add(self, runs: Iterable[StoredRun]) -> Iterator[tuple[StoredRun, str]]:
        """Add runs, and yield each with its id here once it is there.

        Raises:
            StoreError: one can't be read, or can't be kept.
        """
        for run in runs:
            try:
                yield run, self._add(run)
            except OSError as error:
                raise StoreError(f"Run {run.id} can't be copied: {format_reason(error)}") from error

    def _add(self, run: StoredRun) -> str:
        temporary = os.path.join(self._root, f".adding-{os.urandom(8).hex()}.tmp")
        os.mkdir(temporary)
        try:
            self._fill(run, temporary)
            return self._settle(temporary, run.id)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise

    def _settle(self, temporary: str, wanted: str) -> str:
        """Give a whole folder its id, and return that."""
        is_possible = is_run_name(wanted) and is_storable(wanted)
        folder = None
        with contextlib.suppress(StoreError, FileExistsError):  # it is taken, or no folder can have this name
            if is_possible and "/" not in wanted and rename_new(temporary, os.path.join(self._root, wanted)):
                return wanted
            folder = create_run_folder(self._root, wanted) if is_possible else None
        if folder is None:
            folder = create_run_folder(self._root)
        try:
            os.rename(temporary, folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.rmdir(folder)
            raise
        return os.path.basename(folder)

    def _fill(self, run: StoredRun, folder: str) -> None:
        document = run.document
        files = FileAdding(run, self._root, folder)
        own = _find_finished_folder(run)
        if own is not None:
            _copy_folder(own, folder)
            files.add_shared()
        else:
            files.add_all()
            self._write_parts(run, folder)
        write_annotations(folder, document.get("tags") or [], document.get("notes") or "")
        entry = _make_entry(run, files, folder, is_same_kind=own is not None)
        _write_json(folder, layout.RUN, entry)

    def _write_parts(self, run: StoredRun, folder: str) -> None:
        document = run.document
        if isinstance(document.get("config"), dict):
            _write_json(folder, layout.CONFIG, document["config"])
        if document.get("info"):
            _write_json(folder, layout.INFO, document["info"])
        with open(os.path.join(folder, layout.OUTPUT), "wb") as file:
            file.writelines(run.iter_output())
        write_points(folder, run.read_series())


def _find_finished_folder(run: StoredRun) -> str | None:
    """Return the folder of a run that can be copied file by file."""
    store: object = run.store
    while not hasattr(store, "find_run_folder"):
        if not hasattr(store, "store"):  # one that passes on to another one
            return None
        store = store.store
    folder = cast("Folders", store).find_run_folder(run.id)
    document, _, is_over, _ = read_run(folder, run.id)
    is_still = is_over or document.get("status") == statuses.QUEUED
    return folder if is_still and not _has_links(folder) else None


def _has_links(folder: str) -> bool:
    with os.scandir(folder) as entries:
        return any(
            entry.is_symlink() or (entry.is_dir(follow_symlinks=False) and _has_links(entry.path))
            for entry in entries
        )


def _copy_folder(source: str, target: str, skipped: frozenset[str] = _NOT_COPIED) -> None:
    with os.scandir(source) as entries:
        for entry in entries:
            place = f"{target}/{entry.name}"
            if entry.name in skipped or (entry.name.startswith(".") and entry.name.endswith(".tmp")):
                continue
            if entry.is_dir(follow_symlinks=False):
                os.mkdir(place)
                _copy_folder(entry.path, place, frozenset())
            elif entry.is_file(follow_symlinks=False):
                copy_content(entry.path, place)


def _make_entry(run: StoredRun, files: FileAdding, folder: str, *, is_same_kind: bool) -> Document:
    """Return what ``run.json`` says: what of the document is in no other file, and where it comes from."""
    document = run.make_document()
    entry: Document = {key: value for key, value in document.items() if key not in _NOT_IN_ENTRY}
    experiment = document.get("experiment")
    if isinstance(experiment, dict) and files.sources:
        entry["experiment"] = {**experiment, "sources": _place(experiment.get("sources"), files.sources)}
    if files.resources:
        entry["resources"] = _place(document.get("resources"), files.resources)
    if not is_same_kind:
        _note_artifacts(entry, files)
        _note_files(entry, files)
        _note_output(entry, folder)
    return entry


def _place(pairs: Any, places: dict[str, str]) -> list[list[Any]]:
    """Return pairs of a name and a place, with the places here; what was only noted stays as it was."""
    left = dict(places)
    placed = []
    for pair in pairs if isinstance(pairs, list) else []:
        is_named = isinstance(pair, list) and pair and isinstance(pair[0], str)
        name = pair[0] if is_named else pair if isinstance(pair, str) else None
        placed.append([name, left.pop(name)] if name in left else pair)
    return [*placed, *([name, place] for name, place in left.items())]


def _note_artifacts(entry: Document, files: FileAdding) -> None:
    """List the artifacts under their names here; those that were only noted stay listed."""
    notes = files.notes.get("artifact_notes", {})
    given = {note["given_name"]: name for name, note in notes.items() if "given_name" in note}
    listed = entry.get("artifacts")
    names = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    names = list(dict.fromkeys([*(given.get(name, name) for name in names), *files.artifacts]))
    if names or "artifacts" in entry:
        entry["artifacts"] = names
    if given and isinstance(entry.get("artifact_notes"), dict):
        entry["artifact_notes"] = {
            given.get(name, name): one for name, one in entry["artifact_notes"].items()
        }


def _note_files(entry: Document, files: FileAdding) -> None:
    """Add what is noted of files to what the run has noted itself."""
    for key, new in files.notes.items():
        present = entry.get(key)
        notes = dict(present) if isinstance(present, dict) else {}
        for name, further in new.items():
            known = notes.get(name)
            notes[name] = {**further, **(known if isinstance(known, dict) else {})}
        entry[key] = notes


def _note_output(entry: Document, folder: str) -> None:
    """Say how long the output is: it is filtered already, and all in one file."""
    recorder = entry.get("recorder")
    if isinstance(recorder, dict):
        entry["recorder"] = {**recorder, "output_bytes": os.path.getsize(os.path.join(folder, layout.OUTPUT))}


def _write_json(folder: str, name: str, content: Any) -> None:
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(format_json(content))
