"""``sacred rm``, ``restore`` and ``gc``: runs into the trash, out of it, and away for good."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from sacred.cli.arguments import choose_run
from sacred.cli.call import Call, tell, write, write_json
from sacred.cli.parameters import Argument, Option
from sacred.cli.values import count
from sacred.errors import UsageError
from sacred.support.printable import make_printable
from sacred.support.progress import format_bytes

if TYPE_CHECKING:
    from sacred.reader import Store
    from sacred.stores.base import Garbage

_MOST_IDS = 10
_QUERY_SIGNS = frozenset(" =<>()[]!'\"")

_YesOption = Annotated[bool, Option("--yes", short="-y", help="Don't ask.")]


def remove_runs(
    call: Call,
    which: Annotated[
        list[str],
        Argument(metavar="RUN…|QUERY", help="Ids, or one query."),
    ],
    yes: _YesOption = False,
) -> int:
    """Move runs into the trash of the store; it asks before.

    sacred restore brings them back, sacred gc removes them for good.
    """
    with call.open_store() as store:
        ids = _choose(store, which)
        if ids and _ask(f"Move {_describe(ids)} of {make_printable(store.location)} into the trash?", yes):
            store.delete([*ids])
        elif ids:
            return 1
        if call.as_json:
            write_json({"removed": ids})
        elif ids:
            tell(f"{count(len(ids), 'run')} moved into the trash; sacred restore brings them back")
        else:
            tell("no run fits, nothing was removed")
    return 0


def _choose(store: "Store", words: Sequence[str]) -> list[str]:
    """Return the ids that are meant: by one query, or one by one."""
    if not all(word.strip() for word in words):
        raise UsageError("an empty query would be all runs: name them, or give a query that says so")
    if len(words) == 1 and _QUERY_SIGNS & set(words[0]) and words[0] not in store:
        return store.runs(words[0]).ids
    return list(dict.fromkeys(choose_run(store, word).id for word in words))


def _describe(ids: Sequence[str]) -> str:
    names = ", ".join(map(make_printable, ids[:_MOST_IDS])) + (", …" if len(ids) > _MOST_IDS else "")
    return f"run {names}" if len(ids) == 1 else f"{count(len(ids), 'run')} ({names})"


def _ask(question: str, yes: bool) -> bool:
    """Ask the user, and return whether it shall be done."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("nobody can be asked here: --yes does it")
    sys.stdout.flush()
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() in {"y", "yes"}:
        return True
    tell("nothing was removed")
    return False


def restore_runs(
    call: Call,
    ids: Annotated[
        list[str] | None,
        Argument(metavar="ID…", help="Which ones, by their ids."),
    ] = None,
) -> int:
    """Bring runs back from the trash, or list what is in it."""
    with call.open_store() as store:
        if ids:
            store.restore(ids)
            if not call.as_json:
                tell(f"{count(len(ids), 'run')} brought back")
        trash = store.trash
        if call.as_json:
            write_json({"restored": ids or [], "trash": trash})
        elif not ids and trash:
            write(map(make_printable, trash))
        elif not ids:
            tell(f"the trash of {make_printable(store.location)} is empty")
    return 0


def collect_garbage(
    call: Call,
    yes: _YesOption = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Only tell what would be removed.")] = False,
) -> int:
    """Empty the trash, and remove files that no run needs; it asks before.

    Those are stored sources and resources, and what is left of interrupted writing.
    """
    with call.open_store() as store:
        garbage = store.collect_garbage(dry_run=True)
        is_empty = not (garbage.runs or garbage.files)
        if not is_empty and not dry_run:
            if not _ask(
                f"Remove {_describe_garbage(garbage)} from {make_printable(store.location)} for good?", yes
            ):
                return 1
            garbage = store.collect_garbage()
    if call.as_json:
        write_json(_plain(garbage))
    elif is_empty:
        tell("nothing to remove")
    else:
        write([f"{'would remove' if dry_run else 'removed'} {_describe_garbage(garbage)}"])
    return 0


def _describe_garbage(garbage: "Garbage") -> str:
    parts = [count(garbage.runs, "run")] if garbage.runs else []
    parts += [count(garbage.files, "unneeded file")] if garbage.files else []
    return f"{' and '.join(parts) or 'nothing'} ({format_bytes(garbage.size_bytes)})"


def _plain(garbage: "Garbage") -> dict[str, Any]:
    return {"runs": garbage.runs, "files": garbage.files, "size": garbage.size_bytes}
