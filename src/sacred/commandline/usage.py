"""The help text, readable at 80 columns and by the package docopt as well.

docopt finds the options by their section: each begins on a line of its own, two spaces part its flags from
its description, and the section ends at the first empty line.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sacred.plugins.options import CLIOption

WIDTH = 80
_FLAGS_WIDTH = 30  # longer ones have their description on the next line

_INJECTED = frozenset({"_config", "_log", "_rnd", "_run", "_seed"})  # arguments that nobody gives by hand

USAGE_TEMPLATE = """Usage:
  {program_name} [(with UPDATE...)] [options]
  {program_name} help [COMMAND]
  {program_name} (-h | --help)
  {program_name} COMMAND [(with UPDATE...)] [options]

{description}

Options:
{options}

Arguments:
  COMMAND  Name of a command, see below.
  UPDATE   An entry with its value, as in "model.rate=0.1"; a named config;
           or a config file.
{arguments}
{commands}"""

Commands = Mapping[str, Callable[..., Any]]


def format_usage(
    program_name: str,
    description: str | None,
    commands: Commands | None = None,
    options: Iterable[CLIOption] = (),
) -> str:
    """Return the whole help text.

    Args:
        program_name: how the program is called.
        description: what it does, usually the docstring of its module.
        commands: the functions that can be run, by name.
        options: the options, in the order in which they are listed.
    """
    options = list(options)
    text = USAGE_TEMPLATE.format(
        program_name=program_name,
        description=(description or "").strip(),
        options=_format_options(options),
        arguments=_format_arguments(options),
        commands=_format_commands(commands or {}),
    )
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def printable_usage(doc: str) -> str:
    """Return only the section that says how the program is called."""
    start = re.search(r"^usage:", doc, re.IGNORECASE | re.MULTILINE)
    if start is None:
        return ""
    return re.split(r"\n[ \t]*\n", doc[start.start() :], maxsplit=1)[0].strip()


def get_program_name() -> str:
    """Return how this program is called: the name of its main file, or ``python -m`` and its module."""
    program = sys.argv[0] if sys.argv else ""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)  # only `python -m` leaves one
    if spec is not None and spec.name != "__main__" and program and spec.origin == os.path.abspath(program):
        return f"python -m {spec.name.removesuffix('.__main__')}"
    return Path(program).name if program else "main.py"


def help_for_command(command: Callable[..., Any]) -> str:
    """Return a command's name, the entries that it takes, and its docstring."""
    import inspect
    import textwrap

    signature = inspect.signature(command)
    parameters = [arg for name, arg in signature.parameters.items() if name not in _INJECTED]
    signature = signature.replace(parameters=parameters, return_annotation=signature.empty)
    heading = f"{getattr(command, '__name__', 'command')}{signature}"
    doc = inspect.getdoc(command)
    return f"{heading}\n{textwrap.indent(doc, '    ')}\n" if doc else f"{heading}\n"


def get_first_line(documented: object) -> str:
    """Return the first line of a docstring, or nothing."""
    doc = getattr(documented, "__doc__", None) or ""
    return next((line.strip() for line in doc.splitlines() if line.strip()), "")


def _format_options(options: Sequence[CLIOption]) -> str:
    return _format_table([(_format_flags(option), option.get_description()) for option in options])


def _format_flags(option: CLIOption) -> str:
    short, flag = option.get_flags()
    value = "" if option.is_flag else f"={option.arg or 'VALUE'}"
    return f"{short}, {flag}{value}" if short else f"    {flag}{value}"


def _format_arguments(options: Sequence[CLIOption]) -> str:
    described = {option.arg: option.arg_description for option in options if option.arg_description}
    return _format_table([(arg or "", text or "") for arg, text in sorted(described.items(), key=str)]) + "\n"


def _format_commands(commands: Commands) -> str:
    if not commands:
        return ""
    return "Commands:\n" + _format_table([(name, get_first_line(f)) for name, f in commands.items()])


def _format_table(rows: Sequence[tuple[str, str]]) -> str:
    """Return rows of a name and a text, the texts below each other."""
    fitting = [len(name) for name, _ in rows if len(name) <= _FLAGS_WIDTH]
    column = max(fitting, default=0) + 4
    return "\n".join(_format_row(name, text, column) for name, text in rows)


def _format_row(name: str, text: str, column: int) -> str:
    import textwrap

    lines = textwrap.wrap(text, WIDTH - column, break_on_hyphens=False) or [""]
    head = f"  {name}"
    if len(head) + 2 > column:
        return "\n".join([head, *(" " * column + line for line in lines)]).rstrip()
    first, *rest = lines
    return "\n".join([head.ljust(column) + first, *(" " * column + line for line in rest)]).rstrip()
