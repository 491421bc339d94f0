"""The table of host facts: built-in gatherers, the user's own, and what happens when one fails."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar, overload

from sacred.collect.host.cpu import read_cpu
from sacred.collect.host.environment import read_environment
from sacred.collect.host.gpu import read_gpus
from sacred.collect.host.system import read_hostname, read_os, read_python_version
from sacred.errors import SacredError
from sacred.settings import SETTINGS
from sacred.support.limits import call_within

LIMIT_SECONDS = 2.0
Gatherer = Callable[[], Any]
Function = TypeVar("Function", bound=Gatherer)

_logger = logging.getLogger(__name__)


class IgnoreHostInfo(Exception):  # noqa: N818 - the name that the contract gives to users
    """Raised by a gatherer that has nothing to say on this machine: its key is left out."""


class HostInfoGetter:
    """A named gatherer.

    Attributes:
        getter_function: called without arguments; returns what JSON can hold.
        name: the key in the host info.
    """

    def __init__(self, getter_function: Gatherer, name: str) -> None:
        self.getter_function = getter_function
        self.name = name

    def __call__(self) -> Any:
        """Return the fact."""
        return self.getter_function()

    def get_info(self) -> Any:
        """Return the fact."""
        return self.getter_function()


host_info_gatherers: dict[str, HostInfoGetter] = {}
"""Gatherers of every experiment of this process, by key; :func:`host_info_getter` adds to it."""


def host_info_gatherer(name: str) -> Callable[[Gatherer], HostInfoGetter]:
    """Make a gatherer of a function; give it to ``Experiment(additional_host_info=[...])``.

    Args:
        name: the key in the host info.
    """

    def wrapper(function: Gatherer) -> HostInfoGetter:
        return HostInfoGetter(function, name)

    return wrapper


@overload
def host_info_getter(func: Function, name: str | None = None) -> Function: ...
@overload
def host_info_getter(func: None = None, name: str | None = None) -> Callable[[Function], Function]: ...
def host_info_getter(func: Function | None = None, name: str | None = None) -> Any:
    """Add a function to the gatherers of every experiment (old spelling; new: :func:`host_info_gatherer`).

    Args:
        func: called without arguments.
        name: the key in the host info; default: the function's name.
    """

    def add(function: Function) -> Function:
        key: str = name or function.__name__
        host_info_gatherers[key] = HostInfoGetter(function, key)
        return function

    return add if func is None else add(func)


@cache
def _gather_constant() -> dict[str, Any]:
    """Return what can't change while the process lives."""
    facts: dict[str, Any] = {}
    for name, gather in (("os", read_os), ("python_version", read_python_version), ("cpu", read_cpu)):
        _note(facts, name, gather)
    return facts


@cache
def _gather_gpus() -> dict[str, Any]:
    facts: dict[str, Any] = {}
    _note(facts, "gpus", read_gpus)
    gpus = facts["gpus"]
    if gpus is None:
        return {"gpu": []}  # nobody to ask: there is none
    return {"gpu": gpus["gpus"] if isinstance(gpus, dict) else gpus, "gpus": gpus}


def _gather_default() -> dict[str, Any]:
    facts: dict[str, Any] = {}
    _note(facts, "hostname", read_hostname)
    facts |= _copy(_gather_constant())
    if not SETTINGS.HOST_INFO.INCLUDE_CPU_INFO:
        facts["cpu"] = None
    facts |= _copy(_gather_gpus()) if SETTINGS.HOST_INFO.INCLUDE_GPU_INFO else {"gpu": None, "gpus": None}
    _note(facts, "ENV", lambda: read_environment(SETTINGS.HOST_INFO.CAPTURED_ENV))
    return facts


def _copy(value: Any) -> Any:
    """Return remembered facts so that nobody who changes them changes those of the next run."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


_DEFAULT_KEYS = ("hostname", "os", "python_version", "cpu", "gpu", "gpus", "ENV")


def check_additional_host_info(additional_host_info: Iterable[HostInfoGetter]) -> None:
    """Check that gatherers are gatherers, and that none takes the key of a built-in one.

    Raises:
        SacredError: one is not, or does.
    """
    for getter in additional_host_info:
        if not isinstance(getter, HostInfoGetter):
            raise SacredError(f"{getter!r} is no gatherer: decorate it with @host_info_gatherer(name)")
        if getter.name in _DEFAULT_KEYS:
            raise SacredError(
                f'Key "{getter.name}" of additional_host_info is taken by a built-in gatherer. '
                f"The built-in keys are {', '.join(_DEFAULT_KEYS)}."
            )


def get_host_info(additional_host_info: Sequence[HostInfoGetter] | None = None) -> dict[str, Any]:
    """Return the facts about this machine.

    A gatherer that raises, or does not answer within 2 seconds, stops nothing: its value is a text that
    starts with ``<failed:`` or ``<no answer``, and one warning is logged.

    Args:
        additional_host_info: gatherers of this experiment.

    Raises:
        SacredError: an additional gatherer is none, or takes the key of a built-in one.
    """
    own = list(additional_host_info or ())
    check_additional_host_info(own)
    facts: dict[str, Any] = {}
    for name, gather in [*((getter.name, getter) for getter in own), *host_info_gatherers.items()]:
        _note(facts, name, gather, LIMIT_SECONDS)
    facts |= _gather_default()
    return facts


def _note(facts: dict[str, Any], name: str, gather: Gatherer, limit_seconds: float | None = None) -> None:
    """Put a gatherer's fact under its name, or the reason why there is none."""
    try:
        facts[name] = (
            gather() if limit_seconds is None else call_within(gather, limit_seconds, "sacred-host-info")
        )
    except IgnoreHostInfo:
        return
    except TimeoutError as error:
        facts[name] = f"<no answer: {error}>"
        _logger.warning('The host info "%s" is missing: %s', name, error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a gatherer does must not stop the run
        facts[name] = f"<failed: {type(error).__name__}: {error}>"
        _logger.warning('The host info "%s" is missing: %s: %s', name, type(error).__name__, error)
