"""What to say where a list is empty, or a column is: perhaps a name is wrong."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sacred.cli.call import tell
from sacred.cli.values import count
from sacred.support.printable import make_printable

if TYPE_CHECKING:
    from sacred.reader import Runs, Store


def describe_nothing(store: "Store", query: str | None, runs: "Runs") -> str:
    """Return why there is nothing to show."""
    place = make_printable(store.location)
    total = store.count() if query else 0
    if not total or not query:
        return f"no runs in {place} yet: run an experiment, or name another place with --store"
    hints = "".join(f"\n  {make_printable(hint)}" for hint in runs.hints)
    return f"none of the {count(total, 'run')} in {place} fits{hints}"


def tell_unknown(store: "Store", table: Mapping[str, list[Any]], sort: Iterable[str] = ()) -> None:
    """Say which fields that were asked for no run has, and what is near.

    Args:
        store: where they were asked for.
        table: the columns that were asked for by name.
        sort: the fields that it is sorted by.
    """
    empty = [name for name, column in table.items() if all(value is None for value in column)]
    for sentence in store.list_unknown([*empty, *sort]) if empty or sort else ():
        tell(f"Warning: {make_printable(sentence)}")
