"""Random numbers that follow from one root seed.

Every ingredient has a seed; from it follow a seed for each of its captured functions, in order of
declaration, and from that a ``_seed`` and a ``_rnd`` for each call. The numbers are those of Sacred 0.8.7
(``docs/explanation/seeds.md``). They are drawn only when a function asks for them, so numpy loads only then.
"""

import contextlib
import importlib
import logging
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from sacred.errors import InvalidConfigError
from sacred.plugins.extras import module_exists
from sacred.settings import SETTINGS
from sacred.support.imports import when_imported

LOGGER = logging.getLogger("sacred")

# threads must neither make a generator twice nor draw a number twice; one lock, as seeds follow from others
_LOCK = threading.RLock()
if hasattr(os, "register_at_fork"):  # a child must not inherit it from a thread that it does not have
    os.register_at_fork(before=_LOCK.acquire, after_in_parent=_LOCK.release, after_in_child=_LOCK.release)

SEEDRANGE = (1, int(1e9))
"""The lowest seed, and the number after the highest one, that is drawn."""

SEED_DOC = "the random seed for this experiment"
"""The documentation of the entry ``seed``."""

_HIGHEST_SEED = 2**32 - 1  # what numpy.random.seed takes


def get_seed(rnd: Any = None) -> int:
    """Draw a seed from a generator; from Python's global one if there is none."""
    low, high = SEEDRANGE
    if rnd is None:
        return random.randint(low, high)
    if isinstance(rnd, random.Random):
        return rnd.randint(low, high)
    if hasattr(rnd, "integers"):  # numpy.random.Generator
        return int(rnd.integers(low, high))
    return int(rnd.randint(low, high))  # numpy.random.RandomState


def create_rnd(seed: int) -> Any:
    """Return a generator: ``numpy.random.default_rng(seed)``, or ``random.Random(seed)`` without numpy.

    With ``SETTINGS.CONFIG.NUMPY_RANDOM_LEGACY_API`` it is a ``numpy.random.RandomState``.
    """
    check_seed(seed)
    if not module_exists("numpy"):
        return random.Random(seed)
    import numpy as np

    if SETTINGS.CONFIG.NUMPY_RANDOM_LEGACY_API:
        return np.random.RandomState(seed)
    return np.random.default_rng(seed)


def check_seed(seed: Any, path: str = "seed") -> None:
    """Check that a seed is one that every generator takes.

    Raises:
        InvalidConfigError: it is no integer from 0 to 2**32 - 1.
    """
    if not isinstance(seed, int) or not 0 <= seed <= _HIGHEST_SEED:
        raise InvalidConfigError(
            f"Config entry {path!r}: Seed has to be integer from 0 to {_HIGHEST_SEED}, "
            f"but was {seed!r} ({type(seed).__name__})",
            print_traceback=False,
        )


def set_global_seed(seed: int) -> Callable[[], None]:
    """Seed ``random``, numpy, torch and tensorflow; those that are not imported yet, when they are.

    Returns:
        A function that ends the waiting for imports.
    """
    random.seed(seed)
    if sys.modules.get("numpy") is not None:
        with contextlib.suppress(ImportError):  # numpy loads this late: its first use may be after the run
            importlib.import_module("numpy.random")
    forgets = [when_imported(name, _seeder(seed, path)) for name, path in _SEEDERS.items()]

    def forget() -> None:
        for take_back in forgets:
            take_back()

    return forget


def _seeder(seed: int, path: str) -> Callable[[ModuleType], None]:
    def call(module: ModuleType) -> None:
        function: Any = module
        try:
            for name in path.split("."):
                function = getattr(function, name, None)
            if function is not None:
                function(seed)
        except Exception as error:  # noqa: BLE001 - the user's import must not fail for it
            LOGGER.warning("%s could not be seeded: %s: %s", module.__name__, type(error).__name__, error)

    return call


_SEEDERS = {"numpy.random": "seed", "torch": "manual_seed", "tensorflow": "random.set_seed"}


class SeedSource:
    """The seeds of one ingredient: its own, and those of its captured functions.

    Args:
        seed: the ingredient's seed, or a function that draws it when it is needed.
    """

    def __init__(self, seed: int | Callable[[], int]) -> None:
        self._seed = seed
        self._generator: Any = None
        self._function_seeds: list[int] = []

    @property
    def seed(self) -> int:
        """The ingredient's seed."""
        with _LOCK:
            if callable(self._seed):
                self._seed = self._seed()
            return self._seed

    def get_function_seed(self, index: int) -> int:
        """Return the seed of the captured function that was declared at this place, from 0."""
        with _LOCK:
            if self._generator is None:
                self._generator = create_rnd(self.seed)
            while len(self._function_seeds) <= index:
                self._function_seeds.append(get_seed(self._generator))
            return self._function_seeds[index]


class CallSeeds:
    """The seeds of the calls of one captured function.

    Args:
        get_function_seed: returns the function's seed; called when the first call asks for a seed.
    """

    def __init__(self, get_function_seed: Callable[[], int]) -> None:
        self._get_function_seed = get_function_seed
        self._generator: Any = None

    def draw(self) -> int:
        """Return the seed of the next call."""
        with _LOCK:
            if self._generator is None:
                self._generator = create_rnd(self._get_function_seed())
            return get_seed(self._generator)


def iter_ingredient_seeds(root_seed: int) -> Iterator[int]:
    """Yield the seeds that are drawn for ingredients, in the order in which they are taken."""
    generator = create_rnd(root_seed)
    while True:
        yield get_seed(generator)
