"""Put the folders of killed runs in order: their output, metrics and state are then as after an end."""

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.recovery import recover
from sacred.support.text import format_close

if TYPE_CHECKING:
    from argparse import ArgumentParser

SUMMARY = "put the folders of killed runs in order"


def add_arguments(parser: "ArgumentParser") -> None:
    """Say what the command takes."""
    parser.add_argument(
        "folders",
        nargs="+",
        metavar="FOLDER",
        help="the folder of a run, or one with the folders of runs in it",
    )


def run(arguments: Any) -> int:
    """Recover all runs, and return 1 if one of them could not be."""
    return max(map(_recover_all, arguments.folders))


def _recover_all(given: str) -> int:
    folder = given.rstrip(os.sep) or os.sep
    if not os.path.exists(folder):
        return _tell_error(f'"{folder}" does not exist{_find_near(folder)}')
    if _is_run(folder):
        return int(_recover_one(folder) is None)
    try:
        runs = [path for path in _list_folders(folder) if _is_run(path)]
    except OSError as error:
        return _tell_error(f'"{folder}" can\'t be read: {error.strerror}')
    if not runs:
        return _tell_error(f'"{folder}" is not the folder of a run, and there is none in it')
    actions = Counter(_recover_one(path, is_one_of_many=True) for path in runs)
    if actions["nothing"]:
        print(f"{folder}: nothing to recover in {actions['nothing']:,} of {len(runs):,} runs")
    return int(actions[None] > 0)


def _recover_one(folder: str, *, is_one_of_many: bool = False) -> str | None:
    """Recover a run, say what became of it if that is worth a line, and return it; None if it failed."""
    try:
        action, text = recover(folder)
    except StoreError as error:
        _tell_error(str(error))
    except OSError as error:
        _tell_error(f'"{error.filename or folder}" can\'t be written: {error.strerror or error}')
    else:
        if action != "nothing" or not is_one_of_many:
            print(f"{folder}: {text}")
        return action
    return None


def _tell_error(text: str) -> int:
    print(f"Error: {text}", file=sys.stderr)
    return 1


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
