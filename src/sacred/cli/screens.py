"""The commands as typer has them: for help, and to say what is wrong with a command line."""

import inspect
import re
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from sacred.cli.commands import COMMANDS, call_function, load_function
from sacred.cli.parameters import Argument, Option, Parameter, list_parameters

_COMMON = "For all commands"
_NO_VALUE = " "  # else typer 0.29 calls it <bool>
_HINTS = {"flag": bool, "text": str | None, "number": int | None, "texts": list[str] | None}
_FIRST = re.compile(r"(.+?[.:])(?: |$)")


class _Help:
    """Of commands: their ``--help`` takes no value, and says so."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option that shows the help."""
        option = super().get_help_option(ctx)  # type: ignore[misc]  # of the command that it is mixed into
        if option is not None:
            option.metavar = _NO_VALUE
        return option


class _Command(_Help, TyperCommand):
    """A command."""


class _Group(_Help, TyperGroup):
    """All commands."""


def make_command(name: str) -> Any:
    """Return what reads the words of one command and runs it."""
    app = _make_app("")
    _add_command(app, name)
    return typer.main.get_command(app)


def make_all() -> TyperGroup:
    """Return all commands, for the screen that lists them."""
    app = _make_app("sacred COMMAND --help tells more. RUN is an id, last, or last~2.")
    app.callback()(_describe)
    for name in COMMANDS:
        _add_command(app, name)
    return typer.main.get_group(app)


def _make_app(epilog: str) -> typer.Typer:
    return typer.Typer(
        cls=_Group,
        add_completion=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=epilog,
    )


def _describe(
    version: Annotated[bool, typer.Option("--version", metavar=_NO_VALUE, help="Print the version.")] = False,
    completion: Annotated[
        str | None,
        typer.Option(metavar="SHELL", help="Print code that teaches a shell this command: bash, zsh, fish."),
    ] = None,
) -> None:
    """Look at recorded runs: find, compare, follow, and move them."""


def _add_command(app: typer.Typer, name: str) -> None:
    function = load_function(name)
    text = _reflow(inspect.getdoc(function) or "")
    first = _FIRST.match(text)
    short = first[1].rstrip(".:") + "." if first else text
    add = app.command(name, cls=_Command, help=text, short_help=short, rich_help_panel=COMMANDS[name].part)
    add(_translate(function))


def _reflow(text: str) -> str:
    """Return a docstring with a line for each paragraph, and nothing in it read as markup."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(paragraphs).replace("[", r"\[")


def _translate(function: Callable[..., int]) -> Callable[..., int]:
    """Return a function with typer's parameters."""
    parameters = list_parameters(function)

    def run(**given: Any) -> int:
        return call_function(function, given)

    translated = [_translate_parameter(one) for one in parameters]
    run.__signature__ = inspect.Signature(translated)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in translated}
    return run


def _translate_parameter(parameter: Parameter) -> inspect.Parameter:
    place = parameter.place
    info = _translate_option(place) if isinstance(place, Option) else _translate_argument(place)
    default = inspect.Parameter.empty if parameter.is_required else parameter.default
    hint: Any = _HINTS[parameter.kind]
    if parameter.is_required:
        hint = list[str] if parameter.kind == "texts" else str
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(parameter.name, keyword, default=default, annotation=Annotated[hint, info])


def _translate_argument(place: Argument) -> Any:
    return typer.Argument(metavar=place.metavar, help=place.help.replace("[", r"\["), show_default=False)


def _translate_option(place: Option) -> Any:
    panel = _COMMON if place.is_common else None
    return typer.Option(
        *place.flags,
        metavar=place.metavar or _NO_VALUE,
        help=place.help.replace("[", r"\["),
        min=place.least,
        rich_help_panel=panel,
        show_default=place.least is not None,
    )
