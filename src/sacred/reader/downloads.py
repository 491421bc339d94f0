"""Copies of stored files on this machine: under names that are safe, whole or not at all."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Sequence

from sacred.errors import StoreError
from sacred.folder.store import find_cache_folder
from sacred.model.record import StoredFile
from sacred.reader.locked import LockedStore
from sacred.support.files import make_safe_name

_FOLDER = "files"
_PIECE_BYTES = 1 << 20


def make_local_name(name: str) -> str:
    """Return a relative name that leads out of no folder, and that this machine's file systems can have."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:  # lone surrogates
        name = name.encode("utf-8", "replace").decode("utf-8")
    return make_safe_name(name)


def choose_target(to: str | os.PathLike[str], name: str) -> str:
    """Return where one file goes: in a folder, if it is one or its path ends with ``/``, else there."""
    wish = os.fspath(to)
    if wish.endswith(("/", os.sep)) or os.path.isdir(wish):
        return os.path.join(wish, make_local_name(name).rsplit("/", 1)[-1])
    return wish


def choose_names(folder: str, names: Sequence[str]) -> list[str]:
    """Return where several files go in a folder, each in a place of its own.

    Raises:
        StoreError: a link in the folder leads out of it.
    """
    taken: set[str] = set()
    targets = []
    root = os.path.realpath(folder)
    for name in names:
        safe = make_local_name(name)
        stem, extension = os.path.splitext(safe)
        number = 2
        while safe in taken:
            safe, number = make_safe_name(f"{stem}_{number}{extension}"), number + 1
        taken.add(safe)
        target = os.path.join(folder, *safe.split("/"))
        parent = os.path.realpath(os.path.dirname(target))
        if parent != root and not parent.startswith(root.rstrip(os.sep) + os.sep):
            raise StoreError(f'"{target}" leads out of "{folder}": there is a link')
        targets.append(target)
    return targets


def save(store: LockedStore, run_id: str, file: StoredFile, target: str) -> None:
    """Copy a file to a place: what is there is replaced when all of it has come.

    Raises:
        StoreError: it is not kept, or can't be read.
        OSError: it can't be written.
    """
    parent = os.path.dirname(target)
    if parent:
        os.makedirs(parent, exist_ok=True)
    # not the name with something behind it: that may be as long as can be
    temporary = os.path.join(parent, f".{os.urandom(8).hex()}.tmp")
    try:
        with store.open_file(run_id, file) as source, open(temporary, "xb") as copy:
            shutil.copyfileobj(source, copy, _PIECE_BYTES)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def fetch(store: LockedStore, run_id: str, file: StoredFile) -> str:
    """Return the path of a copy: in the cache where the checksum is known, else in a temporary folder.

    Raises:
        StoreError: it is not kept, can't be read, or is not what was recorded.
    """
    name = make_local_name(file.name).rsplit("/", 1)[-1]
    algorithm = next((one for one in ("sha256", "md5") if _is_digest(file.digests.get(one), one)), None)
    if algorithm is None:
        target = os.path.join(store.make_temporary_folder(), name)
        save(store, run_id, file, target)
        return target
    digest = file.digests[algorithm].lower()
    target = os.path.join(_find_folder(store), f"{algorithm}-{digest}", name)
    if not os.path.exists(target):
        unchecked = os.path.join(os.path.dirname(target), f".{os.urandom(8).hex()}.part")
        save(store, run_id, file, unchecked)
        _check(unchecked, algorithm, digest, file)
        os.replace(unchecked, target)
    return target


def _find_folder(store: LockedStore) -> str:
    try:
        folder = os.path.join(find_cache_folder(), _FOLDER)
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return store.make_temporary_folder()
    return folder


def _is_digest(text: object, algorithm: str) -> bool:
    """Tell whether this is a checksum: it becomes the name of a folder."""
    length = {"sha256": 64, "md5": 32}[algorithm]
    return isinstance(text, str) and len(text) == length and set(text.lower()) <= set("0123456789abcdef")


def _check(path: str, algorithm: str, digest: str, file: StoredFile) -> None:
    with open(path, "rb") as opened:
        found = hashlib.file_digest(opened, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
    if found != digest:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise StoreError(f'"{file.name}" is damaged: its {algorithm} is {found}, and should be {digest}')
