"""Door to :mod:`sacred.config.seeding`, under the name that Sacred 0.8 had for it."""

from sacred.config.seeding import SEEDRANGE, create_rnd, get_seed, set_global_seed

__all__ = ["SEEDRANGE", "create_rnd", "get_seed", "set_global_seed"]
