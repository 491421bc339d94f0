"""The parameters of a function, and which of its arguments come from the configuration."""

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, NamedTuple, Protocol

from sacred.errors import MissingConfigError, SignatureError
from sacred.plugins.registry import make_lazy

# they need `inspect`, which takes 5 ms to import
_KINDS = "sacred.config.parameter_kinds"
__getattr__, __dir__ = make_lazy(
    __name__, {name: f"{_KINDS}:{name}" for name in ("ARG_TYPES", "POSARG_TYPES")}
)

_VARARGS, _VARKEYWORDS = 0x04, 0x08  # CO_VARARGS, CO_VARKEYWORDS


class Options(Protocol):
    """Values by name."""

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a value of this name."""
        ...

    def __getitem__(self, name: str) -> Any:
        """Return the value of this name."""
        ...


class Parameters(NamedTuple):
    """The parameters of a function.

    Attributes:
        positional_only: names before ``/``.
        positional: names of all that can be given by position.
        keyword_only: names after ``*``.
        varargs: whether there is ``*args``.
        varkwargs: whether there is ``**kwargs``.
        defaults: the default values.
    """

    positional_only: tuple[str, ...]
    positional: tuple[str, ...]
    keyword_only: tuple[str, ...]
    varargs: bool
    varkwargs: bool
    defaults: dict[str, Any]


def get_argspec(f: Callable[..., Any]) -> Parameters:
    """Return the parameters of a function, or of the one that it wraps.

    Raises:
        TypeError: ``f`` has no signature.
    """
    function: Any = f
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return _read_code(function) if isinstance(function, FunctionType) else _inspect(function)


def _read_code(function: FunctionType) -> Parameters:
    code = function.__code__
    positional = code.co_varnames[: code.co_argcount]
    keyword_only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    values = function.__defaults__ or ()
    defaults = dict(zip(positional[len(positional) - len(values) :], values, strict=True))
    return Parameters(
        positional[: code.co_posonlyargcount],
        positional,
        keyword_only,
        bool(code.co_flags & _VARARGS),
        bool(code.co_flags & _VARKEYWORDS),
        {**defaults, **(function.__kwdefaults__ or {})},
    )


def _inspect(function: Callable[..., Any]) -> Parameters:
    import inspect  # only for callables that are no functions

    from sacred.config.parameter_kinds import POSARG_TYPES

    parameters = inspect.signature(function).parameters.values()

    def names(*kinds: Any) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in parameters if parameter.kind in kinds)

    kind = inspect.Parameter
    return Parameters(
        names(kind.POSITIONAL_ONLY),
        names(*POSARG_TYPES),
        names(kind.KEYWORD_ONLY),
        bool(names(kind.VAR_POSITIONAL)),
        bool(names(kind.VAR_KEYWORD)),
        {
            parameter.name: parameter.default
            for parameter in parameters
            if parameter.default is not kind.empty
        },
    )


class Signature:
    """How a function is called, and how its arguments are completed from a configuration.

    Args:
        f: the function.
        name: its name for messages, if it has none of its own.

    Attributes:
        name: the function's name, for messages.
        arguments: names of all parameters but ``*args`` and ``**kwargs``, in order.
    """

    def __init__(self, f: Callable[..., Any], name: str = "") -> None:
        self.name = getattr(f, "__name__", name)
        self.parameters = get_argspec(f)
        self.arguments = [*self.parameters.positional, *self.parameters.keyword_only]
        self._known = frozenset(self.arguments)

    def get_free_parameters(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], bound: bool = False
    ) -> list[str]:
        """Return the names of the parameters that a call leaves open, in order.

        Args:
            args: the arguments given by position.
            kwargs: the arguments given by name.
            bound: the function is a method that has its instance already.
        """
        positional = self.parameters.positional[len(args) + bound :]
        return [name for name in (*positional, *self.parameters.keyword_only) if name not in kwargs]

    def construct_arguments(
        self,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        options: Options,
        bound: bool = False,
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Complete a call: an argument of the call comes first, then one of ``options``, then the default.

        Args:
            args: the arguments given by position.
            kwargs: the arguments given by name.
            options: the configuration.
            bound: the function is a method that has its instance already.

        Returns:
            The arguments by position and by name with which to call the function.

        Raises:
            SignatureError: (also a TypeError) the call has too many arguments, unknown or doubled ones.
            MissingConfigError: arguments are missing.
        """
        names = self.parameters.positional[1:] if bound else self.parameters.positional
        self._check_call(args, kwargs, names)
        completed = dict(kwargs)
        defaults = self.parameters.defaults
        missing = []
        for name in (*names[len(args) :], *self.parameters.keyword_only):
            if name in completed:
                continue
            if name in options:
                completed[name] = options[name]
            elif name not in defaults:
                missing.append(name)
        if missing:
            raise MissingConfigError(f"{self.name} is missing value(s):", missing)
        return self._place(args, completed, self.parameters.positional_only[len(args) + bound :])

    def _check_call(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], names: tuple[str, ...]) -> None:
        if len(args) > len(names) and not self.parameters.varargs:
            surplus = tuple(args[len(names) :])
            raise SignatureError(f"{self.name} got unexpected argument(s): {surplus}")
        if not kwargs:
            return
        if not self.parameters.varkwargs:
            unexpected = [name for name in kwargs if name not in self._known]
            if unexpected:
                raise SignatureError(f"{self.name} got unexpected kwarg(s): {sorted(unexpected)}")
        doubled = [name for name in names[: len(args)] if name in kwargs]
        if doubled and not set(doubled) <= set(self.parameters.positional_only):
            raise SignatureError(f"{self.name} got multiple values for argument(s) {doubled}")

    def _place(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], only: tuple[str, ...]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Move what can ``only`` be given by position to where Python wants it."""
        if not only:
            return args, kwargs
        values = list(args)
        for name in only:
            if name in kwargs:
                values.append(kwargs.pop(name))
            elif name in self.parameters.defaults:
                values.append(self.parameters.defaults[name])
        return tuple(values), kwargs
