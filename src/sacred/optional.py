"""Door to :mod:`sacred.plugins.extras`, under the name that Sacred 0.8 had for it.

``np``, ``pandas``, ``yaml``, ``libc`` and the ``has_...`` flags are found out when somebody asks for them.
"""

from sacred.plugins.extras import get_tensorflow, optional_import
from sacred.plugins.extras import load_optional as __getattr__

__all__ = ["__getattr__", "get_tensorflow", "optional_import"]
