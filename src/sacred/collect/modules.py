"""Which modules are loaded, where their files are, and which of them are the user's own code."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from operator import is_
from types import ModuleType
from typing import Any

_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_STDLIB_FOLDER = os.path.dirname(os.path.abspath(os.__file__))
_FOREIGN_ROOTS = {
    root for folder in (_OWN_FOLDER, _STDLIB_FOLDER) for root in (folder, os.path.realpath(folder))
}
_INSTALLED = frozenset({"site-packages", "dist-packages"})
# caches, version control, tools, and the copies of sources that a FileStorageObserver keeps in its folder
_SKIPPED = frozenset({"__pycache__", "node_modules", "_sources"})
_SOURCE_SUFFIXES = (".py", ".pyw")

_FOREIGN_PREFIXES = tuple(root + os.sep for root in sorted(_FOREIGN_ROOTS))
_INSTALLED_PARTS = tuple(f"{os.sep}{name}{os.sep}" for name in sorted(_INSTALLED))
NamedModule = tuple[str, ModuleType]


def get_namespace(module: object) -> Mapping[str, Any]:
    """Return a module's names without making a lazy module load: its own ``__getattr__`` is not asked."""
    try:
        namespace = object.__getattribute__(module, "__dict__")
    except (AttributeError, TypeError):
        return {}
    return namespace if isinstance(namespace, dict) else {}


def find_module_file(module: object) -> str | None:
    """Return the absolute path of a module's source file; None where it has none."""
    filename = get_namespace(module).get("__file__")
    if not isinstance(filename, str):
        return None
    if filename.endswith(".pyc"):
        filename = get_py_file_if_possible(filename)
    if not filename.endswith(_SOURCE_SUFFIXES):
        return None
    return filename if os.path.isabs(filename) else os.path.abspath(filename)


def get_py_file_if_possible(pyc_name: str) -> str:
    """Return the ``.py`` file beside a compiled one if it exists, else the name as it was given."""
    stem, extension = os.path.splitext(pyc_name)
    if extension.lower() not in {".pyc", ".pyo"}:
        return pyc_name
    source = stem + ".py"
    return source if os.path.exists(source) else pyc_name


def find_main_file(globs: Mapping[str, Any]) -> str | None:
    """Return the absolute path of the file whose global names these are; None in an interactive session."""
    filename = globs.get("__file__")
    if not isinstance(filename, str) or filename.startswith("<"):
        return None
    return os.path.abspath(get_py_file_if_possible(filename))


def iterate_sys_modules() -> Iterator[NamedModule]:
    """Yield name and module of everything that is loaded."""
    for name, module in list(sys.modules.items()):
        if module is not None:
            yield name, module


def iterate_imported_modules(globs: Mapping[str, Any]) -> Iterator[NamedModule]:
    """Yield name and module of what some global names come from, with the packages around them."""
    seen: set[str] = set()
    for value in list(globs.values()):
        for name in _iter_parents(_find_module_name(value)):
            module = sys.modules.get(name)
            if module is not None and name not in seen:
                seen.add(name)
                yield name, module


def _find_module_name(value: object) -> str:
    if isinstance(value, ModuleType):
        name = get_namespace(value).get("__name__", "")
    else:
        name = getattr(value if callable(value) else type(value), "__module__", "")
    return name if isinstance(name, str) else ""


def _iter_parents(name: str) -> Iterator[str]:
    parts = name.split(".") if name else []
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


def is_local_source(
    filename: str | os.PathLike[str], modname: str, experiment_path: str | os.PathLike[str]
) -> bool:
    """Tell whether a loaded module is the user's own code: its file is in the project's tree.

    What is installed below that tree (``site-packages``, a virtual environment), the standard library and
    this package are not. ``modname`` is 0.8's parameter; the file alone decides.
    """
    path = os.path.abspath(filename)
    return modname != "__main__" and is_in_project(path, os.path.abspath(experiment_path))


def is_in_project(filename: str, base_dir: str) -> bool:
    """Tell whether an absolute path is in the tree below ``base_dir``, and not of something installed."""
    if not filename.startswith(base_dir.rstrip(os.sep) + os.sep):
        return False
    return not _is_foreign(os.path.dirname(filename), base_dir)


@lru_cache(maxsize=4096)
def _is_foreign(folder: str, base_dir: str) -> bool:
    # the folders above base_dir don't matter: an experiment may itself be installed
    while len(folder) > len(base_dir):
        if _is_installed_root(folder) or _is_environment(folder):
            return True
        folder = os.path.dirname(folder)
    return _is_installed_root(base_dir)


def _is_installed_root(folder: str) -> bool:
    return folder in _FOREIGN_ROOTS or os.path.basename(folder) in _INSTALLED


def _is_environment(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))


def iter_local_files(modules: Iterable[NamedModule], base_dir: str) -> Iterator[str]:
    """Yield the files of those modules that are in the project's tree.

    The tree may be reached through a symbolic link, while Python names the files by their real paths, or
    the other way round: the files are yielded by their paths below ``base_dir``.
    """
    prefix = base_dir.rstrip(os.sep) + os.sep
    real_base = os.path.realpath(base_dir)
    for _, module in modules:
        raw = get_namespace(module).get("__file__")
        if not isinstance(raw, str) or (not raw.startswith(prefix) and _is_plainly_foreign(raw)):
            continue  # nearly all modules of a large program: this must be quick
        filename = find_module_file(module)
        if filename is None:
            continue
        if filename.startswith(prefix):
            if is_in_project(filename, base_dir):
                yield filename
            continue
        real = os.path.join(_get_real_folder(os.path.dirname(filename)), os.path.basename(filename))
        if is_in_project(real, real_base):
            yield prefix + real[len(real_base.rstrip(os.sep) + os.sep) :]


_scans: dict[str, tuple[list[ModuleType], list[str]]] = {}
"""What was found last, by folder: which modules were loaded, and the files."""


def list_local_files(base_dir: str) -> list[str]:
    """Return the files of all loaded modules that are in the project's tree.

    It is the same list, which is not to be changed, until other modules are loaded.
    """
    modules = list(sys.modules.values())
    known, files = _scans.get(base_dir, ([], []))
    if len(known) != len(modules) or not all(map(is_, known, modules)):
        files = list(iter_local_files((("", module) for module in modules), base_dir))
        _scans[base_dir] = modules, files
    return files


def _is_plainly_foreign(filename: str) -> bool:
    return filename.startswith(_FOREIGN_PREFIXES) or any(part in filename for part in _INSTALLED_PARTS)


@lru_cache(maxsize=4096)
def _get_real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def iterate_all_python_files(base_path: str | os.PathLike[str]) -> Iterator[str]:
    """Yield every ``.py`` file below a folder, without hidden folders, environments and stored copies."""
    base = os.path.abspath(base_path)
    for folder, subfolders, names in os.walk(base):
        subfolders[:] = sorted(name for name in subfolders if not _is_skipped(folder, name))
        for name in sorted(names):
            if name.endswith(_SOURCE_SUFFIXES):
                yield os.path.join(folder, name)


def _is_skipped(folder: str, name: str) -> bool:
    return (
        name.startswith(".") or name in _SKIPPED | _INSTALLED or _is_environment(os.path.join(folder, name))
    )


def convert_path_to_module_parts(path: str | os.PathLike[str]) -> list[str]:
    """Return the parts of the module name that a file has: ``a/b/__init__.py`` is ``["a", "b"]``."""
    stem = os.path.splitext(os.path.normpath(path))[0]
    parts = [part for part in stem.split(os.sep) if part]
    return parts[:-1] if parts and parts[-1] == "__init__" else parts
