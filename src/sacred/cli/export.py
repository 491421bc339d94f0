"""``sacred export``: a table of runs as a file for other programs."""

import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import IO, Annotated, Any

from sacred.cli.arguments import ColumnsOption, SortOption, list_names
from sacred.cli.call import Call, make_plain, tell, tell_problems, write_json
from sacred.cli.nothing import tell_unknown
from sacred.cli.parameters import Argument
from sacred.cli.values import count
from sacred.errors import StoreError, UsageError
from sacred.plugins.extras import require
from sacred.support.files import open_atomically
from sacred.support.printable import make_lines_printable, make_printable

_ENDINGS = (".csv", ".json", ".parquet")
Table = dict[str, list[Any]]


def export_runs(
    call: Call,
    query_or_file: Annotated[
        str | None,
        Argument(metavar="[QUERY]", help="Which runs; all without one, or with ''."),
    ] = None,
    file: Annotated[
        str | None,
        Argument(
            metavar="FILE",
            help="A name that ends with .csv, .json or .parquet; - is CSV on the output.",
        ),
    ] = None,
    columns: ColumnsOption = None,
    sort: SortOption = None,
) -> int:
    """Write a table of runs into a file.

    It has a row for each run, and a column for each field.
    """
    query, path = (None, query_or_file) if file is None else (query_or_file, file)
    if path is None:
        raise UsageError(f"name a file to write, which ends with {', '.join(_ENDINGS)}; - is the output")
    ending = ".csv" if path == "-" else os.path.splitext(path)[1]
    if ending not in _ENDINGS:
        raise UsageError(f'the name of the file ends with {", ".join(_ENDINGS)}: "{path}" does not')
    with call.open_store() as store:
        runs = store.runs(query, sort=list_names(sort) or None)
        table = runs.to_dict(list_names(columns) or None)
        tell_unknown(store, table if columns and runs else {}, list_names(sort))
        if path == "-":
            _write_csv(_Terminal() if call.is_terminal else sys.stdout, table)
        else:
            _write(path, ending, table)
        tell_problems(store)
    if call.as_json:
        write_json({"file": path, "runs": len(runs)})
    elif path != "-":
        tell(f"wrote {count(len(runs), 'run')} to {make_printable(path)}")
    return 0


def _write(path: str, ending: str, table: Table) -> None:
    try:
        if ending == ".parquet":
            _write_parquet(path, table)
            return
        write = _write_csv if ending == ".csv" else _write_json
        with open_atomically(path, durable=False) as binary:
            text = io.TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace", newline="")
            write(text, table)
            text.detach()  # flushes; the file is closed by who opened it
    except OSError as error:
        raise StoreError(f'"{path}" can\'t be written: {error.strerror or error}') from error


class _Terminal:
    """Standard output, where people look at it."""

    def write(self, text: str) -> int:
        """Write a part of a table."""
        return sys.stdout.write(make_lines_printable(text))


def _write_csv(file: "IO[str] | _Terminal", table: Table) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table)
    for row in zip(*table.values(), strict=True):
        writer.writerow(map(_make_cell, row))


def _make_cell(value: Any) -> Any:
    """Return a cell: texts and numbers as they are, moments as ISO text, what has parts as JSON."""
    if isinstance(value, float) or value is None:
        return value
    plain = make_plain(value)
    return json.dumps(plain) if isinstance(plain, dict | list | bool) else plain


def _write_json(file: IO[str], table: Table) -> None:
    file.write("[")
    for number, row in enumerate(_iter_rows(table)):
        file.write(",\n " if number else "\n ")
        file.write(json.dumps(make_plain(row), allow_nan=False))
    file.write("\n]\n")


def _iter_rows(table: Table) -> Iterator[Mapping[str, Any]]:
    for row in zip(*table.values(), strict=True):
        yield dict(zip(table, row, strict=True))


def _write_parquet(path: str, table: Table) -> None:
    require("polars", "A Parquet file")
    from sacred.reader.columns import make_ids_numbers
    from sacred.reader.frames import make_polars

    make_ids_numbers(table)
    frame = make_polars(table)
    with open_atomically(path, durable=False) as file:
        frame.write_parquet(file)
