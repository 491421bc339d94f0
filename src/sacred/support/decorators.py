"""Decorators that work with and without arguments."""

import functools
from collections.abc import Callable
from typing import Any


def optional_kwargs_decorator(wrapped: Callable[..., Any]) -> Callable[..., Any]:
    """Let a decorator be used as ``@decorator`` and as ``@decorator(name=value)``.

    Args:
        wrapped: a function, or a method, that takes what is decorated and keyword arguments.
    """

    @functools.wraps(wrapped)
    def decorate(*args: Any, **kwargs: Any) -> Any:
        if any(map(_is_decorated, args)):
            return wrapped(*args, **kwargs)
        return functools.partial(wrapped, *args, **kwargs)  # the `self` of a method, and keywords

    return decorate


def _is_decorated(value: Any) -> bool:
    return callable(value) or isinstance(value, staticmethod | classmethod)
