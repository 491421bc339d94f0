"""``git.patch``: what the working tree had beyond its commit when the run started.

Before the experiment's code runs, the changed files are only read: git needs longer to compare them. That
follows while the code runs, with a copy of those files in the place of the working tree. Text files that git
does not know follow as new ones. Applied to a clone of the commit, the patch makes the same tree, apart from
the files that are only named.
"""

import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sacred.collect.git import LIMIT_SECONDS, GitError, RepositoryAnswers, start_git, stop_git
from sacred.collect.patch_text import make_new_file_patch, split_patch
from sacred.settings import SETTINGS

if TYPE_CHECKING:
    from subprocess import Popen

    from sacred.support.masking import Masking

_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_SAFE = (
    *("-c", "core.safecrlf=false"),  # a warning for each file could fill the pipe
    *("-c", "diff.suppressBlankEmpty=false"),
)
_DIFF = (
    *("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--full-index", "--unified=3"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--inter-hunk-context=0"),
)
_CHUNK_BYTES = 1 << 16
_MOST_PATHS = 500  # in one command
_MARGIN = 4  # a patch may be so many times larger than the files: what was removed is in it


class RepositoryPatch:
    """The uncommitted changes of one repository.

    Args:
        answers: what git said about it.
        masking: knows secrets, which must not be in the patch.
        skipped: folders, absolute, whose untracked files don't count: records of runs.

    Attributes:
        text: the patch; empty if there are no changes.
        untracked: names of the files that git does not know, up to a limit.
        untracked_count: how many there are.
        omitted: files that are changed or new and not in the patch, as ``{"path", "reason", "bytes"}``.
        notes: what git could not tell, and why.
    """

    def __init__(self, answers: RepositoryAnswers, masking: "Masking", skipped: Iterable[str] = ()) -> None:
        self.text = b""
        self.untracked: list[str] = []
        self.untracked_count = 0
        self.omitted: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self._answers = answers
        self._root = answers.root
        self._secrets = [os.fsencode(value) for value in masking.values]
        self._skipped = list(_iter_below(answers.root, skipped))
        self._changed: dict[str, WorkingFile | None] = {}
        self._parts: list[bytes] = []
        self._bytes = 0
        self._started_ns = time.time_ns()

    def take_snapshot(self, changed: Iterable[tuple[str, bool]]) -> None:
        """Read the files that are changed.

        Args:
            changed: their names, and whether each is a submodule.
        """
        self._started_ns = time.time_ns()
        room = SETTINGS.GIT.MOST_PATCH_BYTES
        for path, is_submodule in changed:
            try:
                found = WorkingFile.read(self._root, path)
            except (FileNotFoundError, NotADirectoryError):
                found = None  # it is removed
            except OSError as error:
                self._omit(path, error.strerror or "unreadable")
                continue
            reason = "submodule" if is_submodule else found and (found.obstacle or _find_secrecy(path))
            room -= len(found.content) if found else 0
            if reason or room < 0:
                self._omit(path, reason or "the patch is large")
            else:
                self._changed[path] = found

    def collect(self) -> None:
        """Compare what was read with the commit, and read the new files; what takes too long is noted."""
        deadline = time.monotonic() + 2 * LIMIT_SECONDS
        listing = self._start(
            "ls-files", "--others", "--exclude-standard", "-z", "--", ".", *self._make_exclusions()
        )
        try:
            if self._changed:
                self._compare(deadline)
            self._take_untracked(self._read(listing, deadline, "untracked files"), deadline)
        finally:
            _stop(listing)
        self.text = b"".join(self._parts)

    def _make_exclusions(self) -> list[str]:
        return [f":(exclude,literal){name}" for name in self._skipped]

    def _compare(self, deadline: float) -> None:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="sacred-", ignore_cleanup_errors=True) as folder:
            names = [path for path in self._changed if self._copy(path, folder)]
            for start in range(0, len(names), _MOST_PATHS):
                self._compare_some(folder, names[start : start + _MOST_PATHS], deadline)

    def _copy(self, path: str, folder: str) -> bool:
        """Make a file as it was when it was read in a folder; tell whether it can be compared now."""
        found = self._changed[path]
        try:
            if found is not None:
                found.write(folder, path)
        except OSError as error:  # the disk for temporary files is full
            self._omit(path, error.strerror or str(error))
            return False
        return True

    def _compare_some(self, folder: str, names: Sequence[str], deadline: float) -> None:
        has_commit = "# branch.oid (initial)" not in self._answers.status
        place = [
            "--literal-pathspecs",
            f"--git-dir={os.path.join(self._root, '.git')}",
            f"--work-tree={folder}",
        ]
        quiet = [*_SAFE, *_disable_filters(self._answers.config)]
        process = self._start(
            *place, *quiet, *_DIFF, "HEAD" if has_commit else _EMPTY_TREE, "--", *names, root=folder
        )
        try:
            patch = self._read(process, deadline, "changes")
        finally:
            _stop(process)
        for part in split_patch(patch):
            obstacles = {
                "submodule": part.is_submodule,
                "binary": part.is_binary,
                "filtered": part.is_filtered,
            }
            self._keep(part.path, part.text, next((name for name, is_so in obstacles.items() if is_so), None))

    def _start(self, *arguments: str, root: str | None = None) -> "Popen[bytes] | None":
        try:
            return start_git(root or self._root, *arguments)
        except GitError as error:
            self.notes.append(str(error))
            return None

    def _read(self, process: "Popen[bytes] | None", deadline: float, what: str) -> bytes:
        """Return what git says, as far as it says it in time."""
        if process is None:
            return b""
        output, is_whole = _read_within(process, deadline, SETTINGS.GIT.MOST_PATCH_BYTES * _MARGIN)
        if not is_whole:
            self.notes.append(f"git was too slow, or had too much, to tell all {what}")
            return output[: output.rfind(b"\ndiff --git ") + 1] if what == "changes" else output
        if process.returncode:
            errors = process.stderr.read(_CHUNK_BYTES).decode(errors="replace") if process.stderr else ""
            self.notes.append(errors.strip().partition("\n")[0] or f"git ended with {process.returncode}")
        return output

    def _take_untracked(self, names: bytes, deadline: float) -> None:
        paths = [os.fsdecode(name) for name in names.split(b"\0")[:-1]]
        self.untracked_count = len(paths)
        self.untracked = paths[: SETTINGS.GIT.MOST_UNTRACKED]
        for path in self.untracked:
            if time.monotonic() > deadline:
                self._omit(path, "no time")
            else:
                self._take_new_file(path)

    def _take_new_file(self, path: str) -> None:
        try:
            found = WorkingFile.read(self._root, path)
        except OSError as error:
            self._omit(path, error.strerror or "unreadable")
            return
        reason = found.obstacle
        if reason is None and found.changed_ns > self._started_ns:
            reason = "changed after the start"
        elif reason is None and b"\0" in found.content:
            reason = "binary"
        self._keep(path, b"" if reason else make_new_file_patch(path, found.content, found.mode), reason)

    def _keep(self, path: str, text: bytes, reason: str | None) -> None:
        """Add a file's part, unless there is a reason not to."""
        reason = reason or _find_secrecy(path)
        if reason is None and any(secret in text for secret in self._secrets):
            reason = "has a secret"
        elif reason is None and self._bytes + len(text) > SETTINGS.GIT.MOST_PATCH_BYTES:
            reason = "the patch is large"
        if reason is not None:
            self._omit(path, reason)
            return
        self._parts.append(text)
        self._bytes += len(text)

    def _omit(self, path: str, reason: str) -> None:
        try:
            size = os.lstat(os.path.join(self._root, path)).st_size
        except OSError:
            size = None
        self.omitted.append({"path": path, "reason": reason, "bytes": size})


