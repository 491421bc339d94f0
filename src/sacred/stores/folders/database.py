"""SQLite files that can be lost: in the user's cache folder, else in memory."""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence

from sacred.folder.store import find_cache_folder
from sacred.support.files import find_working_folder, make_absolute
from sacred.support.mounts import is_remote

BUSY_SECONDS = 15.0
"""How long another process may hold the file before this one goes on without it."""
_CHECKPOINT_PAGES = 16384
_UNUSABLE = frozenset(
    getattr(sqlite3, f"SQLITE_{name}") for name in ("BUSY", "LOCKED", "READONLY", "IOERR", "FULL", "CANTOPEN")
)


def find_private_cache(name: str) -> str | None:
    """Return a folder of the user's own in the cache, made if it is missing; None where none can be had.

    The locks that SQLite needs can't be trusted on a network.
    """
    try:
        path = make_absolute(find_cache_folder(), find_working_folder())
        if is_remote(path):
            return None
        folder = os.path.join(path, name)
        os.makedirs(path, exist_ok=True)
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def name_database(folder: str | None, location: str, version: int) -> str | None:
    """Return the path of the file for a store; each version of the tables has one of its own."""
    if folder is None:
        return None
    digest = hashlib.sha256(os.fsencode(location)).hexdigest()[:32]
    return os.path.join(folder, f"{digest}-v{version}.db")


def open_database(path: str | None, schema: Sequence[str], version: int) -> sqlite3.Connection:
    """Open a database, made with its tables if it is missing, anew if it is damaged, in memory if all fails.

    Args:
        path: of the file; None for one in memory.
        schema: the statements that make its tables.
        version: of the tables.
    """
    for _ in range(2):
        if path is None:
            break
        try:
            return _open_file(path, schema, version)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                break
            remove_database(path)
        except OSError:
            break
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _make_tables(connection, schema, version)
    return connection


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether a database has to be made anew: it is not only held by others, or can't be written."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF not in _UNUSABLE


def is_in_memory(connection: sqlite3.Connection) -> bool:
    """Tell whether a database is lost with this process."""
    return not connection.execute("PRAGMA database_list").fetchone()[2]


def _open_file(path: str, schema: Sequence[str], version: int) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # what SQLite makes, others could read
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # filling it does not wait for the disk: closing it does
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        if _read_version(connection) != version:
            _make_tables(connection, schema, version)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_tables(connection: sqlite3.Connection, schema: Sequence[str], version: int) -> None:
    with write(connection):
        found = _read_version(connection)
        if found == version:  # another process was faster
            return
        if found:
            raise sqlite3.DatabaseError(f"tables of version {found}")
        for statement in schema:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version:d}")


def _read_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextlib.contextmanager
def write(connection: sqlite3.Connection) -> Iterator[None]:
    """Change a database in one step: all of a block, or nothing if it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def remove_database(path: str) -> None:
    """Remove a database; who has it open goes on with it."""
    for name in (path, f"{path}-wal", f"{path}-shm"):
        with contextlib.suppress(OSError):
            os.unlink(name)
