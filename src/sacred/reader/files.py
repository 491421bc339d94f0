"""The files of a run: to be read where they are, found on this machine, or copied out of the store."""

import os
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, BinaryIO

from sacred.errors import EntryNotFoundError
from sacred.model.record import FileKind, StoredFile
from sacred.reader.locked import LockedStore
from sacred.reader.names import miss
from sacred.support.files import make_path
from sacred.support.progress import format_bytes

if TYPE_CHECKING:
    from pathlib import Path


class File:
    """A file that a store keeps for a run.

    Args:
        store: where it is.
        run_id: whose it is.
        stored: what the store knows of it.
    """

    def __init__(self, store: LockedStore, run_id: str, stored: StoredFile) -> None:
        self._store = store
        self._id = run_id
        self._stored = stored

    def __repr__(self) -> str:
        size = "size unknown" if self.size is None else format_bytes(self.size)
        return f"<File {self.name}: {self.kind}, {size}>"

    @property
    def name(self) -> str:
        """What the record calls it: ``plots/loss.png`` is in an artifact that is a folder."""
        return self._stored.name

    @property
    def kind(self) -> FileKind:
        """``artifact``, ``source``, ``resource``, or ``record`` for what belongs to the record itself."""
        return self._stored.kind

    @property
    def run_id(self) -> str:
        """Whose it is."""
        return self._id

    @property
    def stored(self) -> StoredFile:
        """What the store knows of it."""
        return self._stored

    @property
    def size(self) -> int | None:
        """Its size in bytes; None if only opening it would tell."""
        return self._stored.size_bytes

    @property
    def digests(self) -> Mapping[str, str]:
        """The recorded checksums in hexadecimal, by algorithm: ``md5``, ``sha256``."""
        return self._stored.digests

    @property
    def notes(self) -> Mapping[str, Any]:
        """What else was recorded about it, such as ``metadata``."""
        return self._stored.notes

    @property
    def content_type(self) -> str | None:
        """Its media type, as it was given, else as its name tells; None if that says nothing."""
        given = self.notes.get("content_type")
        if isinstance(given, str):
            return given
        import mimetypes

        return mimetypes.guess_type(self.name)[0]

    def open(self) -> BinaryIO:
        """Open it for reading bytes; it can be sought in.

        Raises:
            StoreError: it is noted, but not kept, or can't be read.
        """
        return self._store.open_file(self._id, self._stored)

    def read_bytes(self) -> bytes:
        """Return all of it.

        Raises:
            StoreError: it is noted, but not kept, or can't be read.
        """
        with self.open() as file:
            return file.read()

    def read_text(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return all of it as text; line ends are as they are.

        Raises:
            StoreError: it is noted, but not kept, or can't be read.
            UnicodeError: it is no text of this encoding.
        """
        return self.read_bytes().decode(encoding, errors)

    def path(self) -> "Path":
        """Return where it is on this machine, not to be written to.

        A file of another machine is fetched: into the cache if its checksum is known, where it is found the
        next time, else into a folder that is removed when the store is closed or the program ends.

        Raises:
            StoreError: it is noted, but not kept, can't be read, or is not what was recorded.
        """
        from sacred.reader.downloads import fetch

        found = self._store.locate_file(self._id, self._stored)
        return make_path(found if found is not None else fetch(self._store, self._id, self._stored))

    def download(self, to: str | os.PathLike[str]) -> "Path":
        """Copy it out of the store, and return where it is then; a file of this name is replaced.

        Args:
            to: the folder, if there is one or the path ends with ``/``, else the file.

        Raises:
            StoreError: it is noted, but not kept, or can't be read.
            OSError: it can't be written.
        """
        from sacred.reader.downloads import choose_target, save

        target = choose_target(to, self.name)
        save(self._store, self._id, self._stored, target)
        return make_path(target)


class Files(Mapping[str, File]):
    """Files of a run by name.

    Where an artifact and a source, say, have the same name, they are ``NAME`` and ``source:NAME``; with its
    kind before it every file can be named. The end of a path will do if it is that of one file only.

    Args:
        store: where they are.
        run_id: whose they are.
        stored: what the store knows of them.
        what: what one of them is called in messages.
    """

    def __init__(self, store: LockedStore, run_id: str, stored: Iterable[StoredFile], what: str) -> None:
        self._store = store
        self._id = run_id
        self._what = what
        self._files: dict[str, StoredFile] = {}
        self._aliases: dict[str, StoredFile] = {}
        for file in stored:
            full = f"{file.kind}:{file.name}"
            self._files[self._choose_name(file.name, full)] = file
            self._aliases.setdefault(full, file)

    def _choose_name(self, name: str, full: str) -> str:
        if name not in self._files:
            return name
        number = 1
        while full in self._files:  # a file that a run read twice, with another content
            number += 1
            full = f"{full.removesuffix(f'~{number - 1}')}~{number}"
        return full

    def __getitem__(self, name: str) -> File:
        return File(self._store, self._id, self._find(name))

    def _find(self, name: str) -> StoredFile:
        found = self._files.get(name) or self._aliases.get(name)
        if found is not None:
            return found
        end = f"/{name}"
        fitting = [known for known in self._files if known.endswith(end)]
        if len(fitting) == 1:
            return self._files[fitting[0]]
        if fitting:
            raise EntryNotFoundError(f'Run {self._id} has several files "{name}": {", ".join(fitting)}')
        inside = [known for known in self._files if known.startswith(f"{name}/")]
        if inside:
            raise EntryNotFoundError(f'"{name}" is a folder with {len(inside)} files, such as "{inside[0]}"')
        raise miss(f"Run {self._id} has no {self._what}", name, self._files)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._files or name in self._aliases)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __repr__(self) -> str:
        return f"<Files of run {self._id}: {', '.join(self) or 'none'}>"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def match(self, pattern: str) -> "Files":
        """Return those whose names fit a pattern, such as ``plots/*``."""
        fitting = [file for name, file in self._files.items() if fnmatchcase(name, pattern)]
        return Files(self._store, self._id, fitting, self._what)

    def download(self, to: str | os.PathLike[str]) -> "list[Path]":
        """Copy all of them into a folder, each under its name with its subfolders, and return where they are.

        Files of these names are replaced. A name that would lead out of the folder is made safe.

        Raises:
            StoreError: one is noted, but not kept, or can't be read.
            OSError: one can't be written.
        """
        from sacred.reader.downloads import choose_names, save

        names = choose_names(os.fspath(to), [file.name for file in self._files.values()])
        for file, target in zip(self._files.values(), names, strict=True):
            save(self._store, self._id, file, target)
        return [make_path(target) for target in names]
