"""Configs given as a function: its local variables are the entries.

The body runs as Python would run it, with two differences: an assignment to an entry that is fixed keeps the
fixed value, and at the end the variables are collected. It is compiled from the file's own source, so that
tracebacks and debuggers show the user's file and line (``docs/explanation/config.md``).
"""

import functools
import logging
from collections.abc import Mapping
from copy import deepcopy
from types import CellType, FunctionType
from typing import Any

from sacred.config.config_summary import ConfigSummary
from sacred.config.dogmatic import is_different
from sacred.config.keys import normalize_or_die
from sacred.config.namespace import ScopeLocals
from sacred.errors import ConfigKeyError, InvalidConfigError
from sacred.plugins.registry import make_lazy
from sacred.support.files import name_code
from sacred.support.text import format_close

_SOURCE, _PARTS = "sacred.config.scope_source", "sacred.config.scope_parts"

# how 0.8's module reads a function's source: for tools that do so, too
__getattr__, __dir__ = make_lazy(
    __name__,
    {
        "add_doc": f"{_SOURCE}:add_doc",
        "dedent_function_body": f"{_PARTS}:dedent_function_body",
        "dedent_line": f"{_PARTS}:dedent_line",
        "find_doc_for": f"{_SOURCE}:find_doc_for",
        "get_config_comments": f"{_PARTS}:get_config_comments",
        "get_function_body": f"{_PARTS}:get_function_body",
        "get_function_body_code": f"{_PARTS}:get_function_body_code",
        "is_empty_or_comment": f"{_SOURCE}:is_empty_or_comment",
        "is_ignored": f"{_SOURCE}:is_ignored",
        "iscomment": f"{_SOURCE}:iscomment",
    },
)

_GENERATOR_FLAGS = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
_VARIADIC = {0x04: "*args", 0x08: "**kwargs"}  # CO_VARARGS, CO_VARKEYWORDS


class ConfigScope:
    """A config function.

    Args:
        func: a function without default values, ``*args``, ``**kwargs``, ``return`` and ``yield``. Its
            parameters are entries of earlier configs and ingredients.

    Raises:
        InvalidConfigError: the function is none of that kind, or its source can't be found.
    """

    __name__: str
    __qualname__: str

    def __init__(self, func: FunctionType) -> None:
        func = _unwrap(func)
        _check_function(func)
        functools.update_wrapper(self, func)
        self._func = func
        self.parameters = func.__code__.co_varnames[
            : func.__code__.co_argcount + func.__code__.co_kwonlyargcount
        ]
        from sacred.config.scope_source import read_scope  # loads the compiler's tools: not for dictionaries

        source = read_scope(func)
        self._code = source.code
        self._outer_names = source.outer_names
        self._helpers = source.helpers
        self.docs = source.docs
        self.label = (
            f"{func.__name__} ({name_code(func.__code__.co_filename)}:{func.__code__.co_firstlineno})"
        )

    def __call__(
        self,
        fixed: Mapping[str, Any] | None = None,
        preset: Mapping[str, Any] | None = None,
        fallback: Mapping[str, Any] | None = None,
    ) -> ConfigSummary:
        """Run the function and return its entries.

        Args:
            fixed: nested updates that win over what the function assigns.
            preset: entries of earlier configs: parameters come from them, and they are in the result.
            fallback: entries of ingredients: parameters may come from them, but they aren't in the result.

        Raises:
            ConfigKeyError: (also a KeyError) a parameter is in none of them, or a key isn't allowed.
        """
        preset, fallback = preset or {}, fallback or {}
        scope = ScopeLocals(self._func.__globals__, self._cells(), fixed)
        outside = self._bind_parameters(scope, preset, fallback)
        handed = {name: scope[name] for name in self.parameters}
        try:
            exec(self._code, scope.globals, scope)  # noqa: S102 -- this is the user's own function
        finally:
            scope.write_back(self._outer_names)
        ignored = {name for name in outside if _was_changed(scope, name, handed[name], outside[name])}
        earlier = {name: handed[name] for name in handed if name in preset}  # changed in place, maybe
        passed_on = {name for name in earlier if not _was_changed(scope, name, handed[name], preset[name])}
        summary = scope.finish(outside, self._helpers).summarize(
            self.label, {**preset, **normalize_or_die(earlier)}
        )
        summary.layers = [
            (label, {name: value for name, value in values.items() if name not in passed_on})
            for label, values in summary.layers
        ]
        summary.compare(fixed or {})
        summary.docs = dict(self.docs)
        summary.ignored_fallbacks = ignored
        return summary

    def _cells(self) -> dict[str, CellType]:
        return dict(zip(self._func.__code__.co_freevars, self._func.__closure__ or (), strict=True))

    def _bind_parameters(
        self, scope: ScopeLocals, preset: Mapping[str, Any], fallback: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Offer the parameters to the function; return those that aren't entries of its own."""
        outside = {}
        for name in self.parameters:
            if name in preset:
                scope.put(name, deepcopy(preset[name]))
            elif name in fallback:
                outside[name] = fallback[name]
                value = fallback[name]
                scope.put(name, value if isinstance(value, logging.Logger) else deepcopy(value))
            else:
                available = sorted({*preset, *fallback})
                raise ConfigKeyError(
                    f"The config function {self.label} takes {name!r}, "
                    f"which no earlier config or ingredient has{format_close(name, available)}"
                    f"\n  Available: {', '.join(available)}",
                    name,
                )
        return outside

    def __reduce__(self) -> str | tuple[Any, ...]:
        # found again by its name, as a function is: a worker that imports the module has it
        from sacred.support.pickling import is_sent_whole, reduce_whole

        return reduce_whole(self, self.__dict__) if is_sent_whole(self.__module__) else self.__qualname__

    def __repr__(self) -> str:
        return f"<ConfigScope {self.label}>"


def _was_changed(scope: ScopeLocals, name: str, handed: Any, original: Any) -> bool:
    if name not in scope or isinstance(original, logging.Logger):
        return False
    return scope[name] is not handed or is_different(handed, original)


def _unwrap(func: Any) -> Any:
    """Return the function whose body has the entries, below decorators made with ``functools.wraps``."""
    while isinstance(func, FunctionType) and hasattr(func, "__wrapped__"):
        func = func.__wrapped__
    return func


def _check_function(func: Any) -> None:
    if not isinstance(func, FunctionType):
        raise InvalidConfigError(f"A config function has to be made by def, but this is {func!r}")
    if func.__defaults__ or func.__kwdefaults__:
        raise InvalidConfigError(
            f"default values are not allowed for ConfigScope functions: {func.__name__!r} has some. "
            "Its parameters are entries of earlier configs"
        )
    for flag, name in _VARIADIC.items():
        if func.__code__.co_flags & flag:
            raise InvalidConfigError(
                f"{name} not allowed for ConfigScope functions: {func.__name__!r} has it"
            )
    if func.__code__.co_flags & _GENERATOR_FLAGS:
        raise InvalidConfigError(f"The config function {func.__name__!r} can't be a generator or coroutine")
