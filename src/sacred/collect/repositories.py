"""The repositories of a run: branch, commit, remotes, submodules, uncommitted changes."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sacred.collect.git import LIMIT_SECONDS, GitError, RepositoryAnswers, find_remotes, start_git, stop_git
from sacred.collect.patch import RepositoryPatch
from sacred.collect.patch_text import unquote_path
from sacred.settings import SETTINGS

if TYPE_CHECKING:
    from sacred.support.masking import Masking

PATCH_NAMES = ("git.patch", "git.2.patch", "git.3.patch")
"""The files of the first repositories; those of more are not kept."""

_STATUS_FIELDS = {"1": 8, "2": 9, "u": 10}  # how many stand before the path in a line of `git status`


class CodeState:
    """What the repositories looked like when the run started.

    Args:
        answers: what git said about each, by its folder.
        masking: knows secrets.
        skipped: folders of records, absolute.

    Attributes:
        patches: the text of each file of :data:`PATCH_NAMES` that there is to be.
    """

    def __init__(
        self, answers: Mapping[str, RepositoryAnswers], masking: "Masking", skipped: Iterable[str]
    ) -> None:
        self.patches: dict[str, bytes] = {}
        self._answers = list(answers.values())
        self._masking = masking
        self._skipped = list(skipped)
        self._found: list[RepositoryPatch] = []

    def take_snapshot(self) -> None:
        """Read the changed files: this has to happen before the experiment's code runs."""
        if not SETTINGS.GIT.SAVE_PATCH:
            return
        for answers in self._answers[: len(PATCH_NAMES)]:
            patch = RepositoryPatch(answers, self._masking, self._skipped)
            self._found.append(patch)
            patch.take_snapshot(iter_changed(answers.status))

    def collect(self) -> None:
        """Make the patches: this may follow while the code runs."""
        for patch, name in zip(self._found, PATCH_NAMES, strict=False):
            patch.collect()
            if patch.text:
                self.patches[name] = patch.text

    def describe(self) -> list[dict[str, Any]]:
        """Return the facts about each repository."""
        described = []
        for index, answers in enumerate(self._answers):
            facts = describe_repository(answers)
            if index < len(self._found):
                name = PATCH_NAMES[index]
                facts["patch"] = name if name in self.patches else None
                facts |= _describe_patch(self._found[index])
            described.append(facts)
        return described


def _describe_patch(patch: RepositoryPatch) -> dict[str, Any]:
    facts: dict[str, Any] = {"untracked": patch.untracked, "untracked_count": patch.untracked_count}
    facts["omitted"] = patch.omitted
    if patch.notes:
        facts["notes"] = list(dict.fromkeys(patch.notes))
    return facts


def describe_repository(answers: RepositoryAnswers) -> dict[str, Any]:
    """Return branch, commit, upstream, changed files, remotes and submodules of a repository."""
    headers = [line.split(" ", 2)[1:] for line in answers.status.splitlines() if line.startswith("# ")]
    head = {pair[0]: pair[1] for pair in headers if len(pair) == 2}
    branch, commit = head.get("branch.head"), head.get("branch.oid")
    return {
        "root": answers.root,
        "branch": None if branch == "(detached)" else branch,
        "commit": None if commit == "(initial)" else commit,
        "upstream": head.get("branch.upstream"),
        "changed": [path for path, _ in iter_changed(answers.status)],
        "remotes": {_name_remote(key): url for key, url in find_remotes(answers.config).items()},
        "submodules": _describe_submodules(answers),
    }


def iter_changed(status: str) -> Iterator[tuple[str, bool]]:
    """Yield the names of changed files in what ``git status`` said, and whether each is a submodule."""
    for line in status.splitlines():
        count = _STATUS_FIELDS.get(line[:1])
        fields = [] if count is None else line.split(" ", count)
        if count is None or len(fields) <= count:
            continue
        names = [_unquote(name) for name in fields[count].split("\t")]  # of a renamed file both
        for name in names:
            yield name, fields[2].startswith("S")


def _unquote(name: str) -> str:
    return os.fsdecode(unquote_path(os.fsencode(name)))


def _name_remote(key: str) -> str:
    return key.removeprefix("remote.").removesuffix(".url")


def _describe_submodules(answers: RepositoryAnswers) -> list[dict[str, Any]]:
    """Return path, commit and state of each submodule; git is asked only where there are some."""
    if not os.path.exists(os.path.join(answers.root, ".gitmodules")):
        return []
    states = {" ": "as committed", "+": "another commit", "-": "not checked out", "U": "conflict"}
    found = []
    for line in _ask_submodules(answers.root).splitlines():
        commit, _, rest = line[1:].partition(" ")
        path = rest.rpartition(" (")[0] if rest.endswith(")") else rest
        found.append({"path": path, "commit": commit, "state": states.get(line[:1], line[:1])})
    return found


def _ask_submodules(root: str) -> str:
    from subprocess import TimeoutExpired

    try:
        process = start_git(root, "submodule", "status")
    except GitError:
        return ""
    try:
        return process.communicate(timeout=LIMIT_SECONDS)[0].decode(errors="replace")
    except TimeoutExpired:
        return ""
    finally:
        stop_git(process)
