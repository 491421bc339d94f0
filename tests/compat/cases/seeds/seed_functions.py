"""`get_seed`, `create_rnd` and `set_global_seed` called by hand, with every kind of generator."""
# run:
# run: [no-numpy]
# run: legacy

import random
import sys

from kit import outcome, tell, text

from sacred import SETTINGS
from sacred.randomness import SEEDRANGE, create_rnd, get_seed, set_global_seed

try:
    import numpy as np
except ImportError:
    np = None

if "legacy" in sys.argv:
    SETTINGS.CONFIG.NUMPY_RANDOM_LEGACY_API = True


def numbers(rnd):
    return [float(rnd.random()) if hasattr(rnd, "random") else float(rnd.rand()), type(rnd).__name__]


random.seed(1)
tell(
    range=list(SEEDRANGE),
    drawn=[get_seed(), get_seed(random.Random(4)), get_seed(random)],
    created=[numbers(create_rnd(seed)) for seed in (0, 1, 2**31, 2**32 - 1)],
    from_created=[get_seed(create_rnd(seed)) for seed in (1, 2, 3)],
    wrong=["raises" in outcome(create_rnd, seed) for seed in (None, "1", 1.5)],
    python=random.random(),
)
if np is not None:
    tell(
        numpy=[get_seed(np.random.RandomState(3)), get_seed(np.random.default_rng(3))],
        kinds=[type(get_seed(rnd)).__name__ for rnd in (np.random.RandomState(3), np.random.default_rng(3))],
    )
set_global_seed(17)
tell(seeded=[random.random(), random.randint(1, 100)])
if np is not None:
    tell(seeded_numpy=[float(np.random.rand()), float(np.random.normal()), int(np.random.randint(100))])
tell(returned=set_global_seed(17) is None or callable(set_global_seed(17)), wrong_text=bool(text(create_rnd, "x")))
