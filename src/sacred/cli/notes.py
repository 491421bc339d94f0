"""``sacred tag`` and ``sacred note``: what people add to a run afterwards."""

import os
import shlex
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Annotated

from sacred.cli.arguments import RunArgument, choose_run
from sacred.cli.call import Call, tell, write, write_json
from sacred.cli.parameters import Argument, Option
from sacred.errors import StoreError, UsageError
from sacred.support.printable import make_lines_printable, make_printable

if TYPE_CHECKING:
    from sacred.reader import Run


def tag_run(
    call: Call,
    run: RunArgument,
    tags: Annotated[
        list[str] | None,
        Argument(metavar="TAG…", help="Add these."),
    ] = None,
    remove: Annotated[
        list[str] | None,
        Option("--remove", short="-r", metavar="TAG", help="Remove this one; may be given again."),
    ] = None,
) -> int:
    """Tag a run, or show its tags."""
    if not all(map(str.strip, tags or ())):
        raise UsageError("a tag needs at least one character that can be seen")
    with call.open_store() as store:
        chosen = choose_run(store, run)
        absent = [tag for tag in remove or () if tag not in chosen.tags]
        if tags:
            chosen.tags.update(tags)
        if remove:
            chosen.tags.difference_update(remove)
        if call.as_json:
            write_json(list(chosen.tags))
        else:
            write([make_printable(tag) for tag in chosen.tags])
    if absent:
        raise StoreError(f"run {chosen.id} has no tag {', '.join(absent)}")
    if not chosen.tags and not call.as_json:
        tell(f"run {make_printable(chosen.id)} has no tags")
    return 0


def note_run(
    call: Call,
    run: RunArgument,
    text: Annotated[
        str | None,
        Argument(metavar="TEXT", help='The new text; "" removes it, - reads it from the input.'),
    ] = None,
    append: Annotated[bool, Option("--append", short="-a", help="Add TEXT as a further line.")] = False,
    edit: Annotated[bool, Option("--edit", short="-e", help="Change it in $EDITOR.")] = False,
) -> int:
    """Show the notes on a run, or write them."""
    if append and text is None:
        raise UsageError("--append needs the text")
    if edit and text is not None:
        raise UsageError("give the text, or --edit it")
    with call.open_store() as store:
        chosen = choose_run(store, run)
        new = _edit(chosen.notes) if edit else _get_text(chosen, text, append)
        if new is not None and new != chosen.notes:
            chosen.notes = new
        _show(call, chosen, is_new=new is not None)
    return 0


def _show(call: Call, run: "Run", *, is_new: bool) -> None:
    if call.as_json:
        write_json({"id": run.id, "notes": run.notes})
    elif run.notes:
        write([make_lines_printable(run.notes)])
    else:
        tell(f"run {make_printable(run.id)} has no notes{' any more' if is_new else ''}")


def _get_text(run: "Run", text: str | None, append: bool) -> str | None:
    if text == "-":
        text = sys.stdin.read().rstrip("\n")
    if append and text is not None and run.notes:
        return f"{run.notes}\n{text}"
    return text


def _edit(text: str) -> str:
    """Let the user's editor change a text."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "notes.txt")
        with open(path, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        try:
            done = subprocess.run([*shlex.split(editor), path], check=False)  # noqa: S603 - the user's own editor
        except (OSError, ValueError) as error:
            raise StoreError(f'the editor "{editor}" can\'t be started: {error}; set EDITOR') from error
        if done.returncode:
            raise StoreError(f'the editor "{editor}" failed, so the notes stay as they were')
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().rstrip("\n")
