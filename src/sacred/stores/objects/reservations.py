"""Ids that are taken for runs which are just being added: ``.adding/ID`` says by which process.

An object storage has no rename: a run's objects come one after another, under its id. So the id is taken
first, by an object that only one process can create.
"""

import json
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import count

from sacred.errors import StoreError
from sacred.folder import layout
from sacred.folder.lock import describe_process, is_gone
from sacred.stores.objects.place import Found, Place
from sacred.stores.objects.scan import is_possible, list_run

FOLDER = ".adding"

_STALE_SECONDS = 86_400.0
_WRITING_SECONDS = 60.0
_MOST_TRIES = 1000


class Reservations:
    """Takes ids.

    Args:
        place: where the runs are.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._content = json.dumps(describe_process(), sort_keys=True).encode()

    def take(self, wanted: str, known: AbstractSet[str]) -> str:
        """Return the id that was wanted if it is free, else the next number, and keep others from it.

        Args:
            wanted: an id.
            known: ids that are there for sure.

        Raises:
            StoreError: no id can be had.
        """
        if is_possible(wanted) and wanted not in known and self._try(wanted):
            return wanted
        numbers = [int(one) for one in known if one.isascii() and one.isdigit()]
        for number in count(max(numbers, default=0) + 1):
            if self._try(str(number)):
                return str(number)
            if number > max(numbers, default=0) + _MOST_TRIES:
                break
        raise StoreError(f'No free id was found in "{self._place.location}"')

    def _try(self, run_id: str) -> bool:
        name = f"{FOLDER}/{run_id}"
        is_left = False
        if not self._place.create(name, self._content):
            is_left = self._is_stale(name)
            if not is_left:
                return False
            self._place.write(name, self._content)
        present = list_run(self._place, run_id)
        if layout.RUN in present or (present and not is_left):  # somebody was faster, and is done
            self.give_back(run_id)
            return False
        self._place.remove(f"{run_id}/{inner}" for inner in present)
        return True

    def give_back(self, run_id: str) -> None:
        """Let go of an id: its run is there, or will not come."""
        self._place.remove([f"{FOLDER}/{run_id}"])

    def _is_stale(self, name: str) -> bool:
        """Tell whether the process that took an id has ended without a word."""
        try:
            found = json.loads(self._place.read(name))
        except FileNotFoundError:
            return False
        except ValueError:
            return self._is_old(name)  # on a disk it may be just being written
        return is_gone(found) if isinstance(found, dict) else self._is_old(name)

    def _is_old(self, name: str) -> bool:
        found = self._place.find([name])
        return name in found and 0 < found[name].changed < time.time() - _WRITING_SECONDS

    def find_stale(self, objects: Mapping[str, Found]) -> set[str]:
        """Return the ids that were taken by processes which have ended, or longer ago than a day."""
        taken = {name: one for name, one in objects.items() if name.startswith(f"{FOLDER}/")}
        latest = time.time() - _STALE_SECONDS
        return {
            name.removeprefix(f"{FOLDER}/")
            for name, one in taken.items()
            if 0 < one.changed < latest or self._is_stale(name)
        }
