"""What the ranks of a distributed run leave in its folder beside the record, which is rank 0's."""

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from sacred.errors import StoreError
from sacred.folder.output import remove_files
from sacred.support.files import write_atomically

_OUTPUT = re.compile(r"cout\.rank\d+\.txt|(stdout|stderr)\.rank\d+\.raw")
_ENTRY = re.compile(r"rank([1-9]\d*)\.json")


def name_output(rank: int) -> list[str]:
    """Return the names of the files that have the output of a rank.

    The second and third are for standard output and standard error. They are there while the rank runs, if
    these go to two places; what is in them comes into the first one.
    """
    return [f"cout.rank{rank}.txt", f"stdout.rank{rank}.raw", f"stderr.rank{rank}.raw"]


def is_rank_output(name: str) -> bool:
    """Tell whether a file of a run folder has output of a rank other than 0."""
    return _OUTPUT.fullmatch(name) is not None


def fold_output(folder: str, rank: int) -> None:
    """Remove what is not needed any more when a rank has ended."""
    merged, *streams = (os.path.join(folder, name) for name in name_output(rank))
    if not _is_behind(merged, streams):
        remove_files(folder, name_output(rank)[1:])


def _is_behind(merged: str, streams: list[str]) -> bool:
    sizes = [os.path.getsize(path) if os.path.exists(path) else 0 for path in (merged, *streams)]
    return sizes[0] < sum(sizes[1:])


def name_entry(rank: int) -> str:
    """Return the name of the file that says how a rank fares."""
    return f"rank{rank}.json"


def write_entry(folder: str, rank: int, entry: Mapping[str, Any]) -> None:
    """Replace what a rank says of itself.

    Raises:
        OSError: it can't be written.
    """
    text = json.dumps(entry, indent=2, sort_keys=True)
    write_atomically(os.path.join(folder, name_entry(rank)), text, durable=False)


def read_entries(folder: str) -> dict[int, dict[str, Any]]:
    """Return what the ranks other than 0 say of themselves, by rank.

    One without ``stop_time`` has not ended, or was killed.

    Raises:
        StoreError: it can't be read.
    """
    found = {}
    try:
        for match in filter(None, map(_ENTRY.fullmatch, os.listdir(folder))):
            with open(os.path.join(folder, match[0]), encoding="utf-8") as file:
                found[int(match[1])] = json.load(file)
    except (OSError, ValueError) as error:
        raise StoreError(f'The ranks in "{folder}" can\'t be read: {error}') from error
    return dict(sorted(found.items()))


def read_rank_output(folder: str, rank: int) -> str:
    """Return all output of a rank other than 0 so far; what is not UTF-8 is shown as U+FFFD.

    Raises:
        StoreError: it can't be read.
    """
    merged, *streams = (os.path.join(folder, name) for name in name_output(rank))
    try:
        # it was killed in between: nobody knows any more in what order they came
        found = (
            [path for path in streams if os.path.exists(path)] if _is_behind(merged, streams) else [merged]
        )
        return b"".join(map(_read, found)).decode("utf-8", "replace")
    except OSError as error:
        raise StoreError(f'"{error.filename}" can\'t be read: {error.strerror or error}') from error


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
