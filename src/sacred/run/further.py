"""The further record, ``environment.json`` and ``git.patch``: gathered beside the experiment's code.

Sources in a repository take a thread, which reads the changed files before that code runs. Without one, the
first tick of the run gathers, or its end if that comes before: short runs pay for no thread. (And to start
one while the code runs is no good: where memory is short, Python may wait for it for ever.)
"""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from sacred.collect.secrets import make_masking, mask_config
from sacred.folder import layout
from sacred.model.serialize import to_json
from sacred.settings import SETTINGS
from sacred.support.files import find_working_folder, make_absolute, write_atomically

if TYPE_CHECKING:
    from sacred.collect.environment import EnvironmentFacts
    from sacred.collect.repositories import CodeState

CODE_SECONDS = 1.0
"""How long the experiment's code waits at most until the changed files are read."""

END_SECONDS = 5.0
"""How long the end of a run waits at most for facts."""


class Gathered(Protocol):
    """What has to be known of a run."""

    config: dict[str, Any]
    repository_answers: Mapping[str, Any]
    run_logger: Any


class FurtherRecord:
    """Gathers facts about code and surroundings of one run, and writes them into its folder.

    Args:
        run: the run, before its start.
        keepers: who keeps it in folders; without any there is nothing to gather for.
    """

    def __init__(self, run: Gathered, keepers: Sequence[Any] = ()) -> None:
        self._run = run
        self._is_wanted = bool(keepers) and (SETTINGS.ENVIRONMENT.SAVE or SETTINGS.GIT.SAVE_PATCH)
        self._folders = _find_record_folders(keepers)
        self._path: str | None = None
        self._has_place = threading.Event()
        self._has_seen_code = threading.Event()
        self._variables = dict(os.environ)
        self._masking = make_masking(self._variables)
        self._masking.learn(mask_config(run.config)[1].values())
        self._facts = self._make_facts()
        self._patches: dict[str, bytes] = {}
        self._unwritten: dict[str, str | bytes] | None = None
        self._failure: Exception | None = None
        self._is_tried = False
        self._thread = threading.Thread(target=self._gather, daemon=True, name="sacred-facts")

    def _make_facts(self) -> "EnvironmentFacts":
        # with all its gatherers: not for importing sacred
        from sacred.collect.environment import EnvironmentFacts

        return EnvironmentFacts(self._masking, self._variables)

    def start(self) -> None:
        """Gather what the experiment's code can change."""
        if not self._is_wanted:
            return
        if SETTINGS.ENVIRONMENT.SAVE:
            self._facts.gather_start()
        if self._run.repository_answers:
            with suppress(RuntimeError):  # no more threads are allowed: then there is none, as below
                self._thread.start()

    def gather(self) -> None:
        """Gather and write the rest, if no thread does, and it is not tried yet."""
        if self._path is not None and self._is_wanted and self._thread.ident is None and not self._is_tried:
            self._is_tried = True
            self._gather()

    def wait_for_code(self) -> None:
        """Wait until the state of the code is known, since what is edited afterwards isn't what ran."""
        if self._thread.ident is not None:
            self._has_seen_code.wait(CODE_SECONDS)

    def settle(self, path: str) -> None:
        """Say where the facts belong.

        Args:
            path: the run folder, absolute.
        """
        self._path = path
        self._has_place.set()

    def finish(self) -> list[tuple[str, str, str]]:
        """Wait until everything is written; return what could not be, as ``(kind, name, reason)``."""
        self._has_place.set()
        if self._path is None or not self._is_wanted:
            return []
        if self._thread.ident is not None:
            self._thread.join(END_SECONDS)
        elif self._unwritten is None:
            self._gather()
        if self._thread.is_alive() and self._unwritten is not None:
            return self._tell_missing(self._path, list(self._unwritten), "no answer")
        if self._thread.is_alive():
            self._facts.note("rest", f"it was not known {END_SECONDS:g} seconds after the end")
        elif self._failure is not None:
            self._facts.note("rest", f"{type(self._failure).__name__}: {self._failure}")
        if self._unwritten is None:
            self._unwritten = self._make_files()
        failure = self._write(self._path)
        if failure is None or not os.path.isdir(self._path):  # without a folder there are warnings enough
            return []
        return self._tell_missing(self._path, list(self._unwritten), failure.strerror or str(failure))

    def _gather(self) -> None:
        self._failure = None
        try:
            self._gather_all()
        except Exception as error:  # noqa: BLE001 - too little memory, for example; what is known is kept
            self._failure = error  # to note it takes memory

    def _gather_all(self) -> None:
        try:
            code = self._make_code_state()
            if code is not None:
                self._attempt(code.take_snapshot)
        finally:
            self._has_seen_code.set()
        if code is not None:
            self._attempt(code.collect)
            self._facts.add_repositories(code.describe)
        self._has_place.wait()
        if self._path is None:
            return
        if SETTINGS.ENVIRONMENT.SAVE:
            self._facts.gather_rest()
            self._facts.add_file_system(self._path)
        self._unwritten = self._make_files()
        self._write(self._path)

    def _make_code_state(self) -> "CodeState | None":
        if not self._run.repository_answers:
            return None
        from sacred.collect.repositories import CodeState

        code = CodeState(self._run.repository_answers, self._masking, self._folders)
        self._patches = code.patches
        return code

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - an odd repository must not cost the other facts
            self._facts.note(layout.PATCH, f"{type(error).__name__}: {error}")

    def _make_files(self) -> dict[str, str | bytes]:
        files: dict[str, str | bytes] = dict(self._patches)
        if SETTINGS.ENVIRONMENT.SAVE:
            files[layout.ENVIRONMENT] = to_json(dict(self._facts.sections))
        return files

    def _write(self, path: str) -> OSError | None:
        """Write what is not written yet; return why something could not be."""
        failure = None
        for name, content in list((self._unwritten or {}).items()):
            try:
                write_atomically(os.path.join(path, name), content, durable=False)
            except OSError as error:
                failure = error
            else:
                (self._unwritten or {}).pop(name, None)
        return failure

    def _tell_missing(self, path: str, names: Sequence[str], reason: str) -> list[tuple[str, str, str]]:
        missing = " and ".join(sorted(names))
        self._run.run_logger.warning("The record in %s lacks %s: %s", path, missing, reason)
        return [("facts", name, reason) for name in sorted(names)]


def _find_record_folders(keepers: Sequence[Any]) -> list[str]:
    """Return the folders of records: what is in them is no new file of the project."""
    home = find_working_folder()
    places = {
        str(place) for keeper in keepers for place in (keeper.basedir, keeper.resource_dir, keeper.source_dir)
    }
    return sorted(make_absolute(place, home) for place in places)
