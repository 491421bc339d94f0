"""Door: 0.8's import path of the built-in commands."""

from typing import Any

from sacred.commandline.commands import (
    _format_config,
    _format_entry,
    print_config,
    print_dependencies,
    print_named_configs,
    save_config,
)
from sacred.commandline.config_text import (
    COLOR_ADDED,
    COLOR_DIRTY,
    COLOR_DOC,
    COLOR_MODIFIED,
    COLOR_TYPECHANGED,
    ENDC,
    LEGEND,
    ConfigEntry,
    PathEntry,
)
from sacred.commandline.usage import help_for_command

__all__ = [
    "COLOR_ADDED",
    "COLOR_DIRTY",
    "COLOR_DOC",
    "COLOR_MODIFIED",
    "COLOR_TYPECHANGED",
    "ENDC",
    "LEGEND",
    "PRINTER",  # noqa: F822  made by __getattr__
    "ConfigEntry",
    "PathEntry",
    "_format_config",
    "_format_entry",
    "help_for_command",
    "print_config",
    "print_dependencies",
    "print_named_configs",
    "save_config",
]


def __getattr__(name: str) -> Any:
    """Lead ``PRINTER`` through, which is made when somebody asks for it."""
    from sacred.commandline import commands

    return getattr(commands, name)
