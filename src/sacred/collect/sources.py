"""The source files of an experiment: found, identified by their checksum, placed in their repository."""

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sacred.collect.git import Repositories
from sacred.collect.modules import (
    NamedModule,
    find_main_file,
    iter_local_files,
    iterate_all_python_files,
    list_local_files,
)
from sacred.errors import SettingError
from sacred.support.digests import get_digest
from sacred.support.text import format_close

SourceStrategy = Callable[[Mapping[str, Any], str, bool], set["Source"]]
Strategy = TypeVar("Strategy")

# path -> (changed at, size, digest): a run that is repeated in one process reads no file again
_digests: dict[str, tuple[int, int, str]] = {}


class Source:
    """One source file as it was when it was collected.

    Two sources are equal when they are the same file; 0.8 compares them with plain paths as well.

    Attributes:
        filename: absolute path.
        digest: MD5 checksum of its content.
        repo: URL of its repository; None outside one or when it was not asked for.
        commit: the repository's commit.
        is_dirty: whether the repository had uncommitted changes.
        home: the folder that decides which repository that is.
    """

    def __init__(
        self, filename: str, digest: str, repo: str | None, commit: str | None, isdirty: bool | None
    ) -> None:
        self.filename = filename
        self.digest = digest
        self.repo = repo
        self.commit = commit
        self.is_dirty = isdirty
        self.home = os.path.dirname(filename)

    @staticmethod
    def create(filename: str | os.PathLike[str], save_git_info: bool = True) -> "Source":
        """Look at a file, and at its repository unless ``save_git_info`` is false.

        Raises:
            ValueError: there is no such file, or it can't be read.
        """
        try:
            path = os.path.abspath(filename)
            digest = _get_known_digest(path)
        except (OSError, TypeError):
            raise ValueError(f'invalid filename or file not found "{filename}"') from None
        return Source(path, digest, *get_commit_if_possible(path, save_git_info))

    def find_repository(self, repositories: Repositories) -> None:
        """Note the state of the repository around the file."""
        state = repositories.find_state(os.path.join(self.home, os.path.basename(self.filename)))
        if state is not None:
            self.repo, self.commit, self.is_dirty = state

    def to_json(self, base_dir: str | os.PathLike[str] | None = None) -> tuple[str, str]:
        """Return name and digest; the name is relative to ``base_dir`` if that is given."""
        if not base_dir:
            return self.filename, self.digest
        return make_relative(self.filename, os.path.abspath(base_dir)), self.digest

    def __hash__(self) -> int:
        return hash(self.filename)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Source):
            return self.filename == other.filename
        return self.filename == other if isinstance(other, str) else NotImplemented

    def __lt__(self, other: "Source") -> bool:
        return self.filename < other.filename

    def __repr__(self) -> str:
        return f"<Source: {self.filename}>"


def make_relative(filename: str, base_dir: str) -> str:
    """Return an absolute path relative to an absolute folder, with ``/`` between the parts."""
    prefix = base_dir.rstrip(os.sep) + os.sep
    if filename.startswith(prefix):  # nearly always, and much faster than relpath
        name = filename[len(prefix) :]
    else:
        try:
            name = os.path.relpath(filename, base_dir)
        except ValueError:  # on another drive
            name = filename
    return name.replace(os.sep, "/")


def _get_known_digest(path: str) -> str:
    status = os.stat(path)
    known = _digests.get(path)
    if known is not None and known[:2] == (status.st_mtime_ns, status.st_size):
        return known[2]
    digest = get_digest(path)
    _digests[path] = (status.st_mtime_ns, status.st_size, digest)
    return digest


def get_commit_if_possible(
    filename: str | os.PathLike[str], save_git_info: bool
) -> tuple[str | None, str | None, bool | None]:
    """Return URL, commit and dirty mark of the repository around a file; three times None outside one."""
    state = Repositories().find_state(os.fspath(filename)) if save_git_info else None
    return state or (None, None, None)


def get_main_file(globs: Mapping[str, Any], save_git_info: bool) -> tuple[str, Source | None]:
    """Return base folder and main file of the module with these global names.

    In an interactive session there is no main file, and the working directory is the base folder.
    """
    filename = find_main_file(globs)
    if filename is None:
        return os.getcwd(), None
    return os.path.dirname(filename), Source.create(filename, save_git_info)


def get_sources_from_modules(
    module_iterator: Iterable[NamedModule], base_path: str, save_git_info: bool
) -> set[Source]:
    """Return the sources of those modules that are in the project's tree."""
    return _create_sources(iter_local_files(module_iterator, os.path.abspath(base_path)), save_git_info)


def get_sources_from_imported_modules(
    globs: Mapping[str, Any], base_path: str, save_git_info: bool
) -> set[Source]:
    """Return every module of the project's tree that is loaded.

    More than in 0.8, which saw only those of them that the global names of the main file lead to.
    """
    return get_sources_from_sys_modules(globs, base_path, save_git_info)


def get_sources_from_sys_modules(
    _globs: Mapping[str, Any], base_path: str, save_git_info: bool
) -> set[Source]:
    """Return every module of the project's tree that is loaded."""
    return _create_sources(list_local_files(os.path.abspath(base_path)), save_git_info)


def get_sources_from_local_dir(_globs: Mapping[str, Any], base_path: str, save_git_info: bool) -> set[Source]:
    """Return every Python file of the project's tree, loaded or not."""
    return _create_sources(iterate_all_python_files(base_path), save_git_info)


def get_no_sources(_globs: Mapping[str, Any], _base_path: str, _save_git_info: bool) -> set[Source]:
    """Return nothing: only the main file and what is added by hand is recorded."""
    return set()


source_discovery_strategies: dict[str, SourceStrategy] = {
    "none": get_no_sources,
    "imported": get_sources_from_imported_modules,
    "sys": get_sources_from_sys_modules,
    "dir": get_sources_from_local_dir,
}


def collect_sources(main_file: str | None, base_dir: str, mode: str) -> list[Source]:
    """Return the sources of an experiment, ordered by name, without asking git.

    Args:
        main_file: absolute path; None in an interactive session.
        base_dir: the folder of the project's tree, an absolute path.
        mode: a key of :data:`source_discovery_strategies`.

    Raises:
        SettingError: there is no such mode.
    """
    sources = find_strategy(source_discovery_strategies, mode, "DISCOVER_SOURCES")({}, base_dir, False)
    if main_file is not None:
        sources |= _create_sources([main_file], False)
    return sorted(sources)


def find_strategy(strategies: Mapping[str, Strategy], mode: str, setting: str) -> Strategy:
    """Return the strategy that a setting names.

    Raises:
        SettingError: there is none of that name; the message lists the names.
    """
    try:
        return strategies[mode]
    except (KeyError, TypeError):
        close = format_close(str(mode), strategies)
        raise SettingError(
            f"SETTINGS.{setting} can't be {mode!r}{close}; it is one of {', '.join(sorted(strategies))}"
        ) from None


def _create_sources(filenames: Iterable[str], save_git_info: bool) -> set[Source]:
    repositories = Repositories()
    sources = set()
    for filename in set(filenames):
        with contextlib.suppress(ValueError):  # the file of a loaded module may be gone
            source = Source.create(filename, save_git_info=False)
            sources.add(source)
            if save_git_info:
                source.find_repository(repositories)
    return sources