class WorkingFile:
    """A file of the working tree as it was at one moment.

    Attributes:
        content: its bytes; of a symbolic link the target; nothing if there is an obstacle.
        mode: as ``os.stat`` gives it.
        changed_ns: when it was changed last, nanoseconds since 1970.
        obstacle: why it can't be in a patch; None if it can.
    """

    def __init__(self, content: bytes, status: os.stat_result, obstacle: str | None) -> None:
        self.content = content
        self.mode = status.st_mode
        self.changed_ns = status.st_ctime_ns
        self.obstacle = obstacle

    @classmethod
    def read(cls, root: str, path: str) -> "WorkingFile":
        """Read a file.

        Raises:
            OSError: it is gone, or can't be read.
        """
        full = os.path.join(root, path)
        status = os.lstat(full)
        obstacle = _find_obstacle(path, status)
        if obstacle is not None:
            return cls(b"", status, obstacle)
        if stat.S_ISLNK(status.st_mode):
            return cls(os.fsencode(os.readlink(full)), status, None)
        # neither a link nor a pipe that took the file's place since
        descriptor = os.open(full, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:
            return cls(file.read(SETTINGS.GIT.MOST_FILE_BYTES), status, None)

    def write(self, folder: str, path: str) -> None:
        """Make the file in another folder.

        Raises:
            OSError: it can't be written.
        """
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if stat.S_ISLNK(self.mode):
            os.symlink(self.content, os.fsencode(target))
            return
        with open(target, "wb") as file:
            file.write(self.content)
        os.chmod(target, 0o700 if self.mode & stat.S_IXUSR else 0o600)


def _iter_below(root: str, folders: Iterable[str]) -> Iterator[str]:
    """Yield those folders that are in the tree, relative to its root."""
    real_root = os.path.realpath(root)
    for folder in folders:
        name = os.path.relpath(os.path.realpath(folder), real_root)
        if name != os.curdir and name.split(os.sep)[0] != os.pardir:
            yield name


def _disable_filters(config: str) -> list[str]:
    """Return options for git that keep the repository's filters, programs of anybody's, from being run."""
    names = {
        line.split(" ")[0][len("filter.") :].rpartition(".")[0]
        for line in config.splitlines()
        if line.startswith("filter.")
    }
    options = []
    for name in sorted(names):
        for setting in ("clean=", "process=", "required=false"):
            options += ["-c", f"filter.{name}.{setting}"]
    return options


def _read_within(process: "Popen[bytes]", deadline: float, limit: int) -> tuple[bytes, bool]:
    """Return what a process says until a moment, up to a size, and whether that is all."""
    import select

    stream = process.stdout
    if stream is None or not hasattr(select, "poll"):
        return b"", False
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    chunks: list[bytes] = []
    size = 0
    while size <= limit:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return b"".join(chunks), False
        chunk = os.read(stream.fileno(), _CHUNK_BYTES)
        if not chunk:
            process.wait()
            return b"".join(chunks), True
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks), False


def _find_obstacle(path: str, status: os.stat_result) -> str | None:
    if path.endswith("/"):
        return "repository"
    if stat.S_ISLNK(status.st_mode):
        return None
    if not stat.S_ISREG(status.st_mode):
        return "no file"
    return "large" if status.st_size > SETTINGS.GIT.MOST_FILE_BYTES else None


def _find_secrecy(path: str) -> str | None:
    name = path.rsplit("/", 1)[-1].lower()
    is_never_saved = any(fnmatchcase(name, pattern.lower()) for pattern in SETTINGS.GIT.NEVER_SAVED)
    return "named like a secret" if is_never_saved else None


def _stop(process: "Popen[bytes] | None") -> None:
    if process is not None:
        stop_git(process)
