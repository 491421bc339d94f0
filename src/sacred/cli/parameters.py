"""What a command takes, and the reading of a plain command line.

typer has the last word on command lines: it writes the help, and says what is wrong. But it takes longer to
load than a list takes to make, so what is plain is read here; :func:`read_plainly` gives up where it is not.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

Kind = Literal["flag", "text", "number", "texts"]


@dataclass(frozen=True, slots=True)
class Argument:
    """A word by its place.

    Attributes:
        metavar: what it is called in the help.
        help: what it is.
    """

    metavar: str
    help: str


@dataclass(frozen=True, slots=True)
class Option:
    """A word, or two, by its name.

    Attributes:
        flag: its name, with ``--``.
        help: what it does.
        short: a letter, with ``-``.
        metavar: what its value is called; nothing where it has none.
        least: the smallest number that it takes.
        is_common: all commands have it.
    """

    flag: str
    help: str
    short: str = ""
    metavar: str = ""
    least: int | None = None
    is_common: bool = False

    @property
    def flags(self) -> list[str]:
        """All its names."""
        return [self.flag, self.short] if self.short else [self.flag]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function that is a command.

    Attributes:
        name: as the function has it.
        kind: what it takes.
        place: how it is written on the command line.
        default: ``inspect.Parameter.empty`` if it must be given.
    """

    name: str
    kind: Kind
    place: Argument | Option
    default: Any

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.default is inspect.Parameter.empty


COMMON = (
    Parameter(
        "store",
        "text",
        Option(
            "--store",
            "Where the runs are: a folder or a URL. By default $SACRED_STORE, else the nearest .sacred.",
            metavar="PATH|URL",
            is_common=True,
        ),
        None,
    ),
    Parameter("as_json", "flag", Option("--json", "Answer in JSON, for programs.", is_common=True), False),
    Parameter("debug", "flag", Option("--debug", "Show where an error was raised.", is_common=True), False),
)
"""What every command takes."""


def list_parameters(function: Callable[..., Any]) -> list[Parameter]:
    """Return what a command takes: the parameters behind the first one, the call, and the common options."""
    _, *own = inspect.signature(function).parameters.values()
    return [*map(_read_parameter, own), *COMMON]


def _read_parameter(parameter: inspect.Parameter) -> Parameter:
    annotation = parameter.annotation
    if get_origin(annotation) is not Annotated:
        raise TypeError(f"{parameter.name} does not say how it is written on the command line")
    hint, place = get_args(annotation)
    return Parameter(parameter.name, _find_kind(hint), place, parameter.default)


def _find_kind(hint: Any) -> Kind:
    inner = get_args(hint)[0] if get_origin(hint) is UnionType else hint
    if get_origin(inner) is list:
        return "texts"
    kinds: dict[Any, Kind] = {bool: "flag", int: "number"}
    return kinds.get(inner, "text")


def read_plainly(parameters: Sequence[Parameter], words: Sequence[str]) -> dict[str, Any] | None:
    """Return the values that a plain command line gives; None if it is not plain, or perhaps wrong.

    Args:
        parameters: what the command takes.
        words: those behind its name.
    """
    by_flag = {flag: one for one in parameters if isinstance(one.place, Option) for flag in one.place.flags}
    values: dict[str, Any] = {}
    positional: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            positional.append(word)
        elif not _take_option(by_flag, word, rest, values):
            return None
    arguments = [one for one in parameters if isinstance(one.place, Argument)]
    if not _give_out(arguments, positional, values):
        return None
    if any(one.is_required and one.name not in values for one in parameters):
        return None
    return {one.name: values.get(one.name, one.default) for one in parameters}


def _take_option(
    by_flag: dict[str, Parameter], word: str, rest: Iterator[str], values: dict[str, Any]
) -> bool:
    """Take in an option and its value, and return whether that was plain."""
    flag, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
    parameter = by_flag.get(flag)
    if parameter is None:
        return False
    if parameter.kind == "flag":
        values[parameter.name] = True
        return not equals
    given = value if equals else next(rest, None)
    return given is not None and _take_value(parameter, given, values)


def _take_value(parameter: Parameter, text: str, values: dict[str, Any]) -> bool:
    if parameter.kind == "texts":
        values.setdefault(parameter.name, []).append(text)
    elif parameter.kind == "text":
        values[parameter.name] = text
    elif text.isascii() and text.isdigit() and len(text) < 18:
        number = values[parameter.name] = int(text)
        least = parameter.place.least if isinstance(parameter.place, Option) else None
        return least is None or number >= least
    else:
        return False
    return True


def _give_out(arguments: Sequence[Parameter], words: Sequence[str], values: dict[str, Any]) -> bool:
    """Give the words without a name to the arguments in their order, and return whether all are gone.

    Only the last argument takes several.
    """
    left = list(words)
    for argument in arguments:
        if left and argument.kind == "texts":
            values[argument.name], left = left, []
        elif left:
            values[argument.name] = left.pop(0)
    return not left
