"""``sacred recover``: the folders of killed runs put in order, as they are after an end."""

import os
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

from sacred.cli.call import Call, tell, write, write_json
from sacred.cli.parameters import Argument
from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.recovery import recover
from sacred.folder.store import find_default_store
from sacred.support.printable import make_printable
from sacred.support.text import format_close


def recover_runs(
    call: Call,
    folders: Annotated[
        list[str] | None,
        Argument(
            metavar="FOLDER…",
            help="The folder of a run, or one with runs in it. By default the store.",
        ),
    ] = None,
) -> int:
    """Finish the records of killed runs.

    Their output, metrics and state are then as after an end. Runs that live are left
    alone, and those of which it can't be sure, because they ran on another machine.
    """
    report = _Report(call)
    for folder in folders or [_find_store(call.location)]:
        report.recover_all(folder)
    if call.as_json:
        write_json(report.rows)
    return int(report.has_failed)


def _find_store(location: str | None) -> str:
    """Return the folder of the store."""
    if location is not None and "://" in location and not location.startswith("file://"):
        raise StoreError("only folders of runs can be recovered")
    path = location.removeprefix("file://") if location is not None else find_default_store()
    if path is None:
        raise StoreError("there is no default store here: name a folder")
    return os.path.relpath(path) if path.startswith(os.getcwd() + os.sep) else path


class _Report:
    """Recovers runs, and tells what became of each."""

    def __init__(self, call: Call) -> None:
        self.rows: list[dict[str, Any]] = []
        self.has_failed = False
        self._as_json = call.as_json

    def recover_all(self, given: str) -> None:
        """Recover a run, or all runs in a folder."""
        folder = given.rstrip(os.sep) or os.sep
        try:
            runs = list(_find_runs(folder))
        except StoreError as error:
            self._fail(folder, str(error))
            return
        is_one = runs == [folder]
        actions = Counter(self._recover_one(path, is_one_of_many=not is_one) for path in runs)
        if actions["nothing"] and not is_one:
            self._say(f"{folder}: nothing to recover in {actions['nothing']:,} of {len(runs):,} runs")

    def _recover_one(self, folder: str, *, is_one_of_many: bool) -> str | None:
        """Recover a run, say what became of it if that is worth a line, and return it; None if it failed."""
        try:
            action, text = recover(folder)
        except StoreError as error:
            self._fail(folder, str(error))
        except OSError as error:
            self._fail(folder, f'"{error.filename or folder}" can\'t be written: {error.strerror or error}')
        else:
            self.rows.append({"folder": folder, "action": action, "text": text})
            if action != "nothing" or not is_one_of_many:
                self._say(f"{folder}: {text}")
            return action
        return None

    def _say(self, text: str) -> None:
        if not self._as_json:
            write([make_printable(text)])

    def _fail(self, folder: str, text: str) -> None:
        self.has_failed = True
        self.rows.append({"folder": folder, "action": "failed", "text": text})
        tell(f"Error: {make_printable(text)}")


def _find_runs(folder: str) -> Iterable[str]:
    """Return the folders of runs: this one, or those in it.

    Raises:
        StoreError: there is none.
    """
    if not os.path.exists(folder):
        raise StoreError(f'"{folder}" does not exist{_find_near(folder)}')
    if _is_run(folder):
        return [folder]
    try:
        runs = [path for path in _list_folders(folder) if _is_run(path)]
    except OSError as error:
        raise StoreError(f'"{folder}" can\'t be read: {error.strerror}') from error
    if not runs:
        raise StoreError(f'"{folder}" is not the folder of a run, and there is none in it')
    return runs


def _is_run(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, layout.RUN))


def _list_folders(folder: str) -> list[str]:
    """Return the paths of what is in a folder: numbers in their order, then names."""
    names = os.listdir(folder) if os.path.isdir(folder) else []
    names.sort(key=lambda name: (0, int(name), "") if name.isdecimal() else (1, 0, name))
    return [os.path.join(folder, name) for name in names]


def _find_near(folder: str) -> str:
    """Return ``; did you mean …?`` with names beside one that is not there."""
    parent, name = os.path.split(folder)
    return format_close(name, map(os.path.basename, _list_folders(parent or os.curdir)))
