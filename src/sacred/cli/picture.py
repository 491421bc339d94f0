"""A chart as a file: PNG, SVG and PDF by matplotlib, and HTML with the SVG in it."""

import io
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from sacred.cli.curve import Line
from sacred.errors import StoreError
from sacred.plugins.extras import require
from sacred.support.printable import make_printable

_INCHES = (8.0, 4.8)
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ margin: 2rem auto; max-width: 60rem; font-family: sans-serif }}
svg {{ width: 100%; height: auto }}
</style>
</head>
<body>
{svg}
</body>
</html>
"""


def save_picture(path: str, lines: Sequence[Line], across: str, *, is_logarithmic: bool = False) -> None:
    """Draw curves into a file; its ending says what it is.

    Args:
        path: where.
        lines: the curves.
        across: what is on the x axis; ``time`` are seconds since 1970.
        is_logarithmic: the y axis.

    Raises:
        MissingExtraError: matplotlib is not installed.
        StoreError: the file can't be written.
    """
    require("matplotlib", "A picture of metrics")
    figure = _draw(lines, across, is_logarithmic)
    ending = os.path.splitext(path)[1][1:]
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg" if ending == "html" else ending, dpi=150)
    content = buffer.getvalue()
    if ending == "html":
        title = ", ".join(make_printable(line.label) for line in lines)
        svg = content.decode("utf-8")
        content = _PAGE.format(title=escape(title), svg=svg[svg.index("<svg") :]).encode("utf-8")
    try:
        with open(path, "wb") as file:
            file.write(content)
    except OSError as error:
        raise StoreError(f'"{path}" can\'t be written: {error.strerror}') from error


def _draw(lines: Sequence[Line], across: str, is_logarithmic: bool) -> Any:
    from matplotlib.figure import Figure  # without pyplot: no window, and nothing global

    figure = Figure(figsize=_INCHES, layout="constrained")
    axes = figure.subplots()
    for line in lines:
        xs: Any = [x for x, _ in line.points]
        if across == "time":
            xs = [datetime.fromtimestamp(x, UTC).astimezone() for x in xs]
        marker = "o" if len(line.points) == 1 else None
        # a label that begins with "_" would not be in the legend
        label = _escape(line.label)
        label = f"\u200a{label}" if label.startswith("_") else label
        axes.plot(xs, [y for _, y in line.points], label=label, linewidth=1.4, marker=marker)
    axes.set_xlabel(across)
    if len({line.metric for line in lines}) == 1:
        axes.set_ylabel(_escape(lines[0].metric))
    if is_logarithmic:
        axes.set_yscale("log")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure


def _escape(text: str) -> str:
    """Return a text that matplotlib does not take for a formula."""
    return make_printable(text).replace("$", r"\$")
