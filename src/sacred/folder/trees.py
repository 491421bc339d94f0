"""Copying folders of any size into a run folder, and again only what changed in them.

The walk is not recursive, and what it remembers is eight bytes a file, so that neither depth nor number
matters.
"""

import contextlib
import errno
import os
import stat
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sacred.folder.files import check_inside, copy_file, get_state, has_size, is_fresh, make_folder
from sacred.support.file_copy import check_regular, is_same_content, open_regular
from sacred.support.progress import Progress
from sacred.support.spool import write_all

MOST_LEFT_OUT = 100
"""How many of the paths that could not be copied are named."""

_SMALL_BYTES = 1 << 18
_HASH_MASK = (1 << 64) - 1

Identity = tuple[int, int]
SetAside = Callable[[str, str], str | None]


class TreeRecord:
    """What is known of the copy of a folder, for the time when it is made again.

    Attributes:
        file_count: how many files the folder had, as far as they could be copied.
        byte_count: their size.
        left_out: ``[path in the folder, reason]`` of what could not be copied, or the first of them.
    """

    def __init__(self) -> None:
        self.file_count = 0
        self.byte_count = 0
        self.left_out: list[list[str]] = []
        self._known = array("Q")  # sorted: a set would take ten times as much

    def knows(self, mark: int) -> bool:
        """Tell whether a file of this path and state was copied."""
        place = bisect_left(self._known, mark)
        return place < len(self._known) and self._known[place] == mark

    def replace_marks(self, marks: "array[int]") -> None:
        """Take these files for the ones that were copied."""
        self._known = array("Q", sorted(marks))


class _Folder(NamedTuple):
    """A folder on the way: where it is, its path in the copy, and in which folders it lies."""

    path: str
    inner: str
    above: frozenset[Identity]


def copy_tree(
    source: str, target: str, record: TreeRecord | None = None, set_aside: SetAside | None = None
) -> bool:
    """Copy a folder's files and subfolders into another folder, over what is there.

    Links are followed, but not into a folder that they are in, and into each folder once: a further link to
    it is one in the copy, too. ``target`` may lie in ``source``.

    Args:
        source: the folder.
        target: made when it is missing.
        record: of the same copy made before; what did not change since is not read again.
        set_aside: called with a file's path in the folder, and its place, before another one takes that;
            gives it a second name, and returns that, or None.

    Returns:
        Whether one of the files changed while it was copied.

    Raises:
        OSError: something could not be copied; all the rest is there.
    """
    copying = _TreeCopy(source, target, record or TreeRecord(), set_aside)
    copying.run()
    if copying.problem_count:
        first, path = copying.first_problem
        others = f" (and {copying.problem_count - 1} more)" if copying.problem_count > 1 else ""
        raise OSError(first.errno, f"{first.strerror or first}: {path}{others}") from first
    return copying.has_changed


class _TreeCopy:
    """One copying of a folder."""

    def __init__(self, source: str, target: str, record: TreeRecord, set_aside: SetAside | None) -> None:
        self.has_changed = False
        self.problem_count = 0
        self.first_problem: tuple[OSError, str] = (OSError(), "")
        self._source, self._target = source, target
        self._record = record
        self._set_aside = set_aside
        self._is_new = not os.path.lexists(target)
        self._marks = array("Q")
        self._places: dict[Identity, str] = {}  # of files with several names, and of folders behind links
        self._links: list[tuple[str, str]] = []
        self._progress = Progress(f'Copying the folder "{os.path.basename(os.path.normpath(source))}"')

    def run(self) -> None:
        """Copy all that can be."""
        record = self._record
        record.file_count = record.byte_count = 0
        record.left_out = []
        make_folder(self._target)
        self._excluded = _identify(os.stat(self._target))
        waiting = [_Folder(self._source, "", frozenset(_iter_above(self._source)))]
        while waiting:
            waiting += self._copy_entries(waiting.pop())
        for path, inner in self._links:
            with self._noting(path, inner):
                self._copy_linked(path, inner)
        record.replace_marks(self._marks)

    def _copy_entries(self, folder: _Folder) -> Iterator[_Folder]:
        """Copy the files of a folder, and yield its subfolders."""
        with self._noting(folder.path, folder.inner):
            if not self._is_new:
                check_inside(self._find_place(folder.inner), self._target)
            with os.scandir(folder.path) as entries:
                for entry in entries:
                    yield from self._copy_entry(entry, folder)

    def _copy_entry(self, entry: "os.DirEntry[str]", folder: _Folder) -> Iterator[_Folder]:
        inner = os.path.join(folder.inner, entry.name)
        with self._noting(entry.path, inner):
            yield from self._copy_any(entry, inner, folder.above)

    def _copy_any(
        self, entry: "os.DirEntry[str]", inner: str, above: frozenset[Identity]
    ) -> Iterator[_Folder]:
        found = entry.stat()
        if stat.S_ISDIR(found.st_mode):
            identity = _identify(found)
            if identity != self._excluded and identity not in above:
                yield from self._enter(entry, inner, identity, above)
        elif entry.is_symlink() and stat.S_ISREG(found.st_mode):
            self._links.append((entry.path, inner))  # later: what it leads to may be among the rest
        else:
            self._copy_file(entry.path, inner, found)

    def _enter(
        self, entry: "os.DirEntry[str]", inner: str, identity: Identity, above: frozenset[Identity]
    ) -> Iterator[_Folder]:
        place = self._find_place(inner)
        if entry.is_symlink():
            # each once: links that lead to each other would else make endless copies
            first = self._places.setdefault(identity, place)
            if first != place:
                if not os.path.lexists(place):
                    os.symlink(os.path.relpath(first, os.path.dirname(place)), place)
                return
        make_folder(place)
        yield _Folder(entry.path, inner, above | {identity})

    def _copy_linked(self, path: str, inner: str) -> None:
        """Give the copy of a file that a link leads to a second name, or copy it."""
        found = os.stat(path)
        real, root = os.path.realpath(path), os.path.join(os.path.realpath(self._source), "")
        first = self._find_place(real.removeprefix(root)) if real.startswith(root) else ""
        if not first or not has_size(first, found.st_size) or not self._link(first, inner):
            self._copy_file(path, inner, found)
        else:
            self._count(found.st_size)

    def _link(self, first: str, inner: str) -> bool:
        place = self._find_place(inner)
        try:
            if self._is_new:
                os.link(first, place)
        except OSError:  # a file system without them
            return False
        return self._is_new

    def _copy_file(self, path: str, inner: str, found: os.stat_result) -> None:
        identity = _identify(found)
        first = self._places.get(identity) if found.st_nlink > 1 else None
        if first is None or not self._link(first, inner):
            self._copy_content(path, inner, found)
            if found.st_nlink > 1:
                self._places[identity] = self._find_place(inner)
        self._count(found.st_size)

    def _copy_content(self, path: str, inner: str, found: os.stat_result) -> None:
        check_regular(found, path)
        place = self._find_place(inner)
        state = get_state(found)
        mark = hash((inner, state)) & _HASH_MASK
        if self._is_new and found.st_size <= _SMALL_BYTES:
            has_changed = _copy_small(path, place, state)
        elif self._is_there(path, place, found, mark):
            has_changed = False
        else:
            has_changed = self._replace(path, inner, place)
        self.has_changed |= has_changed
        if not has_changed and not is_fresh(state):
            self._marks.append(mark)

    def _replace(self, path: str, inner: str, place: str) -> bool:
        aside = None
        if self._set_aside is not None and not self._is_new:
            aside = self._set_aside(inner, place)
        try:
            return copy_file(path, place)
        except OSError:
            if aside is not None:
                os.unlink(aside)
            raise

    def _is_there(self, path: str, place: str, found: os.stat_result, mark: int) -> bool:
        """Tell whether the copy has this very content."""
        if self._is_new or not has_size(place, found.st_size):
            return False
        return self._record.knows(mark) or os.path.samefile(path, place) or is_same_content(path, place)

    def _count(self, size: int) -> None:
        self._record.file_count += 1
        self._record.byte_count += size
        self._progress.advance(size)

    def _find_place(self, inner: str) -> str:
        return os.path.join(self._target, inner) if inner else self._target

    @contextlib.contextmanager
    def _noting(self, path: str, inner: str) -> Iterator[None]:
        """Note what fails, and let the rest go on."""
        try:
            yield
        except (OSError, ValueError) as error:
            problem = error if isinstance(error, OSError) else OSError(errno.EINVAL, str(error))
            if not self.problem_count:
                self.first_problem = (problem, path)
            self.problem_count += 1
            if len(self._record.left_out) < MOST_LEFT_OUT:
                self._record.left_out.append([inner, problem.strerror or str(problem)])


def _copy_small(path: str, place: str, state: tuple[int, ...] | None) -> bool:
    """Copy a file to a new one in one go, and return whether it changed meanwhile."""
    with open_regular(path) as reader:
        content = reader.read()
        after = get_state(os.fstat(reader.fileno()))
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        write_all(descriptor, content)
    except OSError:
        os.unlink(place)  # a part of it would look like the file
        raise
    finally:
        os.close(descriptor)
    return after != state


def _identify(found: os.stat_result) -> Identity:
    return found.st_dev, found.st_ino


def _iter_above(path: str) -> Iterator[Identity]:
    """Yield a folder and all that it lies in: a link to one of these leads back."""
    real = os.path.realpath(path)
    while True:
        yield _identify(os.stat(real))
        parent = os.path.dirname(real)
        if parent == real:
            return
        real = parent
