"""Which commands there are."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where a command is.

    Attributes:
        module: in this package.
        function: its first parameter is the :class:`~sacred.cli.call.Call`, the others say how they are
            written (:mod:`sacred.cli.parameters`); it returns the exit code. Its docstring is the help.
        part: under what it is listed.
    """

    module: str
    function: str
    part: str


LOOK, KEEP, MOVE, CARE = "Look at runs", "Keep them in order", "Move them", "Take care of the store"

COMMANDS = {
    "ls": Place("ls", "list_runs", LOOK),
    "show": Place("show", "show_run", LOOK),
    "logs": Place("logs", "show_output", LOOK),
    "metrics": Place("metrics", "show_metrics", LOOK),
    "plot": Place("plot", "plot_metrics", LOOK),
    "diff": Place("diff", "compare_runs", LOOK),
    "config": Place("config", "write_config", LOOK),
    "get": Place("get", "get_files", LOOK),
    "tag": Place("notes", "tag_run", KEEP),
    "note": Place("notes", "note_run", KEEP),
    "rm": Place("trash", "remove_runs", KEEP),
    "restore": Place("trash", "restore_runs", KEEP),
    "gc": Place("trash", "collect_garbage", KEEP),
    "copy": Place("copy", "copy_runs", MOVE),
    "export": Place("export", "export_runs", MOVE),
    "verify": Place("verify", "verify_runs", CARE),
    "recover": Place("recover", "recover_runs", CARE),
    "doctor": Place("doctor", "examine", CARE),
}
"""In the order in which they are listed."""


def load_function(name: str) -> Callable[..., int]:
    """Import the function of a command, and of no other."""
    place = COMMANDS[name]
    function: Callable[..., int] = getattr(import_module(f"sacred.cli.{place.module}"), place.function)
    return function


def call_function(function: Callable[..., int], given: dict[str, Any]) -> int:
    """Call the function of a command.

    Args:
        function: of the command.
        given: its values, and those of the common options.
    """
    from sacred.cli.call import Call

    own = {name: value for name, value in given.items() if name not in {"store", "as_json", "debug"}}
    return function(Call(given["store"], given["as_json"]), **own)
