"""Functions whose missing arguments come from the configuration of the current run.

A captured function keeps nothing of a run itself: each run has a :class:`Binding` for it, found through the
context of the call. So two runs in two threads, or one inside another, have each their own values.
"""

import functools
import importlib
import logging
import os
import random
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cached_property
from types import MethodType
from typing import Any, Generic, TypeVar, overload

from sacred.config.containers import make_read_only
from sacred.config.dogmatic import undogmatize
from sacred.config.seeding import CallSeeds, create_rnd, get_seed
from sacred.config.signature import Signature
from sacred.errors import InvalidConfigError
from sacred.model import status
from sacred.settings import SETTINGS
from sacred.support.dotted import get_by_dotted_path

R = TypeVar("R")

SPECIAL_ARGUMENTS = frozenset({"_config", "_seed", "_rnd", "_log", "_run"})


class Binding:
    """What one run offers to one captured function.

    Args:
        config: the configuration of the function's ingredient.
        prefix: dotted path of the part of it that the function sees.
        logger: given as ``_log``.
        run: given as ``_run``.
        seeds: where ``_seed`` and ``_rnd`` come from.

    Attributes:
        siblings: what the run offers to all functions, this one included.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        prefix: str | None = None,
        logger: logging.Logger | None = None,
        run: Any = None,
        seeds: CallSeeds | None = None,
    ) -> None:
        self.config = config
        self.prefix = prefix
        self.logger = logger
        self.run = run
        self.seeds = seeds or CallSeeds(get_seed)
        self.siblings: Bindings = {}

    def __contains__(self, name: object) -> bool:
        return name in self._part

    def __getitem__(self, name: str) -> Any:
        """Return an entry as the function may see it."""
        value = self._part[name]
        if isinstance(value, dict | list) and SETTINGS.CONFIG.READ_ONLY_CONFIG:
            return self.view[name]  # the very object that ``_config`` has
        return value

    @cached_property
    def _part(self) -> Mapping[str, Any]:
        return self._select()

    @property
    def view(self) -> Mapping[str, Any]:
        """The configuration as the function may see it: read-only, unless the settings say otherwise."""
        if not SETTINGS.CONFIG.READ_ONLY_CONFIG:
            return self._part
        return self._read_only

    @cached_property
    def _read_only(self) -> Mapping[str, Any]:
        view: Mapping[str, Any] = make_read_only(self._part)
        return view

    def _select(self) -> Mapping[str, Any]:
        if not self.prefix:
            return self.config
        part = get_by_dotted_path(dict(self.config), self.prefix, default={})
        if not isinstance(part, Mapping):
            raise InvalidConfigError(
                f"A captured function has the prefix {self.prefix!r}, "
                f"but that entry is no dictionary: {part!r}"
            )
        return part


class _Options:
    """What a call may be completed from: special arguments, else configuration entries."""

    __slots__ = ("_binding", "_special")

    def __init__(self, binding: Binding, special: Mapping[str, Any]) -> None:
        self._binding = binding
        self._special = special

    def __contains__(self, name: object) -> bool:
        return name in self._special or name in self._binding

    def __getitem__(self, name: str) -> Any:
        return self._special[name] if name in self._special else self._binding[name]


_NOTHING: Mapping[str, Any] = {}

Bindings = Mapping["CapturedFunction[Any]", Binding]

_active: ContextVar[tuple[Bindings, ...]] = ContextVar("sacred_bindings", default=())


class CapturedFunction(Generic[R]):
    """A function whose missing arguments come from the configuration.

    It takes the place of the function that was decorated, also as a method, under ``staticmethod``,
    ``property`` or ``contextmanager``, as ``__init__``, and as a generator.

    Args:
        function: the function.
        prefix: dotted path of the part of the configuration that it sees.

    Attributes:
        unobserved: as a command, don't record its runs.
        shows_faults: as a command, it runs with values of wrong types as well, and tells of them itself.
    """

    __name__: str
    __qualname__: str
    unobserved: bool = False
    shows_faults: bool = False

    def __init__(self, function: Callable[..., R], prefix: str | None = None) -> None:
        functools.update_wrapper(self, function)
        if not hasattr(function, "__name__"):  # an instance, or a partial function
            self.__name__ = getattr(getattr(function, "func", None), "__name__", type(function).__name__)
            self.__qualname__ = self.__name__
        self._function = function
        self.prefix = prefix
        self.signature = Signature(function, self.__name__)
        names = set(self.signature.arguments)
        self._special = tuple(sorted(SPECIAL_ARGUMENTS & names))
        self.uses_randomness = bool({"_seed", "_rnd"} & names)
        self._latest = Binding({}, prefix)

    def __call__(self, *args: Any, **kwargs: Any) -> R:
        """Call the function; arguments that are not given come from the configuration, else are defaults."""
        __tracebackhide__ = True
        binding = self.get_binding()
        options = _Options(binding, self._get_special(binding) if self._special else _NOTHING)
        positional, named = self.signature.construct_arguments(args, kwargs, options)
        return self._function(*positional, **named)

    @overload
    def __get__(self, instance: None, owner: type) -> "CapturedFunction[R]": ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., R]: ...
    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __getattr__(self, name: str) -> Any:
        """Return what the function itself has, such as ``__code__``: tools that inspect functions need it."""
        if name == "_function":  # before it is set there is nothing to ask
            raise AttributeError(name)
        return getattr(self._function, name)

    def get_binding(self) -> Binding:
        """Return what the current run offers; outside of runs what the latest one did."""
        return self.find_active() or self._latest

    def find_active(self) -> Binding | None:
        """Return what the run around this code offers; None outside of runs, and in threads of a run."""
        bound = (bindings.get(self) for bindings in reversed(_active.get()))
        return next((binding for binding in bound if binding is not None), None)

    def set_latest(self, binding: Binding) -> None:
        """Make this the binding of calls that belong to no run: of threads, and after a run's end."""
        self._latest = binding

    @property
    def config(self) -> Mapping[str, Any]:
        """The configuration that the function sees now."""
        return self.get_binding().view

    @config.setter
    def config(self, value: Mapping[str, Any]) -> None:
        self._latest = Binding(value, self.prefix, self._latest.logger, self._latest.run)

    @property
    def logger(self) -> logging.Logger | None:
        """The logger that the function gets as ``_log``."""
        return self.get_binding().logger

    @logger.setter
    def logger(self, value: logging.Logger | None) -> None:
        self._latest.logger = value

    @property
    def run(self) -> Any:
        """The run that the function gets as ``_run``."""
        return self.get_binding().run

    @run.setter
    def run(self, value: Any) -> None:
        self._latest.run = value

    def _get_special(self, binding: Binding) -> dict[str, Any]:
        special: dict[str, Any] = {}
        if "_config" in self._special:
            special["_config"] = binding.view
        if "_log" in self._special:
            special["_log"] = binding.logger or logging.getLogger(self.__name__)
        if "_run" in self._special:
            special["_run"] = binding.run
        if self.uses_randomness:
            special["_seed"] = seed = binding.seeds.draw()
            if "_rnd" in self._special:
                special["_rnd"] = create_rnd(seed)
        return special

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the name, and the values that this and the run's other functions have now, for a worker.

        Each pickle carries a seed of its own if any of them uses randomness, so that tasks differ.
        """
        from pickle import PicklingError

        from sacred.support.pickling import is_cloudpickle_at_work, is_sent_whole, reduce_whole

        is_found = _find(self.__module__, self.__qualname__) is self
        if is_sent_whole(self.__module__) or (not is_found and is_cloudpickle_at_work()):
            return reduce_whole(self, self._describe())
        if not is_found:
            raise PicklingError(
                f"Can't pickle the captured function {self.__qualname__}: only functions that can be "
                f"imported from their module ({self.__module__}) can be sent to another process"
            )
        run = _find_sendable(self.get_binding().run)
        return _restore, (self.__module__, self.__qualname__, *_collect_values(self), run)

    def _describe(self) -> dict[str, Any]:
        binding = self.get_binding()
        return {
            "function": self._function,
            "prefix": self.prefix,
            "flags": (self.unobserved, self.shows_faults),
            "config": undogmatize(binding.config),
            "seed": binding.seeds.draw() if self.uses_randomness else None,
            "run": _find_sendable(binding.run),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        CapturedFunction.__init__(self, state["function"], state["prefix"])
        self.unobserved, self.shows_faults = state["flags"]
        seeds = _repeat_seed(state["seed"])
        self.set_latest(Binding(state["config"], self.prefix, run=state.get("run"), seeds=seeds))

    def __repr__(self) -> str:
        return f"<captured function {self.__qualname__}>"


def _find(module: str, qualname: str) -> Any:
    found: Any = sys.modules.get(module) or importlib.import_module(module)
    for name in qualname.split("."):
        found = found.__dict__.get(name) if isinstance(found, type) else getattr(found, name, None)
        if isinstance(found, staticmethod | classmethod):
            found = found.__func__
    return found


def _collect_values(
    function: CapturedFunction[Any],
) -> tuple[list[Any], dict[tuple[str, str], int], int | None]:
    """Return the configurations of a run, which of them each of its functions sees, and a seed for all.

    The function may call the others. Its own configuration is the first.
    """
    own = function.get_binding()
    configs = [own.config]
    places: dict[tuple[str, str], int] = {}
    is_random = function.uses_randomness
    for sibling, binding in own.siblings.items():
        name = sibling.__module__, sibling.__qualname__
        if sibling is function or _find(*name) is not sibling:
            continue
        if not any(binding.config is config for config in configs):
            configs.append(binding.config)
        places[name] = next(place for place, config in enumerate(configs) if config is binding.config)
        is_random |= sibling.uses_randomness
    seed = own.seeds.draw() if is_random else None
    return [undogmatize(config) for config in configs], places, seed


def _find_sendable(run: Any) -> Any:
    """Return a run that another process can take part in; None if it is over, or no run of ours."""
    is_on = getattr(type(run), "can_be_sent", False) and run.status == status.RUNNING
    return run if is_on else None


def _restore(
    module: str,
    qualname: str,
    configs: list[Any],
    places: dict[tuple[str, str], int],
    seed: int | None,
    run: Any = None,
) -> Any:
    function = _find(module, qualname)
    if not isinstance(function, CapturedFunction) or _active.get():
        return function
    function.set_latest(Binding(configs[0], function.prefix, run=run, seeds=_repeat_seed(seed)))
    for name, place in places.items():
        sibling = _find(*name) if name[0] in sys.modules else None  # what is not loaded is not called
        if isinstance(sibling, CapturedFunction):
            own_seed = None if seed is None else get_seed(random.Random(f"{seed} {'.'.join(name)}"))
            seeds = _repeat_seed(own_seed)
            sibling.set_latest(Binding(configs[place], sibling.prefix, run=run, seeds=seeds))
    return function


def _repeat_seed(seed: int | None) -> CallSeeds | None:
    return None if seed is None else CallSeeds(lambda: seed)


def create_captured_function(function: Callable[..., R], prefix: str | None = None) -> CapturedFunction[R]:
    """Return the function as a captured one; one that is captured already as it is.

    Raises:
        TypeError: it has no signature.
    """
    if isinstance(function, CapturedFunction):
        return function
    return CapturedFunction(function, prefix)


captured_function = create_captured_function


class BoundCalls:
    """While entered, captured functions find these bindings; afterwards they stay the latest ones.

    Args:
        bindings: what the run offers, by function.
    """

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._tokens: list[Any] = []

    def __enter__(self) -> None:
        for function, binding in self._bindings.items():
            binding.siblings = self._bindings
            function.set_latest(binding)
        self._tokens.append(_active.set((*_active.get(), self._bindings)))

    def __exit__(self, *_: object) -> None:
        _active.reset(self._tokens.pop())


def _leave_runs() -> None:
    """In a forked worker the values of its parent's run stay, until pickled functions bring others."""
    for bindings in _active.get():
        for function, binding in bindings.items():
            function.set_latest(binding)
    _active.set(())


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_leave_runs)
