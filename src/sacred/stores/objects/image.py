"""Parts of runs on this machine: what reads run folders needs folders.

They are in a temporary folder that goes with the store, and only of the last few runs that were asked for.
"""

import contextlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping

from sacred.stores.objects.place import Found, Place

_MOST_RUNS = 4


class Image:
    """A folder with parts of runs.

    Args:
        place: where the runs are.
        list_run: gives the objects of a run.
    """

    def __init__(self, place: Place, list_run: Callable[[str], Mapping[str, Found]]) -> None:
        self._place = place
        self._list_run = list_run
        self._root: str | None = None
        self._brought: dict[str, tuple[str, dict[str, str]]] = {}  # folder, and stamps by name, of each run

    @property
    def root(self) -> str:
        """The folder; made when it is first asked for."""
        if self._root is None:
            self._root = tempfile.mkdtemp(prefix="sacred-")
            weakref.finalize(self, shutil.rmtree, self._root, ignore_errors=True)
        return self._root

    def bring(self, run_id: str, is_wanted: Callable[[str], bool]) -> str:
        """Return a folder with the wanted files of a run as they are now.

        Args:
            run_id: the run.
            is_wanted: tells by a file's name, which has no ``/`` in it.

        Raises:
            StoreError: the storage can't be read.
        """
        found = self._list_run(run_id)
        wanted = {name: one for name, one in found.items() if "/" not in name and is_wanted(name)}
        folder = self._make_room(run_id)
        known = self._brought[run_id][1]
        for name in [name for name in known if name not in wanted and is_wanted(name)]:
            del known[name]
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))
        changed = [name for name, one in wanted.items() if known.get(name) != one.stamp]
        self._download(run_id, {name: os.path.join(folder, name) for name in changed})
        known.update((name, wanted[name].stamp) for name in changed)
        return folder

    def _download(self, run_id: str, paths: Mapping[str, str]) -> None:
        try:
            self._place.download({f"{run_id}/{name}": path for name, path in paths.items()})
        except FileNotFoundError:  # something has gone since the listing
            for name, path in paths.items():
                with contextlib.suppress(FileNotFoundError):
                    self._place.download({f"{run_id}/{name}": path})

    def _make_room(self, run_id: str) -> str:
        folder, stamps = self._brought.pop(run_id, ("", {}))
        if not folder and len(self._brought) == _MOST_RUNS:
            folder = self._empty(next(iter(self._brought)))
        # not every id can be the name of a folder here
        folder = folder or tempfile.mkdtemp(dir=self.root)
        self._brought[run_id] = folder, stamps  # the last one that was asked for
        return folder

    def _empty(self, run_id: str) -> str:
        """Take the folder of a run for another one: making one takes milliseconds on some disks."""
        folder, stamps = self._brought.pop(run_id)
        for name in stamps:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(folder, name))
        return folder

    def name_places(self, text: str) -> str:
        """Return a text with the places that people know instead of temporary folders."""
        for run_id, (folder, _) in self._brought.items():
            text = text.replace(folder, f"{self._place.location}/{run_id}")
        return text

    def drop(self, run_id: str) -> None:
        """Remove what was brought of a run."""
        folder, _ = self._brought.pop(run_id, ("", {}))
        if folder:
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove the folder."""
        root, self._root = self._root, None
        self._brought.clear()
        if root is not None:
            shutil.rmtree(root, ignore_errors=True)


def draw(root: str, found: Mapping[str, Found], names: Iterable[str]) -> None:
    """Make files of the names and sizes of objects, without their content: it takes no room.

    A name that no file can have is left out: nothing is made outside of ``root``.
    """
    for name in names:
        parts = name.split("/")
        if not name or "\0" in name or not {"", ".", ".."}.isdisjoint(parts):
            continue
        path = os.path.join(root, *parts)
        # too long, or an object is called as a folder of others is; or a lone surrogate
        with contextlib.suppress(OSError, ValueError):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "xb") as file:
                file.truncate(found[name].size_bytes)
