"""Door to :mod:`sacred.model.serialize`, under the name that Sacred 0.8 had for it.

``json`` is the standard library's: this package reads and writes no pickles in JSON.
"""

from sacred.model.serialize import flatten, json, restore
from sacred.plugins.extras import load_optional as __getattr__

__all__ = ["__getattr__", "flatten", "json", "restore"]
