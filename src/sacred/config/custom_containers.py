"""Door to :mod:`sacred.config.containers`, under the name that Sacred 0.8 had for it."""

from sacred.config.containers import (
    NP_FLOATS,
    NP_INTS,
    SIMPLIFY_TYPE,
    ReadOnlyContainer,
    ReadOnlyDict,
    ReadOnlyList,
    is_different,
    make_read_only,
    read_only_dict_representer,
    read_only_list_representer,
    type_changed,
)
from sacred.config.dogmatic import DogmaticDict, DogmaticList, fallback_dict
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
