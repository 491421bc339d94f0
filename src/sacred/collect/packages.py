"""The installed packages that an experiment uses, with their versions.

Modules are matched with distributions by looking at the ``*.dist-info`` folders themselves:
``importlib.metadata`` would read every one of them, a tenth of a second in a large environment.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from types import ModuleType
from typing import Any, ClassVar

from sacred.collect.modules import (
    NamedModule,
    get_namespace,
    is_local_source,
    iterate_imported_modules,
    iterate_sys_modules,
)
from sacred.collect.sources import find_strategy

_HEAD_BYTES = 2048  # name and version are the first lines of a METADATA file

DependencyStrategy = Callable[[Mapping[str, Any], str], set["PackageDependency"]]


class Distribution:
    """An installed distribution: where its description is, and what the name of that folder says."""

    def __init__(self, folder: str, key: str, version: str) -> None:
        self.folder = folder
        self.key = key
        self.version = version


class _Site:
    """One folder of ``sys.path`` with what is installed in it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.changed_at = _get_change_time(path)
        self.by_key = {found.key: found for found in _iter_distributions(path)}
        self.by_module: dict[str, Distribution | None] = {}

    def find(self, module: str, first_file: str) -> Distribution | None:
        """Return the distribution that a top-level module belongs to."""
        if module not in self.by_module:
            self.by_module[module] = self.by_key.get(_normalize(module)) or self._search(module, first_file)
        return self.by_module[module]

    def _search(self, module: str, first_file: str) -> Distribution | None:
        """Look for a module that is not named like its distribution, as ``yaml`` of PyYAML."""
        wanted = f"\n{first_file},".encode()
        for distribution in self.by_key.values():
            names = _read(os.path.join(distribution.folder, "top_level.txt"))
            if module.encode() in names.split():
                return distribution
            if not names and wanted in b"\n" + _read(os.path.join(distribution.folder, "RECORD")):
                return distribution
        return None


_sites: dict[str, _Site] = {}
_names: dict[str, tuple[str, str]] = {}


def _get_site(path: str) -> _Site:
    site = _sites.get(path)
    if site is None or site.changed_at != _get_change_time(path):  # something was installed meanwhile
        site = _sites[path] = _Site(path)
    return site


def _get_change_time(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _iter_distributions(path: str) -> Iterator[Distribution]:
    try:
        names = os.listdir(path or ".")
    except OSError:  # a zip file, or a folder that is gone
        return
    for folder in names:
        stem, extension = os.path.splitext(folder)
        if extension not in {".dist-info", ".egg-info"}:
            continue
        name, _, version = stem.partition("-py3")[0].rpartition("-")  # an egg names its Python as well
        if name:
            yield Distribution(os.path.join(path, folder), _normalize(name), version)


def _normalize(name: str) -> str:
    return name.replace("_", "-").replace(".", "-").lower()


def _read(path: str, limit: int = -1) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(limit)
    except OSError:
        return b""


def describe_distribution(distribution: Distribution) -> tuple[str, str]:
    """Return name, in lower case as 0.8 writes it, and version of a distribution."""
    known = _names.get(distribution.folder)
    if known is None:
        head = b""
        for name in ("METADATA", "PKG-INFO", ""):  # an .egg-info can be a file
            head = head or _read(os.path.join(distribution.folder, name).rstrip(os.sep), _HEAD_BYTES)
        lines = (line.partition(": ") for line in head.decode("utf-8", "replace").splitlines())
        fields = {name: value.strip() for name, _, value in reversed(list(lines)) if value}
        known = fields.get("Name", distribution.key).lower(), fields.get("Version", distribution.version)
        _names[distribution.folder] = known
    return known


def find_distribution(module: object, name: str) -> tuple[str, str] | None:
    """Return name and version of the distribution that a top-level module belongs to, if it is known."""
    location = _find_location(module)
    if location is None:
        return None
    site, first_file = location
    found = _get_site(site).find(name, first_file)
    if found is None:  # an editable installation: the module is elsewhere than its description
        found = find_installed(name)
    return describe_distribution(found) if found else None


def find_installed(name: str) -> Distribution | None:
    """Return the installed distribution of a name, without importing anything."""
    key = _normalize(name)
    return next((found for path in sys.path if (found := _get_site(path).by_key.get(key))), None)


def _find_location(module: object) -> tuple[str, str] | None:
    """Return the folder of ``sys.path`` that a module was found in, and the name of its first file there."""
    namespace = get_namespace(module)
    filename = namespace.get("__file__")
    if isinstance(filename, str):
        folder, name = os.path.split(filename)
        if "__path__" not in namespace:
            return folder, name
        site, package = os.path.split(folder)
        return site, f"{package}/{name}"
    return None


class PackageDependency:
    """A package that the experiment uses. Two are equal when their names are.

    Attributes:
        name: the distribution's name in lower case, as ``pyyaml``; else the module's.
        version: None when it is not known.
    """

    modname_to_dist: ClassVar[dict[str, tuple[str, str]]] = {}
    """Kept for 0.8's users; it stays empty."""

    def __init__(self, name: str, version: str | None) -> None:
        self.name = name
        self.version = version

    @classmethod
    def create(cls, mod: ModuleType) -> "PackageDependency":
        """Return the distribution that a module belongs to; without one, its top-level module and version."""
        name = mod.__name__.partition(".")[0]
        found = find_distribution(sys.modules.get(name, mod), name)
        return cls(*found) if found else cls(name, _get_own_version(mod))

    def fill_missing_version(self) -> None:
        """Look the version up by the distribution's name if it is not known yet."""
        installed = None if self.version is not None else find_installed(self.name)
        if installed is not None:
            self.version = describe_distribution(installed)[1]

    def to_json(self) -> str:
        """Return ``name==version``, with ``<unknown>`` for a version that is not known."""
        return f"{self.name}=={self.version or '<unknown>'}"

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, PackageDependency) else NotImplemented

    def __lt__(self, other: "PackageDependency") -> bool:
        return self.name < other.name

    def __repr__(self) -> str:
        return f"<PackageDependency: {self.name}={self.version}>"


