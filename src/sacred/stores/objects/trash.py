"""The trash of an object storage, laid out as that of a folder, and what nobody needs any more.

A run lies in ``.trash/ID/``; one that was deleted while another one of its id was there lies in
``.trash/.2/ID/``, and so on: the highest number is the one that was deleted last.
"""

import re
import time
from collections.abc import Collection, Iterator, Mapping

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.stores.base import Garbage, sort_ids
from sacred.stores.folders.paths import SHARED_FOLDERS, TRASH
from sacred.stores.objects.place import Found, Place
from sacred.stores.objects.reservations import FOLDER as RESERVATIONS
from sacred.stores.objects.reservations import Reservations
from sacred.stores.objects.scan import list_run

_AGAIN = re.compile(r"\.([1-9][0-9]*)")
_GRACE_SECONDS = 86_400.0
"""A run that is just starting has stored its sources, and does not name them yet."""


class Trash:
    """Moves runs to the trash and back, and empties it.

    Args:
        place: where the runs are.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    def delete(self, run_id: str) -> None:
        """Move a run to the trash; it is in one of the two places at any time, for a moment in both."""
        found = list_run(self._place, run_id)
        number = max((one for one, known in self._list_runs() if known == run_id), default=0) + 1
        self._move(found, f"{run_id}/", _name_place(number, run_id))

    def list_ids(self) -> list[str]:
        """Return the ids of the runs in the trash."""
        return sort_ids(run_id for _, run_id in self._list_runs())

    def restore(self, run_id: str) -> None:
        """Bring a run back, of several the one that was deleted last.

        Raises:
            StoreError: there is none, or there is another run of this id by now.
        """
        numbers = [number for number, known in self._list_runs() if known == run_id]
        if not numbers:
            raise StoreError(f'There is no run "{run_id}" in the trash of "{self._place.location}"')
        if list_run(self._place, run_id):
            raise StoreError(f'There is another run "{run_id}" in "{self._place.location}" by now')
        prefix = _name_place(max(numbers), run_id)
        found = {name[len(prefix) :]: one for name, one in self._place.list(prefix).items()}
        self._move(found, prefix, f"{run_id}/")

    def _move(self, found: Mapping[str, Found], start: str, target: str) -> None:
        # a run is where its run.json is
        names = sorted(found, key=lambda name: name == layout.RUN)
        for name in names:
            self._place.copy(start + name, target + name)
        self._place.remove(start + name for name in reversed(names))

    def _list_runs(self) -> list[tuple[int, str]]:
        """Return the numbers and ids of what is in the trash."""
        return [run for name in self._place.list(f"{TRASH}/") if (run := _parse(name)) is not None]

    def collect_garbage(self, used: Collection[str] | None, *, dry_run: bool) -> Garbage:
        """Remove what nobody needs, or tell what that would be.

        Args:
            used: names of the sources and resources that runs refer to; None if that can't be told.
            dry_run: remove nothing.
        """
        objects = self._place.list()
        trash = {name: one for name, one in objects.items() if name.startswith(f"{TRASH}/")}
        runs = sum(_parse(name) is not None for name in trash)
        rest = dict(self._iter_rest(objects, used))
        if not dry_run:
            self._place.remove([*trash, *rest])
        size = sum(one.size_bytes for one in [*trash.values(), *rest.values()])
        return Garbage(runs=runs, files=len(rest), size_bytes=size)

    def _iter_rest(
        self, objects: Mapping[str, Found], used: Collection[str] | None
    ) -> Iterator[tuple[str, Found]]:
        """Yield sources and resources that no run refers to, and what a run left that was not added whole."""
        latest = time.time() - _GRACE_SECONDS
        stale = Reservations(self._place).find_stale(objects)
        for name, found in objects.items():
            top, _, inner = name.partition("/")
            if top in SHARED_FOLDERS:
                is_needed = used is None or name in used or not 0 < found.changed < latest
            elif top == RESERVATIONS:
                is_needed = inner not in stale
            else:
                is_needed = top not in stale or f"{top}/{layout.RUN}" in objects
            if not is_needed:
                yield name, found


def _name_place(number: int, run_id: str) -> str:
    return f"{TRASH}/.{number}/{run_id}/" if number > 1 else f"{TRASH}/{run_id}/"


def _parse(name: str) -> tuple[int, str] | None:
    """Return number and id if an object is the ``run.json`` of a run in the trash."""
    _, *parts = name.split("/")
    again = _AGAIN.fullmatch(parts[0])
    number = int(again[1]) if again and len(parts) > 1 else 1
    inner = parts[1:] if number > 1 else parts
    return (number, inner[0]) if len(inner) == 2 and inner[1] == layout.RUN else None
