"""Tables of plain text, as wide as the terminal: without a package, since lists are asked for all day."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sacred.support.printable import make_printable
from sacred.support.terminal import RESET

GAP = "  "
_LEAST = 8  # columns below which a shortened cell says nothing
_COMBINING = ("Mn", "Me", "Cf")


@dataclass(slots=True)
class Column:
    """One column of a table.

    Attributes:
        title: what stands above it.
        cells: the texts; they may come from a record.
        align: of numbers right, so that their digits are below each other.
        most: how many columns of the terminal it takes at most where the terminal is too narrow for all.
        rank: those of higher rank are left out first in a narrow terminal; those of rank 0 never are.
        style: an escape sequence for all cells; ``styles`` for each.
    """

    title: str
    cells: Sequence[str]
    align: Literal["left", "right"] = "left"
    most: int = 32
    rank: int = 0
    style: str = ""
    styles: Sequence[str] = field(default_factory=tuple)


def measure(text: str) -> int:
    """Return how many columns of a terminal a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_measure_character, text))


def _measure_character(character: str) -> int:
    if unicodedata.category(character) in _COMBINING:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def shorten(text: str, width: int) -> str:
    """Return a printable text, cut so that it takes at most ``width`` columns."""
    if measure(text) <= width:
        return text
    kept, used = [], 0
    for character in text:
        used += _measure_character(character)
        if used > width - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"


def pad(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """Return a printable text with blanks, so that it takes ``width`` columns."""
    blanks = " " * (width - measure(text))
    return blanks + text if align == "right" else text + blanks


def format_table(
    columns: Sequence[Column], width: int | None = None, *, coloured: bool = False, has_titles: bool = True
) -> list[str]:
    """Return the lines of a table.

    Args:
        columns: what it shows; see :func:`choose_columns` for what fits.
        width: columns of the terminal; None for all that is there, nothing shortened.
        coloured: write the escape sequences of the styles.
        has_titles: the first line names the columns.
    """
    drawn = [_draw_column(column, coloured, has_titles) for column in _fit(columns, width)]
    return ["".join(cells).rstrip() for cells in zip(*drawn, strict=True)]


def choose_columns(columns: Sequence[Column], width: int) -> list[Column]:
    """Return the columns that fit into a terminal: those of the lowest rank are asked first."""
    chosen: set[int] = set()
    used = -len(GAP)
    for index in sorted(range(len(columns)), key=lambda index: columns[index].rank):
        needed = len(GAP) + min(_get_natural(columns[index]), columns[index].most)
        if not columns[index].rank or used + needed <= width:
            chosen.add(index)
            used += needed
    return [column for index, column in enumerate(columns) if index in chosen]


def _total(widths: Iterable[int]) -> int:
    each = list(widths)
    return sum(each) + len(GAP) * (len(each) - 1)


def _get_natural(column: Column) -> int:
    return max(map(measure, map(make_printable, [column.title, *column.cells])))


def _fit(columns: Sequence[Column], width: int | None) -> list[tuple[Column, int]]:
    """Give each column its width: the widest ones give way first."""
    widths = [_get_natural(column) for column in columns]
    if width is not None:
        over = _total(widths) - width
        while over > 0 and max(widths) > _LEAST:
            widest = max(range(len(widths)), key=widths.__getitem__)
            others = [one for index, one in enumerate(widths) if index != widest]
            cut = min(over, max(1, widths[widest] - max([_LEAST, *others])))
            widths[widest] -= cut
            over -= cut
    return list(zip(columns, widths, strict=True))


def _draw_column(fitted: tuple[Column, int], coloured: bool, has_titles: bool) -> list[str]:
    column, width = fitted
    texts = [shorten(make_printable(text), width) for text in column.cells]
    cells = [pad(text, width, column.align) for text in texts]
    if coloured:
        styles = column.styles or [column.style] * len(cells)
        cells = [
            f"{style}{cell}{RESET}" if style else cell for style, cell in zip(styles, cells, strict=True)
        ]
    if has_titles:
        title = pad(shorten(make_printable(column.title), width), width, column.align)
        cells = [f"\x1b[1m{title}{RESET}" if coloured else title, *cells]
    return [f"{cell}{GAP}" for cell in cells]
