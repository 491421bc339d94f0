"""``metadata.json``: all tables of the database, read when it has changed, written by one process at a time.

TinyDB keeps the file open and writes into it, so it must stay the same file: one put in its place would not
be seen by an observer that is at work. What is to be written is first put beside, whole; a reader takes that
if the writing was interrupted.
"""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from typing import Any

from sacred.errors import StoreError
from sacred.stores.tinydb import METADATA
from sacred.support.files import write_atomically

Row = dict[str, Any]
Tables = dict[str, dict[str, Row]]
"""Rows by their numbers, as text, by table."""

_AHEAD = f".{METADATA}.new"
_LOCK = ".sacred.lock"
_TRIES = 10
_PAUSE_SECONDS = 0.02
_LOCK_SECONDS = 60


class Metadata:
    """The tables of one folder.

    Args:
        folder: where ``metadata.json`` is, or will be.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._path = os.path.join(folder, METADATA)
        self._ahead = os.path.join(folder, _AHEAD)
        self._stamp: tuple[int, ...] | None = None
        self._tables: Tables = {}

    def read(self) -> Tables:
        """Return the tables; they are not to be changed.

        Raises:
            StoreError: the file can't be read, or is damaged.
        """
        stamp = self._get_stamp()
        if stamp != self._stamp or stamp is None:
            self._tables = {} if stamp is None else self._load()
            self._stamp = stamp
        return self._tables

    def _get_stamp(self) -> tuple[int, ...] | None:
        try:
            found = os.stat(self._path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f'"{self._path}" can\'t be read: {error.strerror}') from error
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _load(self) -> Tables:
        for number in range(_TRIES):
            try:
                return _parse(self._path)
            except OSError as error:
                raise StoreError(f'"{self._path}" can\'t be read: {error.strerror}') from error
            except ValueError as error:
                damage = error
            if number:  # somebody is writing it just now
                time.sleep(_PAUSE_SECONDS)
        with contextlib.suppress(OSError, ValueError):
            return _parse(self._ahead)
        raise StoreError(f'"{self._path}" is damaged: {damage}')

    @contextlib.contextmanager
    def changing(self) -> Iterator[Tables]:
        """Lock the folder, give the tables to be changed, and write them, unless there is an error.

        Raises:
            StoreError: the folder can't be written, or another process does not let go of it.
        """
        try:
            with _lock(self._folder):
                self._stamp = None
                tables = {name: dict(rows) for name, rows in self.read().items()}
                try:
                    yield tables
                    self._write(tables)
                finally:
                    self._stamp = None
        except OSError as error:
            place = error.filename or self._folder
            raise StoreError(f'"{place}" can\'t be written: {error.strerror or error}') from error

    def _write(self, tables: Tables) -> None:
        data = json.dumps(tables).encode("ascii")
        write_atomically(self._ahead, data)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o666)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        os.unlink(self._ahead)


def _parse(path: str) -> Tables:
    """Read a file.

    Raises:
        OSError: it can't be read.
        ValueError: it is damaged.
    """
    with open(path, "rb") as file:
        data = file.read()
    if not data.strip():
        return {}
    try:
        tables = json.loads(data)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(tables, dict) or not all(isinstance(rows, dict) for rows in tables.values()):
        raise ValueError("it has no tables")
    return tables


@contextlib.contextmanager
def _lock(folder: str) -> Iterator[None]:
    os.makedirs(folder, exist_ok=True)
    descriptor = os.open(os.path.join(folder, _LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _wait_for_lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int, folder: str) -> None:
    try:
        import fcntl
    except ImportError:  # a system without it; TinyDB itself has no lock at all
        return
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise StoreError(f'"{folder}" is being written by another process') from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return
