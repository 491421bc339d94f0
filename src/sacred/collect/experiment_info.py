"""``experiment_info``: the sources, packages and repositories of an experiment with its ingredients."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sacred.collect.git import Repositories
from sacred.collect.packages import PackageDependency, collect_dependencies
from sacred.collect.sources import Source, collect_sources, get_main_file, make_relative
from sacred.settings import SETTINGS


class CodeOrigin(NamedTuple):
    """What an experiment, or an ingredient, knows of its own code.

    Attributes:
        base_dir: absolute path of the project's tree.
        main_file: absolute path; None in a session whose input is not known.
        sources: further files, absolute paths.
        dependencies: further packages, as ``(name, version)``.
        save_git_info: whether git is asked about the sources.
        is_session: the main file stands for what was typed in a session that works in ``base_dir``.
    """

    base_dir: str
    main_file: str | None
    sources: Sequence[str] = ()
    dependencies: Sequence[tuple[str, str | None]] = ()
    save_git_info: bool = True
    is_session: bool = False


def collect_experiment_info(
    name: str, origins: Sequence[CodeOrigin], repositories: Repositories | None = None
) -> dict[str, Any]:
    """Return the facts about an experiment's code as observers receive them.

    Args:
        name: the experiment's name.
        origins: the experiment's own first, then its ingredients'.
        repositories: what asks git, for whoever wants to know afterwards what it said.

    Returns:
        ``name``, ``base_dir``, ``mainfile`` (relative to it, or None), ``sources`` (pairs of name and MD5),
        ``dependencies`` (``name==version``), ``repositories`` (``url``, ``commit``, ``dirty``), each list in
        order; and ``notes`` if something could not be found out: one sentence each.

    Raises:
        SettingError: ``DISCOVER_SOURCES`` or ``DISCOVER_DEPENDENCIES`` has a value that it can't have.
    """
    base_dir, main_file = origins[0].base_dir, origins[0].main_file
    notes: list[str] = []
    sources = _collect_all_sources(origins, notes)
    repositories = repositories or Repositories()
    for source, save_git_info in sources.items():
        if save_git_info:
            source.find_repository(repositories)
    info: dict[str, Any] = {
        "name": name,
        "base_dir": base_dir,
        "mainfile": None if main_file is None else make_relative(main_file, base_dir),
        "sources": [source.to_json(base_dir) for source in sorted(sources)],
        "dependencies": [package.to_json() for package in sorted(_collect_all_dependencies(origins))],
        "repositories": list_repositories(sources),
    }
    notes += repositories.notes
    if notes:
        info["notes"] = notes
    return info


def _collect_all_sources(origins: Sequence[CodeOrigin], notes: list[str]) -> dict[Source, bool]:
    """Return every source with whether git is to be asked about it."""
    trees: dict[str, list[Source]] = {}  # ingredients mostly live in the experiment's tree
    found: dict[Source, bool] = {}
    for origin in origins:
        if origin.base_dir not in trees:
            trees[origin.base_dir] = collect_sources(None, origin.base_dir, SETTINGS.DISCOVER_SOURCES)
        for source in (*trees[origin.base_dir], *_create_named_sources(origin, notes)):
            found[source] = found.get(source, False) or origin.save_git_info
    return found


def _create_named_sources(origin: CodeOrigin, notes: list[str]) -> Iterator[Source]:
    """Yield the main file and the files that were added by hand."""
    for filename in (*([origin.main_file] if origin.main_file else []), *origin.sources):
        try:
            source = Source.create(filename, save_git_info=False)
        except ValueError:
            notes.append(f"source file {filename} is gone")
            continue
        if origin.is_session and filename == origin.main_file:
            source.home = origin.base_dir
        yield source


def _collect_all_dependencies(origins: Sequence[CodeOrigin]) -> set[PackageDependency]:
    found: set[PackageDependency] = set()
    for base_dir in {origin.base_dir for origin in origins}:
        found |= collect_dependencies(SETTINGS.DISCOVER_DEPENDENCIES, base_dir)
    for origin in origins:
        for package in (PackageDependency(*pair) for pair in origin.dependencies):
            package.fill_missing_version()
            found.add(package)  # what was found stays, as in 0.8
    return found


def list_repositories(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Return the repositories of some sources, each once: ``url``, ``commit``, ``dirty``."""
    states = {
        (source.repo, source.commit, source.is_dirty) for source in sources if source.commit is not None
    }
    return [
        {"url": url, "commit": commit, "dirty": dirty}
        for url, commit, dirty in sorted(states, key=lambda state: state[:2])
    ]


def gather_sources_and_dependencies(
    globs: Mapping[str, Any], save_git_info: bool, base_dir: str | os.PathLike[str] | None = None
) -> tuple[Source | None, set[Source], set[PackageDependency]]:
    """Return main file, sources and packages of the module with these global names, as 0.8 does."""
    main_dir, main = get_main_file(globs, save_git_info)
    base = os.path.abspath(base_dir or main_dir)
    sources = set(collect_sources(main.filename if main else None, base, SETTINGS.DISCOVER_SOURCES))
    repositories = Repositories()
    for source in sources if save_git_info else ():
        source.find_repository(repositories)
    return main, sources, collect_dependencies(SETTINGS.DISCOVER_DEPENDENCIES, base)
