"""Command line options: what they are called, what they take, and what they do to a run."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from sacred.errors import SettingError
from sacred.support.text import convert_camel_case_to_snake_case

ApplyFunction = Callable[[Any, Any], None]
"""``apply(args, run)``: ``args`` is the option's value (``True`` for a flag), ``run`` the run to change."""


class CLIOption:
    """One command line option.

    Args:
        apply_function: called as ``apply_function(args, run)`` before the run starts, when the option
            was given; its docstring is the option's help text.
        short_flag: one character, without the hyphen.
        long_flag: the name, without hyphens.
        is_flag: whether the option takes no value.

    Attributes:
        apply_function: the function.
        short_flag: the short flag with its hyphen, if there is one.
        long_flag: the long flag with its hyphens.
        arg: what the value is called in the help.
        arg_description: more about the value.
        may_be_empty: whether an empty value is accepted; the option is not applied then.
    """

    arg: str | None = None
    arg_description: str | None = None
    may_be_empty: bool = True

    def __init__(
        self, apply_function: ApplyFunction, short_flag: str | None, long_flag: str, is_flag: bool
    ) -> None:
        letter = short_flag.lstrip("-") if short_flag else None
        if letter is not None and len(letter) != 1:
            raise SettingError(f"A short flag is one character, as in -x, but was {short_flag!r}")
        self.apply_function = apply_function
        self.short_flag = f"-{letter}" if letter else None
        self.long_flag = "--" + long_flag.lstrip("-")
        self.is_flag = is_flag
        self.arg = None if is_flag else "VALUE"
        self.__name__ = getattr(apply_function, "__name__", long_flag.lstrip("-"))
        self.__doc__ = apply_function.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Call the function itself."""
        self.apply_function(*args, **kwargs)

    def apply(self, args: Any, run: Any) -> None:
        """Do to the run what the option is for."""
        self.apply_function(args, run)

    def get_flag(self) -> str:
        """Return the long flag with its hyphens: ``--name``."""
        return self.long_flag

    def get_short_flag(self) -> str | None:
        """Return the short flag with its hyphen, if there is one: ``-n``."""
        return self.short_flag

    def get_flags(self) -> tuple[str | None, str]:
        """Return the short and the long flag."""
        return self.get_short_flag(), self.get_flag()

    def get_name(self) -> str:
        """Return the name of the function, by which options are sorted."""
        return self.__name__

    def without_short_flag(self) -> "CLIOption":
        """Return the same option with only its long flag."""
        import copy

        option = copy.copy(self)
        option.short_flag = None
        return option

    def get_description(self) -> str:
        """Return the help text on one line."""
        import inspect  # only help needs it

        return " ".join((inspect.getdoc(self.apply_function) or "").split())


_subclasses: list[type["CommandLineOption"]] = []


class CommandLineOption:
    """The way to write an option before 0.8: a subclass with a class method ``apply(cls, args, run)``.

    Defining the subclass adds the option to every experiment. New code writes :func:`cli_option`.
    """

    short_flag: ClassVar[str | None] = None
    arg: ClassVar[str | None] = None
    arg_description: ClassVar[str | None] = None
    _enabled: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _subclasses.append(cls)

    @classmethod
    def get_flag(cls) -> str:
        """Return the long flag, made from the class's name: ``MyOption`` is ``--my``."""
        name = cls.__name__
        return "--" + convert_camel_case_to_snake_case(name.removesuffix("Option"))

    @classmethod
    def get_short_flag(cls) -> str:
        """Return the short flag; without one of its own the first letter of the long flag."""
        return "-" + (cls.short_flag or cls.get_flag()[2])

    @classmethod
    def get_flags(cls) -> tuple[str, str]:
        """Return the short and the long flag."""
        return cls.get_short_flag(), cls.get_flag()

    @classmethod
    def apply(cls, args: Any, run: Any) -> None:
        """Do to the run what the option is for; every subclass has its own."""


def cli_option(
    short_flag: str | None, long_flag: str, is_flag: bool = False
) -> Callable[[ApplyFunction], CLIOption]:
    """Make a command line option of a function ``f(args, run)``.

    Args:
        short_flag: one character, ``-n``; None for an option that has only a name.
        long_flag: the name, ``--name``.
        is_flag: whether the option takes no value.

    Returns:
        A decorator. Give its result to ``Experiment(additional_cli_options=[...])``.
    """

    def decorate(function: ApplyFunction) -> CLIOption:
        return CLIOption(function, short_flag, long_flag, is_flag)

    return decorate


def get_name(option: CLIOption | type[CommandLineOption]) -> str:
    """Return the name of an option, the order in which options are listed and applied."""
    return option.get_name() if isinstance(option, CLIOption) else option.__name__


def find_subclass_options() -> Iterable[CLIOption]:
    """Yield the options that users wrote as subclasses of :class:`CommandLineOption`."""
    for cls in _subclasses:
        if cls._enabled:
            yield _adapt(cls)


def _adapt(cls: type[CommandLineOption]) -> CLIOption:
    def apply(args: Any, run: Any) -> None:
        cls.apply(args, run)

    apply.__doc__ = cls.__doc__
    apply.__name__ = cls.__name__
    option = CLIOption(apply, cls.get_short_flag(), cls.get_flag(), is_flag=cls.arg is None)
    option.arg, option.arg_description = cls.arg, cls.arg_description
    return option
