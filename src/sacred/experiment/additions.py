"""What the cells of a notebook add to an experiment: a cell that is executed again replaces what it added."""

from collections.abc import Callable, MutableMapping
from typing import Any

from sacred.support.ipython import find_cell

Places = dict[int, int]


class Additions:
    """Adds to the lists and dictionaries of an experiment or ingredient that is made in a session of IPython.

    What a cell adds takes the place of what the same cell added when it was executed before: in the same
    place, since seeds follow from the order.
    """

    def __init__(self) -> None:
        self._executions: dict[str, _Execution] = {}

    def append(self, items: list[Any], item: Any, stays: bool = False) -> None:
        """Append to a list.

        Args:
            items: the list.
            item: what is appended.
            stays: it is not removed when it is replaced, but moved to the end: somebody may still have it.
        """
        execution = self._find_execution()
        if execution is None:
            items.append(item)
        else:
            execution.append(items, item, stays)

    def free(self, items: MutableMapping[str, Any], name: str) -> None:
        """Remove a name from a dictionary if an earlier execution, be it of another cell, has put it."""
        present = self._find_execution()
        for execution in self._executions.values():
            if execution is not present and (id(items), name) in execution.names:
                items.pop(name, None)
                execution.names.discard((id(items), name))

    def note(self, items: MutableMapping[str, Any], name: str) -> None:
        """Note that the present cell has put a name into a dictionary."""
        execution = self._find_execution()
        if execution is not None:
            execution.names.add((id(items), name))
            execution.undo.append(lambda _: execution.remove(items, name))

    def _find_execution(self) -> "_Execution | None":
        """Return the present execution, having taken back what an earlier one of the same cell added."""
        cell = find_cell()
        if cell is None:
            return None
        earlier = self._executions.get(cell.key)
        if earlier is None or earlier.number != cell.number:
            places = earlier.take_back() if earlier is not None else {}
            self._executions[cell.key] = _Execution(cell.number, places)
        return self._executions[cell.key]


class _Execution:
    """What one execution of a cell has added.

    Args:
        number: which one of the session.
        places: where in each list, by its ``id``, the next item belongs if not at the end.

    Attributes:
        names: what it has put into dictionaries, by their ``id``.
        undo: what takes it all back, and notes where it was.
    """

    def __init__(self, number: int, places: Places) -> None:
        self.number = number
        self.names: set[tuple[int, str]] = set()
        self.undo: list[Callable[[Places], None]] = []
        self._places = places

    def append(self, items: list[Any], item: Any, stays: bool) -> None:
        if id(items) in self._places:
            items.insert(self._places[id(items)], item)
            self._places[id(items)] += 1
        else:
            items.append(item)

        def undo(places: Places) -> None:
            place = next((place for place, one in enumerate(items) if one is item), None)
            if place is not None:  # else somebody has removed it
                del items[place]
                places.setdefault(id(items), place)
                if stays:
                    items.append(item)

        self.undo.append(undo)

    def remove(self, items: MutableMapping[str, Any], name: str) -> None:
        if (id(items), name) in self.names:  # else another cell has put another one there
            items.pop(name, None)

    def take_back(self) -> Places:
        """Take everything back, and return the places for what follows."""
        places: Places = {}
        for undo in self.undo:
            undo(places)
        return places