def _get_own_version(module: object) -> str | None:
    version = get_namespace(module).get("__version__")
    return version if isinstance(version, str) else None


def get_dependencies_from_modules(
    module_iterator: Iterable[NamedModule], base_path: str
) -> set[PackageDependency]:
    """Return the packages that modules belong to, without the standard library and the project's own.

    Modules that are neither of a known distribution nor have a ``__version__`` are left out, and so are those
    with an underscore in front: Python's start-up files bring them.
    """
    found: set[PackageDependency] = set()
    for name, module in _iter_roots(module_iterator):
        filename = get_namespace(module).get("__file__")
        if isinstance(filename, str) and is_local_source(filename, name, base_path):
            continue
        described = find_distribution(module, name) or (name, _get_own_version(module))
        if described[1] is not None:
            found.add(PackageDependency(*described))
    return found


def _iter_roots(modules: Iterable[NamedModule]) -> Iterator[NamedModule]:
    """Yield top-level modules; of a namespace package (no file of its own) the modules right below it."""
    loaded = dict(modules)
    outside = [name for name in loaded if "." not in name and _is_candidate(name)]
    namespaces = [name for name in outside if "__file__" not in get_namespace(loaded[name])]
    for name in outside:
        if name not in namespaces:
            yield name, loaded[name]
    if namespaces:
        yield from ((name, loaded[name]) for name in loaded if name.rpartition(".")[0] in namespaces)


def _is_candidate(name: str) -> bool:
    return not name.startswith("_") and name not in sys.stdlib_module_names


def get_dependencies_from_imported_modules(
    globs: Mapping[str, Any], base_path: str
) -> set[PackageDependency]:
    """Return the packages that are loaded, or that the global names come from.

    More than in 0.8, which saw only those that the global names of the main file lead to.
    """
    return get_dependencies_from_modules(
        chain(iterate_imported_modules(globs), iterate_sys_modules()), base_path
    )


def get_dependencies_from_sys_modules(_globs: Mapping[str, Any], base_path: str) -> set[PackageDependency]:
    """Return the packages that are loaded."""
    return get_dependencies_from_modules(iterate_sys_modules(), base_path)


def get_dependencies_from_pkg(_globs: Mapping[str, Any], _base_path: str) -> set[PackageDependency]:
    """Return every installed package."""
    installed = (found for path in sys.path for found in _get_site(path).by_key.values())
    found = set()
    for distribution in installed:  # the first on the path is the one that an import finds
        found.add(PackageDependency(*describe_distribution(distribution)))
    return found


def list_installed() -> dict[str, str]:
    """Return the versions of everything that is installed, by the names that its folders have.

    No description is read, so that it is fast: ``PyYAML`` is ``pyyaml``, dots and underscores are dashes.
    """
    found: dict[str, str] = {}
    for path in list(sys.path):
        for key, distribution in _get_site(path).by_key.items():
            found.setdefault(key, distribution.version)  # the first on the path is the one that is imported
    return dict(sorted(found.items()))


def get_no_dependencies(_globs: Mapping[str, Any], _base_path: str) -> set[PackageDependency]:
    """Return nothing: only what is added by hand is recorded."""
    return set()


dependency_discovery_strategies: dict[str, DependencyStrategy] = {
    "none": get_no_dependencies,
    "imported": get_dependencies_from_imported_modules,
    "sys": get_dependencies_from_sys_modules,
    "pkg": get_dependencies_from_pkg,
}


def collect_dependencies(mode: str, base_dir: str) -> set[PackageDependency]:
    """Return the packages of an experiment.

    numpy is always among them where it is installed, loaded or not: the numbers of ``_rnd`` depend on it.

    Args:
        mode: a key of :data:`dependency_discovery_strategies`.
        base_dir: the folder of the project's tree; what is below it is no package.

    Raises:
        SettingError: there is no such mode.
    """
    found = find_strategy(dependency_discovery_strategies, mode, "DISCOVER_DEPENDENCIES")({}, base_dir)
    numpy = find_installed("numpy")
    if numpy is not None:
        found.add(PackageDependency(*describe_distribution(numpy)))
    return found
