"""Packages that are optional, and which extra of ours brings them."""

import importlib
import importlib.util
import sys
from typing import Any

from sacred.errors import SacredError

_EXTRAS = {
    **{package: package for package in ("yaml", "mako", "numpy")},
    **dict.fromkeys(("pandas", "polars", "pyarrow"), "frames"),
    **dict.fromkeys(("psutil", "pynvml"), "system"),
    "pymongo": "mongo",
    **dict.fromkeys(("sqlalchemy", "alembic"), "sql"),
    "psycopg": "postgresql",
    "pymysql": "mysql",
    **dict.fromkeys(("s3fs", "fsspec"), "s3"),
    "gcsfs": "gcs",
    "matplotlib": "plot",
}


class MissingExtraError(SacredError, ImportError):
    """A feature needs a package that is not installed.

    Args:
        package: the package that is missing.
        feature: what needs it, the subject of the message.
    """

    def __init__(self, package: str, feature: str) -> None:
        extra = _EXTRAS.get(package)
        remedy = f'pip install "sacred[{extra}]"' if extra else f"pip install {package}"
        super().__init__(
            f"{feature} needs the package {package}, which is not installed: {remedy}", print_traceback=False
        )
        self.name = package


def require(package: str, feature: str) -> Any:
    """Import and return an optional package.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise MissingExtraError(package, feature) from None


def module_exists(modname: str) -> bool:
    """Tell whether a module can be imported, without importing it."""
    if modname in sys.modules:
        return sys.modules[modname] is not None
    try:
        return importlib.util.find_spec(modname) is not None
    except (ImportError, ValueError):
        return False


def modules_exist(*modnames: str) -> bool:
    """Tell whether all of these modules can be imported."""
    return all(module_exists(name) for name in modnames)


def module_is_in_cache(modname: str) -> bool:
    """Tell whether a module has been imported already."""
    return modname in sys.modules


def parse_version(version_string: str) -> Any:
    """Return a version that compares as PEP 440 says.

    Raises:
        MissingExtraError: packaging is not installed.
        ValueError: it is no version.
    """
    require("packaging", "Comparing versions")
    return importlib.import_module("packaging.version").Version(version_string)


def get_package_version(name: str) -> Any:
    """Return the version of an importable package, see :func:`parse_version`.

    Raises:
        ImportError: it is not installed.
    """
    return parse_version(importlib.import_module(name).__version__)


def optional_import(*package_names: str) -> tuple[bool, Any]:
    """Import packages if all of them are there: ``(True, the first)``, else ``(False, None)``."""
    try:
        packages = [importlib.import_module(name) for name in package_names]
    except ImportError:
        return False, None
    return True, packages[0]


def get_tensorflow() -> Any:
    """Import and return TensorFlow in its form of version 1.

    Raises:
        ImportError: it is not installed.
    """
    return importlib.import_module("tensorflow.compat.v1")


def load_optional(name: str) -> Any:
    """Return what :mod:`sacred.optional` calls ``name``: a package or None, or whether there is one.

    Raises:
        AttributeError: it has no such name.
    """
    if name in {"np", "pandas", "yaml"}:
        return optional_import({"np": "numpy"}.get(name, name))[1]
    if name in {
        f"has_{package}"
        for package in ("mako", "numpy", "pandas", "sqlalchemy", "tensorflow", "tinydb", "yaml")
    }:
        return module_exists(name.removeprefix("has_"))
    if name == "libc":
        return importlib.import_module("ctypes").CDLL(None)
    raise AttributeError(f"module 'sacred.optional' has no attribute {name!r}")
