"""Colours, and when to use them."""

import os
import sys
from typing import TextIO

BLUE = "\x1b[34m"
GREEN = "\x1b[32m"
RED = "\x1b[31m"
FAINT = "\x1b[2m"
RESET = "\x1b[0m"


def wants_colour(stream: TextIO | None = None) -> bool:
    """Tell whether a stream (default: standard output) shows colours.

    ``NO_COLOR`` (https://no-color.org) switches them off and ``FORCE_COLOR`` on; else a terminal has them.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    out = stream if stream is not None else sys.stdout
    try:
        return out.isatty()
    except (AttributeError, ValueError):  # a replaced or closed stream
        return False


def paint(text: str, colour: str, enabled: bool) -> str:
    """Return the text in a colour, or as it is."""
    return f"{colour}{text}{RESET}" if enabled and colour else text


def get_width() -> int:
    """Return how many columns the terminal has; 80 where there is none, or what ``COLUMNS`` says."""
    import shutil  # loads compression modules: only what is shown to people needs it

    return shutil.get_terminal_size((80, 24)).columns
