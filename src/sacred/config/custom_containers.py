"""Door to :mod:`sacred.config.containers`, under the name that Sacred 0.8 had for it."""

from sacred.config.containers import (
    NP_FLOATS,
    NP_INTS,
    ReadOnlyContainer,
    ReadOnlyDict,
    ReadOnlyList,
    make_read_only,
    read_only_dict_representer,
    read_only_list_representer,
)
from sacred.config.dogmatic import (
    SIMPLIFY_TYPE,
    DogmaticDict,
    DogmaticList,
    fallback_dict,
    is_different,
    type_changed,
)
from sacred.plugins.extras import load_optional as __getattr__

__all__ = [
    "NP_FLOATS",
    "NP_INTS",
    "SIMPLIFY_TYPE",
    "DogmaticDict",
    "DogmaticList",
    "ReadOnlyContainer",
    "ReadOnlyDict",
    "ReadOnlyList",
    "__getattr__",
    "fallback_dict",
    "is_different",
    "make_read_only",
    "read_only_dict_representer",
    "read_only_list_representer",
    "type_changed",
]
