"""``sacred logs``: what a run printed, at once or as it comes."""

import codecs
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from sacred.cli.arguments import RunArgument, choose_run
from sacred.cli.call import Call, tell, write_json
from sacred.cli.parameters import Option
from sacred.support.printable import find_begun_sequence, make_lines_printable, make_printable, render_output

if TYPE_CHECKING:
    from sacred.reader import Run

_PIECE = 1 << 20
_LONGEST_LINE = 1 << 16  # beyond it a line is written in parts


def show_output(
    call: Call,
    run: RunArgument = "last",
    follow: Annotated[
        bool, Option("--follow", short="-f", help="Go on with what comes, until the run has ended.")
    ] = False,
    tail: Annotated[
        int | None,
        Option("--tail", short="-n", metavar="NUMBER", least=1, help="Only the last lines of what is there."),
    ] = None,
    raw: Annotated[
        bool, Option("--raw", help="Byte for byte as it was printed, with its escape sequences.")
    ] = False,
) -> int:
    """Show what a run printed.

    Escape sequences are left out, so that nothing in it can change the terminal. Without a name it is the
    last one.
    """
    with call.open_store() as store:
        chosen = choose_run(store, run)
        if call.as_json:
            write_json({"id": chosen.id, "status": chosen.status, "output": chosen.output})
        elif follow:
            _follow(chosen, tail, raw=raw)
        else:
            _write_whole(chosen, tail, raw=raw)
    return 0


def _write_whole(run: "Run", tail: int | None, *, raw: bool) -> None:
    pieces: Iterator[bytes] = _read_pieces(run)
    if tail:
        pieces = iter([_keep_last_lines(pieces, tail)])
    if raw:
        sys.stdout.flush()
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    lines = _Lines()
    for piece in pieces:
        sys.stdout.write(lines.take(decoder.decode(piece)))
    sys.stdout.write(lines.finish())


def _read_pieces(run: "Run") -> Iterator[bytes]:
    start = 0
    while piece := run.read_output(start, start + _PIECE):
        yield piece
        start += len(piece)


def _keep_last_lines(pieces: Iterator[bytes], count: int) -> bytes:
    kept = b""
    for piece in pieces:
        lines = (kept + piece).splitlines(keepends=True)
        kept = b"".join(lines[-count:])
    return kept


def _follow(run: "Run", tail: int | None, *, raw: bool) -> None:
    from sacred.reader import OutputEvent, StatusEvent

    lines = _Lines(by_line=False)
    skipped = 0
    if tail:
        whole = run.output
        skipped = len(whole) - len("".join(whole.splitlines(keepends=True)[-tail:]))
    for event in run.follow():
        if isinstance(event, OutputEvent):
            text = event.text[skipped:]
            skipped = max(0, skipped - len(event.text))
            sys.stdout.write(text if raw else lines.take(text))
            sys.stdout.flush()
        elif isinstance(event, StatusEvent):
            status = event.status
    sys.stdout.write(lines.finish())
    tell(f"run {make_printable(run.id)}: {make_printable(status)}")


class _Lines:
    """Makes output printable that comes in pieces.

    Args:
        by_line: whole lines are written, so that what was overwritten is left out; else all that is there.
    """

    def __init__(self, *, by_line: bool = True) -> None:
        self._by_line = by_line
        self._held = ""

    def take(self, text: str) -> str:
        """Return what can be written now."""
        text = self._held + text
        if self._by_line:
            end = text.rfind("\n") + 1 or (len(text) if len(text) > _LONGEST_LINE else 0)
        else:
            end = len(text) - 1 if text.endswith("\r") else find_begun_sequence(text)
        self._held = text[end:]
        return self._make_printable(text[:end])

    def _make_printable(self, text: str) -> str:
        if self._by_line:
            return render_output(text)
        # each state of a progress bar is a line
        return make_lines_printable(text.replace("\r\n", "\n").replace("\r", "\n"))

    def finish(self) -> str:
        """Return the rest."""
        return self._make_printable(self._held)
