"""sacred.randomness by itself: seeds drawn, generators made, and the global seed."""
# run:
# run: [no-numpy]

import random

from kit import outcome, tell

from sacred import SETTINGS
from sacred.optional import has_numpy, np
from sacred.randomness import SEEDRANGE, create_rnd, get_seed, set_global_seed


def draws(generator):
    if hasattr(generator, "integers"):
        return [int(each) for each in generator.integers(0, 1000, 4)]
    return [int(generator.randint(0, 1000)) for _ in range(4)]


random.seed(1)
tell(
    range=list(SEEDRANGE),
    seeds=[get_seed() for _ in range(3)],
    from_generator=[get_seed(create_rnd(seed)) for seed in (0, 1, 123456789)],
    sequence=[get_seed(generator) for generator in [create_rnd(5)] * 3],
    kinds=[type(create_rnd(1)).__name__, type(get_seed(create_rnd(1))).__name__, type(get_seed()).__name__],
    draws=draws(create_rnd(7)),
    large=outcome(lambda: draws(create_rnd(2**32 - 1))),
    wrong=["raises" in outcome(create_rnd, each) for each in ("text", 1.5, None)],
)
SETTINGS.CONFIG.NUMPY_RANDOM_LEGACY_API = True
tell(legacy=[type(create_rnd(1)).__name__, get_seed(create_rnd(3)), draws(create_rnd(7))])
SETTINGS.CONFIG.NUMPY_RANDOM_LEGACY_API = False
set_global_seed(42)
tell(
    python=[random.random(), random.randint(0, 100)],
    numpy=[float(np.random.rand()), int(np.random.randint(100))] if has_numpy else None,
    drawn=get_seed(),
)
