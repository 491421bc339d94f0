"""Opening a store by its path or URL.

Schemes name their store as ``"module:attribute"``, which loads when it is used; other packages add theirs as
entry points of the group ``sacred.stores``: the scheme, and what takes the URL and returns the store.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.ids import HINT
from sacred.folder.store import STORE_FOLDER, find_default_store, prepare_store
from sacred.plugins.extras import module_exists
from sacred.plugins.registry import load
from sacred.stores.base import RunStore
from sacred.stores.tinydb import is_tinydb_folder
from sacred.support.masking import mask_url
from sacred.support.text import find_close

ENTRY_POINTS = "sacred.stores"

FOLDERS = "sacred.stores.folders.store:FolderStore"
TINYDB = "sacred.stores.tinydb.store:TinyDbStore"
SQL = "sacred.stores.sql:open_store"
MONGO = "sacred.stores.mongo.store:MongoStore"
OBJECTS = "sacred.stores.objects.store:ObjectStore"

SCHEMES: Mapping[str, str] = {
    "mongodb": MONGO,
    "mongodb+srv": MONGO,
    "sqlite": SQL,
    "postgresql": SQL,
    "postgres": SQL,
    "mysql": SQL,
    "mariadb": SQL,
    "s3": OBJECTS,
    "s3a": OBJECTS,
    "gs": OBJECTS,
    "gcs": OBJECTS,
    "memory": OBJECTS,
}
"""What opens which URLs. ``file`` is a path, and ``tinydb`` one of a folder of TinyDB's."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SQLITE_MAGIC = b"SQLite format 3\0"
_TINYDB_FILE = "metadata.json"
# signs of a folder of runs that has no run now
_STORE_SIGNS = (layout.SOURCES_FOLDER, layout.RESOURCES_FOLDER, ".trash", ".ranks", HINT)
_MOST_LOOKED_AT = 2000
_MOST_NEAR = 3

Open = Callable[[str], RunStore]


def open_run_store(url_or_path: str | os.PathLike[str] | None = None, *, create: bool = False) -> RunStore:
    """Open a place with runs.

    Args:
        url_or_path: a URL, or the path of a folder of runs, of a folder of TinyDB's, or of a SQLite file; by
            default the default store (``$SACRED_STORE``, else the nearest ``.sacred``).
        create: make it if it is not there; else that is an error.

    Raises:
        StoreError: there is no such place, or it can't be used; the message says what is near.
        MissingExtraError: a package is missing.
    """
    if url_or_path is None:
        return _open_default(create)
    text = os.fspath(url_or_path)
    match = _SCHEME.match(text)
    if match is None:
        return _open_path(os.path.expanduser(text), create)
    scheme = match[1].lower()
    rest = text[match.end() :]
    if scheme == "file":
        from urllib.parse import unquote

        return _open_path(unquote(rest.removeprefix("localhost")), create)
    if scheme == "tinydb":
        return _open_tinydb(os.path.expanduser(rest), create)
    if scheme.split("+")[0] == "sqlite":
        _check_sqlite(text, create)
    return _find_opener(scheme, text)(text)


def _open(target: str, argument: str) -> RunStore:
    return cast("RunStore", load(target)(argument))


def _open_default(create: bool) -> RunStore:
    path = find_default_store()
    if path is None:
        raise StoreError(
            "There is no default store here: name a store by its path or URL, or set SACRED_STORE"
            + _suggest_here()
        )
    if not os.path.isdir(path):
        if not create:
            raise StoreError(
                f'There are no runs yet: the default store "{path}" does not exist. '
                f"Run an experiment first, or name a store by its path or URL{_suggest_here()}"
            )
        prepare_store(path)
    return _open(FOLDERS, path)


# --- URLs


def _find_opener(scheme: str, url: str) -> Open:
    target = SCHEMES.get(scheme) or SCHEMES.get(scheme.split("+", maxsplit=1)[0])  # postgresql+psycopg
    if target is not None:
        return cast("Open", load(target))
    found = _load_entry_point(scheme)
    if found is not None:
        return found
    if _is_known_to_fsspec(scheme):
        return cast("Open", load(OBJECTS))
    known = [*SCHEMES, "file", "tinydb", *_iter_entry_points()]
    close = " or ".join(f"{one}://" for one in find_close(scheme, known))
    hint = f"did you mean {close}?" if close else f"known are {', '.join(sorted(set(known)))}."
    raise StoreError(f'No store is known for "{mask_url(url)}": {hint}')


def _load_entry_point(scheme: str) -> Open | None:
    from importlib.metadata import entry_points  # takes 10 ms

    for found in entry_points(group=ENTRY_POINTS, name=scheme):
        return cast("Open", found.load())
    return None


def _iter_entry_points() -> Iterator[str]:
    from importlib.metadata import entry_points

    return (found.name for found in entry_points(group=ENTRY_POINTS))


