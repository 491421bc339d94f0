"""Door to :mod:`sacred.collect`, under the name that Sacred 0.8 had for it."""

from sys import stdlib_module_names as MODULE_BLACKLIST  # noqa: N812 - 0.8's name
from types import ModuleType as module  # noqa: N813 - 0.8's name

from sacred.collect.experiment_info import gather_sources_and_dependencies
from sacred.collect.modules import (
    convert_path_to_module_parts,
    get_py_file_if_possible,
    is_local_source,
    iterate_all_python_files,
    iterate_imported_modules,
    iterate_sys_modules,
)
from sacred.collect.packages import (
    PackageDependency,
    dependency_discovery_strategies,
    get_dependencies_from_imported_modules,
    get_dependencies_from_modules,
    get_dependencies_from_pkg,
    get_dependencies_from_sys_modules,
)
from sacred.collect.sources import (
    Source,
    get_commit_if_possible,
    get_main_file,
    get_sources_from_imported_modules,
    get_sources_from_local_dir,
    get_sources_from_modules,
    get_sources_from_sys_modules,
    source_discovery_strategies,
)
from sacred.collect.versions import PEP440_VERSION_PATTERN
from sacred.support.digests import CHUNK_BYTES as MB
from sacred.support.digests import get_digest

__all__ = [
    "MB",
    "MODULE_BLACKLIST",
    "PEP440_VERSION_PATTERN",
    "PackageDependency",
    "Source",
    "convert_path_to_module_parts",
    "dependency_discovery_strategies",
    "gather_sources_and_dependencies",
    "get_commit_if_possible",
    "get_dependencies_from_imported_modules",
    "get_dependencies_from_modules",
    "get_dependencies_from_pkg",
    "get_dependencies_from_sys_modules",
    "get_digest",
    "get_main_file",
    "get_py_file_if_possible",
    "get_sources_from_imported_modules",
    "get_sources_from_local_dir",
    "get_sources_from_modules",
    "get_sources_from_sys_modules",
    "is_local_source",
    "iterate_all_python_files",
    "iterate_imported_modules",
    "iterate_sys_modules",
    "module",
    "source_discovery_strategies",
]
