"""Run ids: numbers that count up, taken by making the run's folder.

The next number is one more than the highest. Listing thousands of folders to find it takes longer than all
the rest, so a store with many runs has a file with the last number. It is a hint: where it is lost, damaged
or far behind (Sacred 0.8 does not know it), the folders are listed. Making the folder decides in any case.
"""

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any

from sacred.errors import IdTakenError, StoreError

HINT = ".last_id"
HINT_FROM = 100
"""Below this number, listing costs less than a hint."""

_HINT_BYTES = 20
_MOST_STEPS = 64


def create_run_folder(basedir: str, run_id: Any = None) -> str:
    """Make a new run folder and return its path.

    Making a folder either works or fails because it is there, also between processes and machines: who makes
    it has the id.

    Args:
        basedir: the folder of all runs; made when it is missing.
        run_id: the id that the run has already, or None to take the next number.

    Raises:
        StoreError: there can't be such a folder.
        IdTakenError: it is there already.
    """
    try:
        os.makedirs(basedir, exist_ok=True)
        return _take_next(basedir) if run_id is None else _take(basedir, str(run_id))
    except IdTakenError:
        raise
    except OSError as error:
        is_file = os.path.lexists(basedir) and not os.path.isdir(basedir)
        reason = "it is a file, and no folder" if is_file else error.strerror or error
        raise StoreError(f'The folder for runs "{basedir}" can\'t be written: {reason}') from error


def find_last_id(basedir: str) -> int:
    """Return the highest number among the names of run folders, 0 if there is none."""
    # names alone tell nearly all: asking the kind of each entry takes long where there are thousands of runs
    for name in sorted(filter(_is_number, os.listdir(basedir)), key=int, reverse=True):
        if os.path.isdir(os.path.join(basedir, name)):
            return int(name)
    return 0


@contextlib.contextmanager
def fill_run_folder(path: str) -> Iterator[None]:
    """Write the first files of a run; if that fails, a new folder is removed as far as that is possible.

    Raises:
        StoreError: they can't be written.
    """
    is_new = not os.path.isdir(path) or not os.listdir(path)
    try:
        yield
    except BaseException as error:
        if is_new:  # a subclass of the observer may choose a folder that holds the user's own files
            discard_run_folder(path)
        if isinstance(error, OSError):
            raise StoreError(
                f'The run folder "{path}" can\'t be written: {error.strerror or error}'
            ) from error
        raise


def discard_run_folder(path: str) -> None:
    """Remove the folder of a run that could not start, as far as that is possible."""
    for folder, _, names in os.walk(path, topdown=False):
        for name in names:
            _remove(os.unlink, os.path.join(folder, name))
        _remove(os.rmdir, folder)


def _remove(remove: Callable[[str], None], path: str) -> None:
    try:
        remove(path)
    except OSError:
        return


def _take_next(basedir: str) -> str:
    numbers = _iter_candidates(basedir)
    while True:
        number = next(numbers)
        path = os.path.join(basedir, str(number))
        try:
            os.mkdir(path)
        except FileExistsError:  # another process was faster, or a file has this name
            continue
        if number >= HINT_FROM:
            _write_hint(basedir, number)
        return path


def _iter_candidates(basedir: str) -> Iterator[int]:
    hint = _read_hint(basedir)
    if hint is not None and os.path.isdir(os.path.join(basedir, str(hint))):
        yield from range(hint + 1, hint + _MOST_STEPS)
    yield from itertools.count(find_last_id(basedir) + 1)


def _read_hint(basedir: str) -> int | None:
    try:
        with open(os.path.join(basedir, HINT), "rb") as file:
            text = file.read(_HINT_BYTES)
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _write_hint(basedir: str, number: int) -> None:
    path = os.path.join(basedir, HINT)
    with contextlib.suppress(OSError):  # the next one lists
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o666)
        except PermissionError:  # another user's: the next one makes it anew
            os.unlink(path)
            return
        try:
            # in place: ext4 lets a rename wait for the disk
            os.write(descriptor, b"%0*d" % (_HINT_BYTES, number))
        finally:
            os.close(descriptor)


def _take(basedir: str, run_id: str) -> str:
    if run_id in ("", ".", "..") or os.path.basename(run_id) != run_id or "\0" in run_id:
        raise StoreError(f"The id {run_id!r} can't be the name of a run folder.")
    path = os.path.join(basedir, run_id)
    try:
        os.mkdir(path)
    except FileExistsError:
        raise IdTakenError(
            f'The run folder "{path}" exists already: choose another id, or none for the next number.'
        ) from None
    _raise_hint(basedir, run_id)
    return path


def _raise_hint(basedir: str, run_id: str) -> None:
    hint = _read_hint(basedir)
    if hint is not None and _is_number(run_id) and hint < int(run_id):
        _write_hint(basedir, int(run_id))


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit()