def _is_known_to_fsspec(scheme: str) -> bool:
    return module_exists("fsspec") and scheme in load("fsspec:available_protocols")()


def _open_tinydb(path: str, create: bool) -> RunStore:
    if not create and not os.path.isdir(path):
        raise StoreError(_describe_missing(path))
    return _open(TINYDB, path)


def _check_sqlite(url: str, create: bool) -> None:
    """SQLite makes a file that is not there: a wrong path would look like an empty store."""
    path = url.split("://", 1)[1].split("?", maxsplit=1)[0].removeprefix("/")
    if path and path != ":memory:" and not create and not os.path.exists(path):
        raise StoreError(_describe_missing(path))


# --- paths


def _open_path(path: str, create: bool) -> RunStore:
    if not path or "\0" in path:
        raise StoreError(f"No place has the path {path!r}.")
    if os.path.isfile(path):
        return _open_file(path)
    if os.path.isdir(path):
        return _open_folder(path, create)
    if os.path.lexists(path):
        raise StoreError(f'"{path}" is no folder and no file.')
    if not create:
        raise StoreError(_describe_missing(path))
    try:
        os.makedirs(path)
    except OSError as error:
        raise StoreError(f'The folder "{path}" can\'t be made: {error.strerror or error}') from error
    return _open(FOLDERS, path)


def _open_folder(path: str, create: bool) -> RunStore:
    if os.path.isfile(os.path.join(path, layout.RUN)):
        raise StoreError(_describe_run_folder(path))
    if is_tinydb_folder(path):
        return _open(TINYDB, path)
    inner = os.path.join(path, STORE_FOLDER)
    try:
        if create or has_runs(path):
            return _open(FOLDERS, path)
        if os.path.isdir(inner):
            return _open(FOLDERS, inner)
        if _has_store_signs(path):
            return _open(FOLDERS, path)
        raise StoreError(f'"{path}" holds no runs{_suggest(_iter_stores_below(path))}')
    except OSError as error:
        raise StoreError(f'"{path}" can\'t be read: {error.strerror or error}') from error


def _open_file(path: str) -> RunStore:
    try:
        with open(path, "rb") as file:
            start = file.read(len(_SQLITE_MAGIC))
    except OSError as error:
        raise StoreError(f'"{path}" can\'t be read: {error.strerror or error}') from error
    if start == _SQLITE_MAGIC:
        return _open(SQL, f"sqlite:///{os.path.abspath(path)}")
    folder, name = os.path.split(os.path.abspath(path))
    if name == _TINYDB_FILE:
        return _open_path(folder, create=False)
    hint = _describe_run_folder(folder) if name == layout.RUN else "it is no SQLite file"
    raise StoreError(f'"{path}" is no store: {hint}')


def _describe_run_folder(path: str) -> str:
    folder, run_id = os.path.split(os.path.abspath(path))
    return f'"{path}" is the folder of one run: open the store "{folder}", and in it the run {run_id}.'


def _describe_missing(path: str) -> str:
    folder, name = os.path.split(os.path.abspath(path))
    while not os.path.isdir(folder):
        folder, name = os.path.split(folder)
    try:
        near = find_close(name, os.listdir(folder), _MOST_NEAR)
    except OSError:
        near = []
    return f'"{path}" does not exist{_suggest(os.path.join(folder, one) for one in near)}'


def _suggest(near: Iterable[str]) -> str:
    found = " or ".join(f'"{one}"' for one in near)
    return f"; did you mean {found}?" if found else "."


def _suggest_here() -> str:
    """Suggest the stores in the present folder: observers often write into one of those."""
    try:
        return _suggest(_iter_stores_below(os.curdir))
    except OSError:
        return "."


# --- what a folder is


def has_runs(path: str) -> bool:
    """Tell whether a folder has folders of runs.

    Raises:
        OSError: it can't be read.
    """
    with os.scandir(path) as entries:
        # a store has little else in it; a folder full of other things is not looked through
        for _, entry in zip(range(_MOST_LOOKED_AT), entries, strict=False):
            if entry.name.startswith((".", "_")):
                continue
            if any(os.path.isfile(os.path.join(entry.path, name)) for name in (layout.RUN, layout.CONFIG)):
                return True
    return False


def _has_store_signs(path: str) -> bool:
    is_default = os.path.basename(os.path.abspath(path)) == STORE_FOLDER
    return is_default or any(os.path.lexists(os.path.join(path, sign)) for sign in _STORE_SIGNS)


def _iter_stores_below(path: str) -> Iterator[str]:
    """Yield folders in a folder that are stores: the mistake is often one level."""
    found = 0
    for name in sorted(os.listdir(path))[:_MOST_LOOKED_AT]:
        inner = os.path.join(path, name)
        if found < _MOST_NEAR and os.path.isdir(inner) and _is_store(inner):
            found += 1
            yield inner


def _is_store(path: str) -> bool:
    try:
        return is_tinydb_folder(path) or has_runs(path)
    except OSError:
        return False
