"""From the words after ``python -m sacred`` to a command."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sacred.support.text import format_close

if TYPE_CHECKING:
    from argparse import ArgumentParser

PROGRAM = "python -m sacred"

COMMANDS = {"recover": "sacred.cli.recover"}
"""The module of each: it has ``SUMMARY``, ``add_arguments(parser)`` and ``run(arguments) -> exit code``."""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what a command line asks for, and return the exit code.

    Args:
        argv: the words after the program's name. Default: those of this program.

    Raises:
        SystemExit: after help, and with code 2 for a command line that can't be understood.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _make_parser()
    if not words:
        parser.print_help()
        return 0
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        parser.error(f'there is no command "{words[0]}"{format_close(words[0], COMMANDS)}')
    arguments = parser.parse_args(words)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        return 130  # as shells have it


def _make_parser() -> "ArgumentParser":
    from argparse import ArgumentParser  # 6 ms

    parser = ArgumentParser(PROGRAM, description="Work with the records of runs.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, place in COMMANDS.items():
        module: Any = import_module(place)
        command = commands.add_parser(name, help=module.SUMMARY, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser
