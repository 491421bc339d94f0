"""Taking over what a local folder has into the run folder behind it, on a file system with a server."""

import contextlib
import os
from collections.abc import Iterator

from sacred.folder import layout
from sacred.folder.front import read_front_note, save_front_note
from sacred.folder.journal_files import EXTENSIONS, create_journal, find_journals
from sacred.folder.metrics import write_metrics_json
from sacred.folder.mirror_files import Document, FileOfLines, GrowingFile, JournalCopy, State
from sacred.folder.output import remove_files

PREFIXES = ("metrics", layout.SYSTEM)
"""What the names of journals begin with."""

_NOT_AS_FILES = {layout.LOCK, layout.RECOVER_LOCK, layout.MIRROR, layout.MERGE, layout.RUN}
_GROWING = {layout.OUTPUT, layout.RAW_OUTPUT, *layout.STREAMS}
_JOURNAL_ENDS = tuple(f".{extension}" for extension in EXTENSIONS)


class Copier:
    """Brings a run folder up to what a local folder has.

    Args:
        front: the local folder.
        folder: the run folder.
        is_growing: ``cout.txt`` is only appended to, apart from its last line; else it is replaced.

    Attributes:
        progress: how many pieces were written; it can be read by other threads.
    """

    def __init__(self, front: str, folder: str, is_growing: bool = True) -> None:
        self.front = front
        self.folder = folder
        self.progress = 0
        self._growing = _GROWING if is_growing else _GROWING - {layout.OUTPUT}
        self._files: dict[str, Document] = {}
        self._journals: dict[str, JournalCopy] = {}
        self._merge = State(self._get_source(layout.MERGE), self._get_target(layout.MERGE))
        self._error: OSError | None = None

    def copy(self, is_last: bool = False) -> None:
        """Copy what is new: what others refer to comes first, and ``run.json`` at the end.

        Args:
            is_last: nothing will follow. What the run has removed is removed.

        Raises:
            OSError: something can't be written; all else is there.
        """
        self._error = None
        names = os.listdir(self.front)
        self._merge.read()
        files = [name for name in names if self._is_file(name)]
        for name in sorted(files, key=lambda name: name not in _GROWING):
            with self._trying():
                self._find_file(name).update(is_last)
        with self._trying():
            self._merge.write()
        for prefix in PREFIXES:
            for stem in find_journals(self.front, prefix):
                with self._trying():
                    self._find_journal(stem, prefix).update(is_last)
        if is_last:
            self._finish(set(names))
        with self._trying():
            self._find_file(layout.RUN).update(is_last)
        if self._error is not None:
            raise self._error

    @contextlib.contextmanager
    def _trying(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._error = self._error or error

    def _tick(self) -> None:
        self.progress += 1

    def _is_file(self, name: str) -> bool:
        is_other = name in _NOT_AS_FILES or name.endswith((*_JOURNAL_ENDS, ".tmp"))
        return not is_other and os.path.isfile(self._get_source(name))

    def _find_file(self, name: str) -> Document:
        if name not in self._files:
            kind: type[Document] = GrowingFile if name in self._growing else Document
            if name == layout.OUTPUT and os.path.exists(self._get_source(layout.RAW_OUTPUT)):
                kind = FileOfLines
            self._files[name] = kind(self._get_source(name), self._get_target(name), self._tick)
        return self._files[name]

    def _find_journal(self, stem: str, prefix: str) -> JournalCopy:
        if stem not in self._journals:
            target = self._get_target(self._claim_name(os.path.basename(stem), prefix))
            self._journals[stem] = JournalCopy(stem, target, self._tick)
        return self._journals[stem]

    def _claim_name(self, own: str, prefix: str) -> str:
        """Return the name of a journal in the run folder, where processes on other machines may have some."""
        note = read_front_note(self.front)
        names = note.setdefault("names", {})
        if own not in names:
            stem, descriptor = create_journal(self._get_target(prefix), is_child=own != prefix)
            os.close(descriptor)
            names[own] = os.path.basename(stem)
            save_front_note(self.front, note)
        return str(names[own])

    def _finish(self, names: set[str]) -> None:
        with self._trying():
            known = set(read_front_note(self.front).get("names", {}).values())
            stems = map(os.path.basename, find_journals(self.folder))
            if layout.METRICS in names and not known.issuperset(stems):  # with points of other machines
                write_metrics_json(self.folder, durable=False)
        if self._error is None:
            remove_files(self.folder, [name for name in layout.OUTPUT_HELPERS if name not in names])

    def _get_source(self, name: str) -> str:
        return os.path.join(self.front, name)

    def _get_target(self, name: str) -> str:
        return os.path.join(self.folder, name)
