"""The state of the git repositories that hold the sources: where from, which commit, changed or not."""

import contextlib
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from sacred.support.files import find_upwards

if TYPE_CHECKING:
    from subprocess import Popen

LIMIT_SECONDS = 0.5
_COMMIT_LIMIT_SECONDS = 0.2
# neither programs of the repository's own nor the network
_QUIET = (
    *("-c", "core.fsmonitor=false"),
    *("-c", "protocol.allow=never"),
    *("-c", "core.quotePath=true"),
)
_CONFIG = r"^(remote\..*\.url|filter\..*)$"
# set by git for hooks and rebases; they would override the folder we ask about
_REDIRECTIONS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")


class RepositoryState(NamedTuple):
    """A repository at one moment; ``dirty`` is None where git was too slow to tell."""

    url: str
    commit: str
    dirty: bool | None


class GitError(Exception):
    """git gave no answer; the message says why."""


class RepositoryAnswers:
    """What git said about a repository, for whoever wants to know more than its state.

    Attributes:
        root: the folder of the working tree.
        status: of ``git status --porcelain=v2 --branch``; empty where git was too slow.
        config: remotes and filters, a line each.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.status = ""
        self.config = ""


class Repositories:
    """Asks git once about each repository, however many files are in it.

    Attributes:
        notes: why git could not answer, one text for each repository.
        answers: what git said, by the folder of the working tree.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.answers: dict[str, RepositoryAnswers] = {}
        self._roots: dict[str, str | None] = {}
        self._states: dict[str, RepositoryState | None] = {}

    def find_state(self, filename: str) -> RepositoryState | None:
        """Return the state of the repository around a file; None outside one, or when git can't tell."""
        folder = os.path.dirname(os.path.abspath(filename))
        if folder not in self._roots:
            self._roots[folder] = find_repository_root(folder)
        root = self._roots[folder]
        if root is None:
            return None
        if root not in self._states:
            self._states[root] = self._ask(root)
        return self._states[root]

    def _ask(self, root: str) -> RepositoryState | None:
        answers = self.answers[root] = RepositoryAnswers(root)
        try:
            state = _read_state(answers)
        except GitError as error:
            self.notes.append(f"{root}: {error}")
            return None
        if state.dirty is None:
            self.notes.append(f"{root}: git was too slow to tell whether it is dirty")
        return state


def get_repository_state(path: str) -> RepositoryState | None:
    """Return the state of the repository around a file or folder, if there is one and git can tell."""
    return Repositories().find_state(os.path.join(path, ".git") if os.path.isdir(path) else path)


def find_repository_root(folder: str) -> str | None:
    """Return the nearest folder upwards that has a ``.git``, without starting git."""
    return find_upwards(".git", folder)


def _read_state(answers: RepositoryAnswers) -> RepositoryState:
    root = answers.root
    deadline = time.monotonic() + LIMIT_SECONDS
    status = start_git(root, "status", "--porcelain=v2", "--branch", "--untracked-files=no")
    config = start_git(root, "config", "--get-regexp", _CONFIG)  # works beside the first
    try:
        answers.config = _read(config, deadline, fine=(0, 1))  # 1: there is nothing of that kind
        url = _choose_url(answers.config, root)
        answers.status = _read(status, deadline)
        commit, dirty = _parse_status(answers.status)
    except TimeoutError:
        if config.returncode is None:
            raise GitError(f"git did not answer within {LIMIT_SECONDS} s") from None
        commit, dirty = _read_commit(root), None  # a large tree: at least the commit is known at once
    finally:
        stop_git(status)
        stop_git(config)
    return RepositoryState(url, commit, dirty)


def start_git(root: str, *arguments: str) -> "Popen[bytes]":
    """Start git in a folder, so that it locks nothing, asks nobody, and neither fetches nor watches.

    Raises:
        GitError: it can't be started.
    """
    from subprocess import DEVNULL, PIPE, Popen

    environment = {name: value for name, value in os.environ.items() if name not in _REDIRECTIONS}
    # status may else refresh the index, and so hold its lock against the user's own git
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
    try:
        return Popen(  # noqa: S603 - our own arguments
            ["git", *_QUIET, "-C", root, *arguments],  # noqa: S607 - the git that the user uses
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
        )
    except OSError as error:
        raise GitError(f"git can't be started ({error.strerror})") from None


def _read(process: "Popen[bytes]", deadline: float, fine: tuple[int, ...] = (0,)) -> str:
    from subprocess import TimeoutExpired

    try:
        output, errors = process.communicate(timeout=max(0.0, deadline - time.monotonic()))
    except TimeoutExpired:
        raise TimeoutError from None
    if process.returncode not in fine:
        message = errors.decode(errors="replace").strip().partition("\n")[0]
        raise GitError(message or f"git ended with {process.returncode}")
    return output.decode(errors="replace")


def stop_git(process: "Popen[bytes]") -> None:
    """End a process that took too long, without waiting for one that a dead file system holds."""
    from subprocess import TimeoutExpired

    if process.poll() is None:
        process.kill()
        with contextlib.suppress(TimeoutExpired):
            process.wait(0.1)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _parse_status(text: str) -> tuple[str, bool]:
    commit, dirty = "", False
    for line in text.splitlines():
        if line.startswith("# branch.oid "):
            commit = line.removeprefix("# branch.oid ")
        elif not line.startswith("#"):
            dirty = True
    if commit in ("", "(initial)"):
        raise GitError("the repository has no commit yet")
    return commit, dirty


def _read_commit(root: str) -> str:
    process = start_git(root, "rev-parse", "HEAD")
    try:
        return _read(process, time.monotonic() + _COMMIT_LIMIT_SECONDS).strip()
    except TimeoutError:
        raise GitError(f"git did not answer within {LIMIT_SECONDS} s") from None
    finally:
        stop_git(process)


def find_remotes(config: str) -> dict[str, str]:
    """Return the URLs of remotes by their keys, ``remote.origin.url``, as they are in the configuration."""
    pairs = (line.partition(" ") for line in config.splitlines())
    return {key: url for key, _, url in pairs if url and key.startswith("remote.")}


def _choose_url(config: str, root: str) -> str:
    """Return the URL of ``origin``, else of the first remote, else the folder as 0.8 writes it."""
    from sacred.support.masking import mask_url  # compiles patterns

    urls = find_remotes(config)
    url = urls.get("remote.origin.url") or next(iter(urls.values()), "git:/" + root)
    return mask_url(url)
