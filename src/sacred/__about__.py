"""Door: the version."""

from sacred.support.version import __version__

__all__ = ["__version__"]
