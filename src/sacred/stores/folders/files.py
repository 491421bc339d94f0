"""The files of a run: those in its folder, and sources and resources, which are kept once for all runs."""

import io
import os
import stat
from collections.abc import Iterator
from typing import Any, BinaryIO

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.ranks import is_rank_output
from sacred.model.record import Document, FileKind, StoredFile
from sacred.stores.folders.documents import iter_pairs
from sacred.stores.folders.paths import find_md5, format_reason, is_inside, is_md5
from sacred.support.file_copy import open_regular

UNLISTED = "is_listed"
"""A note, False, of a file that lies in the run folder, and that ``run.json`` does not name."""

_SHOWN = frozenset({"md5", "sha256", "size"})
_KEPT_ASIDE = (layout.VERSIONS_FOLDER, layout.PARTIAL_FOLDER)


def list_files(root: str, run_id: str, document: Document) -> list[StoredFile]:
    """Return all files of a run.

    Args:
        root: the store's folder.
        run_id: the run.
        document: of the run.

    Raises:
        StoreError: its folder can't be read.
    """
    try:
        lister = _Lister(root, run_id, document)
        sources = list(lister.iter_sources())  # first: those of a queued run are no artifacts
        return [*lister.iter_artifacts(), *sources, *lister.iter_resources(), *lister.iter_record()]
    except OSError as error:
        path = error.filename or os.path.join(root, run_id)
        raise StoreError(f'"{path}" can\'t be read: {format_reason(error)}') from error


def open_file(root: str, file: StoredFile) -> BinaryIO:
    """Open a file for reading.

    Raises:
        StoreError: it is only noted, it is gone, or a link leads out of the store.
    """
    path = locate_file(root, file)
    if path is None:
        raise StoreError(f'The {file.kind} "{file.name}" is noted, but not kept in "{root}"')
    try:
        return io.BufferedReader(open_regular(path))  # type: ignore[type-var]
    except OSError as error:
        raise StoreError(f'"{path}" can\'t be read: {format_reason(error)}') from error


def locate_file(root: str, file: StoredFile) -> str | None:
    """Return where a file lies; None if it is only noted, gone, or out of the store."""
    if not isinstance(file.key, str) or not _is_within(file.key):
        return None
    path = os.path.join(root, file.key)
    return path if os.path.isfile(path) and is_inside(path, root) else None


