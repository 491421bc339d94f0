"""``sacred copy``: runs from one store into another."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

from sacred.cli.arguments import QueryArgument
from sacred.cli.call import Call, tell, write, write_json
from sacred.cli.parameters import Argument
from sacred.cli.values import count
from sacred.errors import UsageError
from sacred.support.printable import make_printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sacred.stores.transfer import CopyReport

_MOST_LINES = 20


def copy_runs(
    call: Call,
    source: Annotated[str, Argument(metavar="FROM", help="The store with the runs.")],
    target: Annotated[
        str,
        Argument(metavar="TO", help="The other store; a folder is made if needed."),
    ],
    query: QueryArgument = None,
) -> int:
    """Copy runs into another store of any kind.

    What is there already is left out, so an interrupted copy can be started again.
    """
    if call.location is not None:
        raise UsageError("copy takes both stores as arguments, and no --store")
    with call.open_store(source) as store:
        report = store.copy_to(target, query, progress=None if call.as_json else _make_progress())
    if call.as_json:
        write_json(_describe(report))
    else:
        write([_summarize(report)])
        _tell_failures(report)
    return 1 if report.failed else 0


def _describe(report: "CopyReport") -> dict[str, Any]:
    failed = [{"id": one.run_id, "reason": one.message} for one in report.failed]
    return {"copied": report.copied, "skipped": report.skipped, "running": report.running, "failed": failed}


def _summarize(report: "CopyReport") -> str:
    parts = [f"copied {count(len(report.copied), 'run')}"]
    if report.skipped:
        parts.append(f"{len(report.skipped):,} were there already")
    if report.running:
        parts.append(f"{len(report.running):,} under way left out (copy again after the end)")
    if report.failed:
        parts.append(f"{len(report.failed):,} failed")
    return ", ".join(parts)


def _tell_failures(report: "CopyReport") -> None:
    for problem in report.failed[:_MOST_LINES]:
        tell(f"Error: {make_printable(problem.message)}")
    if len(report.failed) > _MOST_LINES:
        tell(f"Error: and {len(report.failed) - _MOST_LINES:,} more")


def _make_progress() -> "Callable[[int, int], None] | None":
    """Return what shows on a terminal how far the copy is."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\r\x1b[K" if done >= total else ""
        sys.stderr.write(f"\r{done:,} of {count(total, 'run')} \x1b[K{end}")
        sys.stderr.flush()

    return show
