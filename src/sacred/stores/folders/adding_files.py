"""The files of a run that comes from another store: where they go here, and bringing them there."""

import contextlib
import hashlib
import os
from collections.abc import Mapping
from typing import Any

from sacred.folder import layout
from sacred.folder.files import has_size
from sacred.model.record import StoredFile
from sacred.stores.base import StoredRun
from sacred.stores.folders.files import UNLISTED, is_record
from sacred.stores.folders.paths import is_md5
from sacred.support.digests import CHUNK_BYTES
from sacred.support.file_copy import copy_and_digest, copy_content
from sacred.support.files import make_safe_name

_KEPT_ASIDE = (f"{layout.VERSIONS_FOLDER}/", f"{layout.PARTIAL_FOLDER}/")


class FileAdding:
    """Brings the files of one run into a folder.

    Args:
        run: the run, where it is.
        root: the store's folder.
        folder: that of the run to be.

    Attributes:
        sources: where each source is kept, relative to the store, by its name.
        resources: the same of resources.
        artifacts: the names of the artifacts here, in their order.
        notes: what is noted of files, by the key of ``run.json`` and their names here.
    """

    def __init__(self, run: StoredRun, root: str, folder: str) -> None:
        self._run = run
        self._root = root
        self._folder = folder
        self._given: dict[str, str] = {}
        self.sources: dict[str, str] = {}
        self.resources: dict[str, str] = {}
        self.artifacts: list[str] = []
        self.notes: dict[str, dict[str, dict[str, Any]]] = {}

    def add_all(self) -> None:
        """Bring all files; those that their store has lost are left out.

        Raises:
            StoreError, OSError: a file can't be read or written.
        """
        for file in self._run.list_files():
            if file.kind == "source":
                self._add_shared(file, layout.SOURCES_FOLDER, self.sources)
            elif file.kind == "resource":
                self._add_shared(file, layout.RESOURCES_FOLDER, self.resources)
            elif file.kind == "record" and (is_record(file.name) or file.name.startswith(_KEPT_ASIDE)):
                name = make_safe_name(file.name)
                self._bring(file, os.path.join(self._folder, name))
                self._note("record_notes", name, file)
            else:
                self._add_artifact(file)

    def add_shared(self) -> None:
        """Bring sources and resources only, but for those in the run's own folder."""
        for file in self._run.list_files():
            if str(file.key).startswith(f"{self._run.id}/"):  # of a queued run
                continue
            if file.kind == "source":
                self._add_shared(file, layout.SOURCES_FOLDER, self.sources)
            elif file.kind == "resource":
                self._add_shared(file, layout.RESOURCES_FOLDER, self.resources)

    def _add_shared(self, file: StoredFile, shared: str, places: dict[str, str]) -> None:
        folder = os.path.join(self._root, shared)
        known = file.digests.get("md5", "")
        name = layout.make_stored_name(file.name, known) if is_md5(known) else ""
        if name and file.size_bytes is not None and has_size(os.path.join(folder, name), file.size_bytes):
            with contextlib.suppress(OSError):
                os.utime(os.path.join(folder, name))  # no run has named it yet, see garbage.py
            places[file.name] = f"{shared}/{name}"
            self._note(f"{file.kind}_notes", file.name, file)
            return
        os.makedirs(folder, exist_ok=True)
        temporary = os.path.join(folder, f".{os.urandom(8).hex()}.tmp")
        try:
            digest = self._copy(file, temporary, with_digest=True)
            if digest is not None:
                name = layout.make_stored_name(file.name, digest)
                os.replace(temporary, os.path.join(folder, name))
                places[file.name] = f"{shared}/{name}"
                self._note(f"{file.kind}_notes", file.name, file)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(temporary)

    def _add_artifact(self, file: StoredFile) -> None:
        name = self._choose_name(file.name)
        self._bring(file, os.path.join(self._folder, name))
        inside = file.notes.get("folder")
        if isinstance(inside, str):
            if inside not in self.artifacts:
                self.artifacts.append(inside)
        elif file.notes.get(UNLISTED) is not False:
            self.artifacts.append(name)
        further = {key: value for key, value in file.notes.items() if key not in {UNLISTED, "folder"}}
        if name != file.name:
            further["given_name"] = file.name
        self._note("artifact_notes", name, file, further)

    def _note(self, key: str, name: str, file: StoredFile, further: Mapping[str, Any] | None = None) -> None:
        """Keep the checksums that no name of a stored file has, and what else is noted of a file."""
        shown = {"md5"} if file.kind in {"source", "resource"} else set()
        digests = {one: digest for one, digest in file.digests.items() if one not in shown}
        notes = {**(further or {}), **digests}
        if notes:
            size = {} if file.size_bytes is None else {"size": file.size_bytes}
            self.notes.setdefault(key, {})[name] = {**notes, **size}

    def _choose_name(self, given: str) -> str:
        """Return where an artifact goes: no name is another one's, nor a folder in it."""
        name = layout.choose_artifact_name(given, self._given)
        parents = {name[:place] for place, letter in enumerate(name) if letter == "/"}
        below = f"{name}/"
        if any(one in self._given for one in parents) or any(one.startswith(below) for one in self._given):
            name = layout.choose_artifact_name(name.replace("/", "_") + "_", self._given)
        self._given[name] = given
        return name

    def _bring(self, file: StoredFile, target: str) -> None:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        self._copy(file, target)

    def _copy(self, file: StoredFile, target: str, with_digest: bool = False) -> str | None:
        """Copy a file, cloned where that can be; return its MD5 if that is asked for, None if it is lost."""
        path = self._run.locate_file(file)
        if path is not None:
            if with_digest:
                return copy_and_digest(path, target)
            copy_content(path, target)
            return ""
        opened = self._run.open_file(file)
        if opened is None:
            return None
        digest = hashlib.md5(usedforsecurity=False)
        with opened as reader, open(target, "xb") as writer:
            while piece := reader.read(CHUNK_BYTES):
                writer.write(piece)
                if with_digest:
                    digest.update(piece)
        return digest.hexdigest()
