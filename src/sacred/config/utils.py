"""Door to functions of :mod:`sacred.config` and :mod:`sacred.support`, under the name that Sacred 0.8 had."""

from sacred.config.chain import chain_evaluate_config_scopes
from sacred.config.dogmatic import dogmatize, undogmatize
from sacred.config.keys import assert_is_valid_key, normalize_or_die
from sacred.support.copies import normalize_numpy
from sacred.support.dotted import recursive_fill_in

__all__ = [
    "assert_is_valid_key",
    "chain_evaluate_config_scopes",
    "dogmatize",
    "normalize_numpy",
    "normalize_or_die",
    "recursive_fill_in",
    "undogmatize",
]
