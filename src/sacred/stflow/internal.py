"""Listening to calls of a function or method, for as long as a block of code runs.

All who listen to the same function share one replacement of it, which is taken away when the last of them
leaves: blocks may be nested, left in another order than entered, and run in several threads.
"""

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

Owner = type[Any] | ModuleType
Hook = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]
"""``hook(original, args, kwargs)`` is called in place of the original, and returns what the caller gets."""

_MISSING = object()
_LOCK = threading.Lock()


class ContextMethodDecorator:
    """Let a function take the place of a method while a ``with`` block runs.

    Args:
        classx: the class.
        method_name: the name of its method.
        decorator_func: ``f(instance, original_method, original_args, original_kwargs)``; the caller of the
            method gets what it returns.
    """

    def __init__(self, classx: type[Any], method_name: str, decorator_func: Callable[..., Any]) -> None:
        self.classx = classx
        self.method_name = method_name
        self.decorator_func = decorator_func

    def __enter__(self) -> None:
        start_listening(self.classx, self.method_name, self._decorate)

    def __exit__(self, *_: object) -> None:
        stop_listening(self.classx, self.method_name, self._decorate)

    def _decorate(self, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self.decorator_func(args[0], original, args[1:], kwargs)


def start_listening(owner: Owner, name: str, hook: Hook) -> None:
    """Call a hook in place of ``owner.name``, around what hooks are there already.

    The same hook twice counts as one until it has stopped twice.
    """
    with _LOCK:
        interception = _INTERCEPTIONS.get((owner, name))
        if interception is None:
            interception = _Interception(owner, name)
            interception.install()
            _INTERCEPTIONS[owner, name] = interception
        interception.hooks.append(hook)


def stop_listening(owner: Owner, name: str, hook: Hook) -> None:
    """End what :func:`start_listening` began."""
    with _LOCK:
        interception = _INTERCEPTIONS[owner, name]
        interception.hooks.remove(hook)
        if not interception.hooks:
            del _INTERCEPTIONS[owner, name]
            interception.uninstall()


@dataclass
class _Interception:
    """A function that is replaced, and those who listen."""

    owner: Owner
    name: str
    hooks: list[Hook] = field(default_factory=list)

    def install(self) -> None:
        self._before = vars(self.owner).get(self.name, _MISSING)
        original = getattr(self.owner, self.name)

        @functools.wraps(original)
        def call(*args: Any, **kwargs: Any) -> Any:
            function = original
            for hook in dict.fromkeys(self.hooks):
                function = _bind(hook, function)
            return function(*args, **kwargs)

        self._replacement = call
        setattr(self.owner, self.name, call)

    def uninstall(self) -> None:
        if vars(self.owner).get(self.name) is not self._replacement:
            return  # somebody has replaced it since, and may put ours back: it does nothing without hooks
        if self._before is _MISSING:
            delattr(self.owner, self.name)
        else:
            setattr(self.owner, self.name, self._before)


_INTERCEPTIONS: dict[tuple[Owner, str], _Interception] = {}


def _bind(hook: Hook, function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: hook(function, args, kwargs)
