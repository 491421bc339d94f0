"""A chart in the terminal: curves of braille dots between two axes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import ceil, floor, log10

from sacred.cli.curve import Line

_EMPTY = 0x2800
# the bit of each dot in a braille character: two columns of four rows
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_COLUMNS, _ROWS = 2, 4
_LEAST_WIDTH, _LEAST_HEIGHT = 8, 3
_MARKS = 5  # about so many numbers stand beside the y axis
_MARK_WIDTH = 16  # about so far apart are those below the x axis
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RESET = "\x1b[0m"
_DAY = 86400
_MOST = 1e300  # beyond it, differences are no numbers any more
_ROUND = (1, 2, 5, 10)


class Chart:
    """A chart of several curves.

    Args:
        width: columns of the terminal.
        height: lines, without those of the x axis.
        is_logarithmic: the y axis; all y must be above zero then.
        is_moment: x is seconds since 1970.
    """

    def __init__(
        self, width: int, height: int, *, is_logarithmic: bool = False, is_moment: bool = False
    ) -> None:
        self._width = width
        self._height = max(height, _LEAST_HEIGHT)
        self._is_logarithmic = is_logarithmic
        self._is_moment = is_moment

    def draw(self, lines: Sequence[Line], *, coloured: bool = False) -> list[str]:
        """Return the lines of text; at least one curve must have a point.

        Without colours each of several curves has its letter: A for the first one.
        """
        scaled = [[(_clip(x), self._scale(y)) for x, y in line.points] for line in lines]
        x_range = _find_range(x for points in scaled for x, _ in points)
        y_range = _find_range(y for points in scaled for _, y in points)
        marks = self._make_marks(y_range)
        margin = max(len(text) for text in marks.values())
        canvas = _Canvas(max(self._width - margin - 2, _LEAST_WIDTH), self._height)
        for number, points in enumerate(scaled):
            places = [(_share(x, x_range), _share(y, y_range)) for x, y in points]
            canvas.add(places, lines[number].style)
            if not coloured and len(lines) > 1 and places:
                where = places[(number + 1) * len(places) // (len(lines) + 1)]
                canvas.put(where, _LETTERS[number % len(_LETTERS)])
        rows = [
            f"{marks.get(row, ''):>{margin}} {'┤' if row in marks else '│'}{text}"
            for row, text in enumerate(canvas.render(coloured=coloured))
        ]
        return [*rows, *self._draw_x_axis(x_range, margin, canvas.width)]

    def _scale(self, y: float) -> float:
        return log10(y) if self._is_logarithmic else _clip(y)

    def _make_marks(self, y_range: tuple[float, float]) -> dict[int, str]:
        """Return the numbers beside the y axis by the rows where they stand."""
        low, high = y_range
        marks: dict[int, str] = {}
        for value in self._find_marks(low, high, max(2, min(_MARKS, self._height // 3))):
            row = round((high - value) / (high - low) * (self._height - 1))
            marks.setdefault(
                row, f"{10**value:.3g}" if self._is_logarithmic else format_mark(value, high - low)
            )
        return marks

    def _find_marks(self, low: float, high: float, about: int) -> list[float]:
        """Return where numbers stand; on a logarithmic axis at powers of ten, or at least at 1, 2 and 5."""
        if not self._is_logarithmic:
            return find_round(low, high, about)
        powers = range(floor(low), ceil(high) + 1)
        factors = (1,) if high - low > 2 else (1, 2, 5)
        found = [power + log10(factor) for power in powers[:: max(1, len(powers) // 8)] for factor in factors]
        return [one for one in found if low <= one <= high] or [low, high]

    def _draw_x_axis(self, x_range: tuple[float, float], margin: int, width: int) -> list[str]:
        """Return the line, and the numbers below it."""
        low, high = x_range
        if self._is_moment:
            places = {0: _format_moment(low, high - low), width - 1: _format_moment(high, high - low)}
        else:
            values = find_round(low, high, max(2, width // _MARK_WIDTH))
            places = {round(_share(x, x_range) * (width - 1)): format_mark(x, high - low) for x in values}
        text, marked = "", set()
        for column, mark in places.items():
            start = max(min(column - len(mark) // 2, width - len(mark)), 0)
            if not text or start > len(text):
                text = text.ljust(start) + mark
                marked.add(column)
        line = "".join("┬" if column in marked else "─" for column in range(width))
        return [f"{'':{margin}} └{line}", f"{'':{margin}}  {text}"]


class _Canvas:
    """Dots on a grid; a character has the colour of the curve that came last to it."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self._height = height
        self._cells = [[_EMPTY] * width for _ in range(height)]
        self._styles = [[""] * width for _ in range(height)]
        self._letters: dict[tuple[int, int], str] = {}

    def add(self, places: Sequence[tuple[float, float]], style: str) -> None:
        """Join places, which are shares of the width and of the height, from the lower left."""
        dots = list(map(self._find_dot, places))
        for start, end in zip(dots, dots[1:] or dots, strict=False):
            self._join(start, end, style)

    def put(self, place: tuple[float, float], letter: str) -> None:
        """Let a letter stand at a place."""
        x, y = self._find_dot(place)
        self._letters[y // _ROWS, x // _COLUMNS] = letter

    def _find_dot(self, place: tuple[float, float]) -> tuple[int, int]:
        x, y = place
        return round(x * (self.width * _COLUMNS - 1)), round((1 - y) * (self._height * _ROWS - 1))

    def _join(self, start: tuple[int, int], end: tuple[int, int], style: str) -> None:
        across, down = end[0] - start[0], end[1] - start[1]
        steps = max(abs(across), abs(down), 1)
        for step in range(steps + 1):
            x = round(start[0] + across * step / steps)
            y = round(start[1] + down * step / steps)
            row, column = y // _ROWS, x // _COLUMNS
            self._cells[row][column] |= _DOTS[x % _COLUMNS][y % _ROWS]
            self._styles[row][column] = style

    def render(self, *, coloured: bool) -> list[str]:
        """Return a text for each row."""
        return [self._render_row(row, coloured) for row in range(self._height)]

    def _render_row(self, row: int, coloured: bool) -> str:
        parts, present = [], ""
        for column, cell in enumerate(self._cells[row]):
            wanted = self._styles[row][column] if coloured and cell != _EMPTY else ""
            if wanted != present:
                parts.append(f"{_RESET if present else ''}{wanted}")
                present = wanted
            parts.append(self._letters.get((row, column)) or (chr(cell) if cell != _EMPTY else " "))
        return ("".join(parts) + (_RESET if present else "")).rstrip()


def find_round(low: float, high: float, about: int) -> list[float]:
    """Return about so many round numbers of equal distance in a range that is not empty."""
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next((factor * power for factor in _ROUND if factor * power >= rough * 0.999), 10 * power)
    first = ceil(low / step - 1e-9)
    found = [index * step for index in range(first, floor(high / step + 1e-9) + 1)]
    return found if len(found) > 1 else [low, high]


def format_mark(value: float, span: float) -> str:
    """Return a number beside an axis, with the digits that tell it from others in a range of this span."""
    if abs(value) < abs(span) * 1e-9:
        return "0"
    if value.is_integer() and abs(value) < 1e7:
        return f"{value:.0f}"
    digits = 3 + max(0, floor(log10(abs(value))) - floor(log10(span)))
    return f"{value:.{min(digits, 15)}g}"


def _format_moment(value: float, span: float) -> str:
    try:
        moment = datetime.fromtimestamp(value, UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return format_mark(value, span)
    return moment.strftime("%H:%M:%S" if span < _DAY else "%Y-%m-%d %H:%M")


def _clip(value: float) -> float:
    return max(-_MOST, min(_MOST, value))


def _share(value: float, of: tuple[float, float]) -> float:
    return (value - of[0]) / (of[1] - of[0])


def _find_range(values: Iterable[float]) -> tuple[float, float]:
    """Return the smallest and the largest, apart from each other."""
    numbers = list(values)
    low, high = min(numbers), max(numbers)
    if high - low > max(abs(low), abs(high)) * 1e-12 and high - low > 1e-290:
        return low, high
    margin = max(abs(low) * 0.1, 1e-200) if low else 1.0
    return low - margin, high + margin