class _Lister:
    def __init__(self, root: str, run_id: str, document: Document) -> None:
        self._root = root
        self._id = run_id
        self._document = document
        self._names = sorted(os.listdir(os.path.join(root, run_id)))
        self._listed: set[str] = set()

    def iter_artifacts(self) -> Iterator[StoredFile]:
        """Yield the artifacts that are listed, then what else lies in the folder."""
        notes = _get_dict(self._document, "artifact_notes")
        for name in dict.fromkeys(_iter_names(self._document.get("artifacts"))):
            yield from self._iter_artifact(name, _get_dict(notes, name))
        own = (name for name in self._names if name in layout.RESERVED or name.startswith("."))
        for name in sorted({*self._names} - {*own}):
            inside = (inner for inner, _ in _iter_tree(self._get_place(name), name))
            for inner in (one for one in inside if one not in self._listed):
                digests = _get_digests(notes, inner)
                yield self._make("artifact", inner, f"{self._id}/{inner}", {UNLISTED: False}, digests)

    def _iter_artifact(self, name: str, notes: dict[str, Any]) -> Iterator[StoredFile]:
        clean = os.path.normpath(name) if name else ""
        if not _is_within(clean) or clean == os.curdir:
            yield StoredFile("artifact", name, notes=notes)
            return
        place = self._get_place(clean)
        if os.path.isdir(place) and not os.path.islink(place):
            known = _get_dict(self._document, "artifact_notes")
            for inner, _ in _iter_tree(place, clean):
                self._listed.add(inner)
                digests = _get_digests(known, inner)
                yield self._make("artifact", inner, f"{self._id}/{inner}", {"folder": name}, digests)
            return
        self._listed.add(clean)
        further = {key: value for key, value in notes.items() if key not in _SHOWN}
        yield self._make("artifact", name, f"{self._id}/{clean}", further, _pick_digests(notes))

    def iter_sources(self) -> Iterator[StoredFile]:
        """Yield the files of the experiment's code."""
        sources = _get_dict(self._document, "experiment").get("sources")
        notes = _get_dict(self._document, "source_notes")
        for name, stored in iter_pairs(sources):
            digest = stored if is_md5(stored) else find_md5(stored)
            is_queued = is_md5(stored) or not stored
            place = f"{self._id}/{name}" if is_queued else stored
            if is_queued:
                self._listed.add(name)
            digests = {"md5": digest} if digest else {}
            yield self._make("source", name, place, {}, {**digests, **_get_digests(notes, name)})

    def iter_resources(self) -> Iterator[StoredFile]:
        """Yield the files that the run has read."""
        notes = _get_dict(self._document, "resource_notes")
        for name, stored in iter_pairs(self._document.get("resources")):
            digests = {"md5": digest} if (digest := find_md5(stored)) else {}
            yield self._make("resource", name, stored, {}, {**digests, **_get_digests(notes, name)})

    def iter_record(self) -> Iterator[StoredFile]:
        """Yield what the recorder has written beside the documents, and earlier versions of artifacts."""
        notes = _get_dict(self._document, "record_notes")
        for name in self._names:
            if name in _KEPT_ASIDE or is_record(name):
                for inner, _ in _iter_tree(self._get_place(name), name):
                    yield self._make("record", inner, f"{self._id}/{inner}", {}, _get_digests(notes, inner))

    def _get_place(self, name: str) -> str:
        return os.path.join(self._root, self._id, name)

    def _make(
        self,
        kind: FileKind,
        name: str,
        key: str,
        notes: dict[str, Any],
        digests: dict[str, str] | None = None,
    ) -> StoredFile:
        place = self._find_key(key)
        size = None if place is None else _find_size(os.path.join(self._root, place), self._root)
        return StoredFile(kind, name, None if size is None else place, size, digests or {}, notes)

    def _find_key(self, stored: str) -> str | None:
        """Return a path relative to the store; one that lies elsewhere may have come along under its name."""
        if os.path.isabs(stored):
            inner = os.path.relpath(stored, self._root) if is_inside(stored, self._root) else ""
            stored = inner or f"{os.path.basename(os.path.dirname(stored))}/{os.path.basename(stored)}"
        return stored if _is_within(stored) else None


def is_record(name: str) -> bool:
    """Tell whether a file of a run folder is part of the record that no document has."""
    return (
        layout.is_further_record(name)
        or is_rank_output(name)
        or name == f"{layout.REPORT_STEM}.html"
        or (name.startswith("rank") and name in layout.RESERVED and name.endswith(".json"))
    )


def _is_within(path: str) -> bool:
    parts = path.split("/")
    return bool(path) and not os.path.isabs(path) and ".." not in parts and "\0" not in path


def _find_size(path: str, root: str) -> int | None:
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            found = os.stat(path)
            if not is_inside(path, root):
                return None
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _iter_tree(place: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the names of a file, or of all files below a folder, and their paths; no link is followed."""
    if os.path.islink(place) or not os.path.isdir(place):
        yield name, place
        return
    with os.scandir(place) as entries:
        present = sorted(entries, key=lambda entry: entry.name)
    for entry in present:
        if entry.is_dir(follow_symlinks=False):
            yield from _iter_tree(entry.path, f"{name}/{entry.name}")
        else:
            yield f"{name}/{entry.name}", entry.path


def _iter_names(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else []:
        if isinstance(one, str):
            yield one
        elif isinstance(one, list) and one and isinstance(one[0], str):
            yield one[0]
        elif isinstance(one, dict) and isinstance(one.get("name"), str):
            yield one["name"]


def _get_digests(notes: dict[str, Any], name: str) -> dict[str, str]:
    return _pick_digests(_get_dict(notes, name))


def _pick_digests(note: dict[str, Any]) -> dict[str, str]:
    return {key: note[key] for key in ("md5", "sha256") if isinstance(note.get(key), str)}


def _get_dict(document: dict[str, Any], key: str) -> dict[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}
