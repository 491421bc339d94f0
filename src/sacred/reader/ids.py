"""Which run is meant: by its id, its place from the end, or the beginning of its id."""

import re

from sacred.errors import RunNotFoundError
from sacred.query.nodes import Field, SortKey
from sacred.reader.locked import LockedStore
from sacred.support.printable import make_printable
from sacred.support.text import find_close

FEWEST_CHARACTERS = 3
"""Of the beginning of an id."""
_MOST_NAMES = 5
_LAST = re.compile(r"last(?:~(\d{1,9}))?")
_BY_START = (SortKey(Field(("start_time",)), descending=True),)


def find_id(store: LockedStore, key: int | str) -> str:
    """Return the id that is meant.

    Args:
        store: where to look.
        key: an id, ``last``, ``last~2``, or the beginning of one id that is not a number.

    Raises:
        RunNotFoundError: there is none, or there are several.
    """
    text = str(key)
    if has_id(store, text):
        return text
    if found := _LAST.fullmatch(text):
        return _find_last(store, int(found[1] or 0))
    ids = store.find_ids()  # and with them the problems
    if reasons := list_reasons(store, text):
        raise RunNotFoundError(f"Run {text} in {store.location} can't be read: {reasons[-1]}")
    fitting = [one for one in ids if _is_beginning(text, one)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        shown = ", ".join(fitting[:_MOST_NAMES]) + (", …" if len(fitting) > _MOST_NAMES else "")
        said = f"{len(fitting)} runs in {store.location} begin with {text}: {shown}"
        raise RunNotFoundError(make_printable(said))
    raise RunNotFoundError(_describe_miss(store.location, text, ids))


def list_reasons(store: LockedStore, run_id: str) -> list[str]:
    """Return why a run, or a part of it, could not be read so far."""
    messages = [problem.message for problem in store.problems if problem.run_id == run_id]
    return [message.removeprefix(f"Run {run_id}: ") for message in messages]


def has_id(store: LockedStore, run_id: str) -> bool:
    """Tell whether a store has a run of exactly this id."""
    return run_id in store.load([run_id])


def _find_last(store: LockedStore, back: int) -> str:
    found = store.find_ids(sort=_BY_START, limit=1, offset=back)
    if found:
        return found[0]
    count = store.count()
    if not count:
        raise RunNotFoundError(f"There are no runs in {store.location}")
    plural = "run" if count == 1 else "runs"
    raise RunNotFoundError(f"There is no last~{back} in {store.location}: it has {count} {plural}")


def _is_beginning(text: str, run_id: str) -> bool:
    return (
        len(text) >= FEWEST_CHARACTERS
        and run_id.startswith(text)
        and not (run_id.isascii() and run_id.isdigit())
    )


def _describe_miss(location: str, text: str, ids: list[str]) -> str:
    shown = text if text.isalnum() else f'"{make_printable(text)}"'
    missing = f"There is no run {shown} in {location}"
    if not ids:
        return f"{missing}: it has no runs"
    close = [] if text.isdigit() else find_close(text, [*ids, "last"])
    if close:
        return make_printable(f"{missing}; did you mean {' or '.join(close)}?")
    return make_printable(f"{missing}; the last one is {ids[-1]}")
