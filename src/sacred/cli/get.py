"""``sacred get``: a run's files, out of the store."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

from sacred.cli.arguments import RunArgument, choose_run
from sacred.cli.call import Call, tell, write, write_json
from sacred.cli.parameters import Argument, Option
from sacred.cli.table import Column, format_table
from sacred.cli.values import NOTHING, count
from sacred.errors import EntryNotFoundError, StoreError, UsageError
from sacred.support.printable import make_printable
from sacred.support.progress import format_bytes

if TYPE_CHECKING:
    from sacred.reader import File, Files, Run

_PIECE = 1 << 20
_WILD = "*?["


def get_files(
    call: Call,
    run: RunArgument,
    name: Annotated[
        str | None,
        Argument(
            metavar="NAME",
            help="A file, the end of its path, a folder, a pattern (*.png); without it, all are listed.",
        ),
    ] = None,
    output: Annotated[
        str | None,
        Option(
            "--output",
            short="-o",
            metavar="PATH",
            help="The file or folder to write; - is the output.",
        ),
    ] = None,
    force: Annotated[bool, Option("--force", help="Replace files that are there.")] = False,
) -> int:
    """Copy files of a run to here, or list them.

    They are artifacts, sources, resources, and what belongs to the record, such as git.patch.
    """
    if output is not None and name is None:
        raise UsageError("name the file")
    with call.open_store() as store:
        chosen = choose_run(store, run)
        if name is None:
            _list(call, chosen)
            return 0
        found = _find(chosen, name)
        if output == "-":
            _print(found)
            return 0
        paths = _save(found, output, force=force)
    if call.as_json:
        write_json(paths)
    else:
        write([make_printable(path) for path in paths])
    return 0


def _list(call: Call, run: "Run") -> None:
    files = list(run.files.values())
    if call.as_json:
        write_json(
            [{"kind": one.kind, "name": one.name, "size": one.size, "digests": one.digests} for one in files]
        )
    elif not files:
        tell(f"run {make_printable(run.id)} has no files")
    else:
        sizes = [NOTHING if one.size is None else format_bytes(one.size) for one in files]
        columns = [
            Column("kind", [one.kind for one in files]),
            Column("name", [one.name for one in files], most=60),
            Column("size", sizes, align="right"),
        ]
        write(format_table(columns, call.width, coloured=call.is_coloured))


def _find(run: "Run", name: str) -> "File | Files":
    """Return the file that is meant, or several: those of a pattern or in a folder."""
    try:
        return run.files[name]
    except EntryNotFoundError:
        patterns = [name] if any(mark in name for mark in _WILD) else [f"{_escape(name.rstrip('/'))}/*"]
        for pattern in patterns:
            if several := run.files.match(pattern):
                return several
        raise


def _escape(name: str) -> str:
    from glob import escape

    return escape(name)


def _print(found: "File | Files") -> None:
    from sacred.reader import File

    if not isinstance(found, File):
        raise UsageError(f"{count(len(found), 'file')} can't be one output: name one")
    sys.stdout.flush()
    with found.open() as file:
        while piece := file.read(_PIECE):
            sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _save(found: "File | Files", output: str | None, *, force: bool) -> list[str]:
    from sacred.reader import File
    from sacred.reader.downloads import choose_names, choose_target

    to = os.curdir + os.sep if output is None else output
    if isinstance(found, File):
        targets = [choose_target(to, found.name)]
    else:
        targets = choose_names(to, [file.name for file in found.values()])
    there = [target for target in targets if os.path.lexists(target)]
    if there and not force:
        path = os.path.normpath(there[0])
        raise StoreError(f'"{path}" is there already: --force replaces it, -o names another one')
    saved = [found.download(to)] if isinstance(found, File) else found.download(to)
    return [os.path.normpath(path) for path in saved]
