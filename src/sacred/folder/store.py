"""Where runs go that nobody gave a place: the default store, and the spool in the user's cache folder."""

import os
import stat

from sacred.settings import SETTINGS
from sacred.support.files import find_upwards, find_working_folder, make_absolute
from sacred.support.mounts import is_remote

STORE_FOLDER = ".sacred"

_SEARCH = "auto"
_ALL, _NONE = "all", "none"
_OFF = ("", "none")


def find_default_store(start: str | None = None) -> str | None:
    """Return the folder for runs without observers, which need not exist yet; None if it is switched off.

    That is ``$SACRED_STORE``, else ``SETTINGS.DEFAULT_STORE``; with ``"auto"`` the nearest ``.sacred``
    upwards, else a new one at the root of the git repository or in ``start``. Tests leave no new one behind:
    under pytest there is only one that exists.

    Args:
        start: an absolute path, the folder to search from; the working folder by default.
    """
    start = find_working_folder() if start is None else start
    wish = _get_wish()
    if wish == _SEARCH:
        return _search(start) if start else None
    return None if wish in _OFF else os.path.join(start, os.path.expanduser(wish))


def is_store_named() -> bool:
    """Tell whether the user chose the default store, so that it matters if it can't be written."""
    wish = _get_wish()
    return wish != _SEARCH and wish not in _OFF


def _get_wish() -> str:
    wish = os.environ.get("SACRED_STORE", SETTINGS.DEFAULT_STORE)
    return "none" if wish is None else os.fspath(wish)


def _search(start: str) -> str | None:
    above = find_upwards(STORE_FOLDER, start)
    if above is None and "PYTEST_CURRENT_TEST" in os.environ:
        return None
    return os.path.join(above or find_upwards(".git", start) or start, STORE_FOLDER)


def prepare_store(path: str) -> bool:
    """Make the folder of a store, which git leaves alone, unless it exists; return whether it is new.

    Raises:
        OSError: it can't be made.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        os.mkdir(path)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
        return False
    with open(os.path.join(path, ".gitignore"), "w", encoding="utf-8") as file:
        file.write("*\n")
    return True


def find_cache_folder() -> str:
    """Return the user's folder for what can be lost, which need not exist yet.

    That is ``$SACRED_CACHE``, else ``$XDG_CACHE_HOME/sacred``, else ``~/.cache/sacred``; without a home that
    can be written (in containers, say) a folder of the user's own among the temporary files.

    Raises:
        PermissionError: the one among the temporary files is somebody else's.
    """
    if chosen := os.environ.get("SACRED_CACHE"):
        return os.path.abspath(os.path.expanduser(chosen))
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the specification says that others mean nothing
        base = os.path.expanduser(os.path.join("~", ".cache"))
    path = os.path.join(base, "sacred")
    return path if os.path.isabs(path) and _can_write_below(path) else _make_temporary_cache()


def _can_write_below(path: str) -> bool:
    while not os.path.lexists(path):
        path = os.path.dirname(path)
    return os.path.isdir(path) and os.access(path, os.W_OK | os.X_OK)


def _make_temporary_cache() -> str:
    import tempfile

    user = os.getuid() if hasattr(os, "getuid") else 0  # Windows has a temporary folder for each user
    path = os.path.join(tempfile.gettempdir(), f"sacred-{user}")
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        found = os.lstat(path)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user:  # everybody can make it in /tmp
            raise PermissionError(f'"{path}" is not a folder of this user') from None
    return path


def make_spool_base() -> str:
    """Return the folder for runs that have no place yet, and make it, for this user alone.

    Raises:
        OSError: it can't be made.
    """
    path = os.path.join(find_cache_folder(), "spool")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return _make_private_folder(path)


def _make_private_folder(path: str) -> str:
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
    return path


def is_on_network(path: str) -> bool:
    """Tell whether a run folder counts as one on a network: the run writes into a local one in front of it.

    That is what ``$SACRED_NETWORK_FOLDERS``, else ``SETTINGS.NETWORK_FOLDERS`` says: ``"auto"`` goes by the
    file system, ``"all"`` and ``"none"`` are for all folders, paths for what is below them as well.

    Args:
        path: absolute; it need not exist.
    """
    wish = os.environ.get("SACRED_NETWORK_FOLDERS", SETTINGS.NETWORK_FOLDERS)
    if wish in {_ALL, _NONE}:
        return bool(wish == _ALL)
    named = [] if wish == _SEARCH else [os.path.abspath(one) for one in wish.split(os.pathsep) if one]
    return any(path == one or path.startswith(one + os.sep) for one in named) or is_remote(path)


def make_local_spool_base() -> str | None:
    """Return the local folder for what stands in front of run folders; None if no local one is found.

    Raises:
        OSError: it can't be made.
    """
    if not is_remote(make_absolute(find_cache_folder(), find_working_folder())):
        return make_spool_base()
    base = _make_temporary_cache()
    return None if is_remote(base) else _make_private_folder(os.path.join(base, "spool"))


def make_spool_name() -> str:
    """Return a random name for a run in the spool: never a number, which would look like a run's id."""
    return f"run-{os.urandom(8).hex()}"
