"""A page about one thing: a title, and sections with facts, tables and text below it."""

from collections.abc import Iterable, Sequence

from sacred.cli.call import Call
from sacred.cli.table import Column, choose_columns, format_table, measure, pad, shorten
from sacred.cli.values import BOLD, CYAN
from sacred.support.printable import make_lines_printable, make_printable
from sacred.support.terminal import BLUE, FAINT, GREEN, RED

_INDENT = "  "
_PLAIN_WIDTH = 80  # of a title where there is no terminal
_LEAST_NAME, _MOST_NAME = 8, 28
_CHANGE_STYLES = {"+": GREEN, "-": RED, "@": BLUE}


class Page:
    """Lines for people, as wide as their terminal; what stands in them may come from a record.

    Args:
        call: tells about the terminal.
    """

    def __init__(self, call: Call) -> None:
        self.lines: list[str] = []
        self.width = call.width
        self._call = call

    def add_title(self, left: str, right: str = "", style: str = "") -> None:
        """Add the line at the top."""
        width = self.width or _PLAIN_WIDTH
        left, right = make_printable(left), shorten(make_printable(right), width // 2)
        left = shorten(left, max(width - measure(right) - 4, 8))
        rule = "─" * max(width - measure(left) - measure(right) - 2, 1)
        paint = self._call.paint
        self.lines.append(f"{paint(left, BOLD)} {paint(rule, FAINT)} {paint(right, BOLD + style)}".rstrip())

    def add_heading(self, heading: str) -> None:
        """Begin a section."""
        self.lines += ["", self._call.paint(heading, BOLD)]

    def add_facts(self, facts: Iterable[tuple[str, str]], heading: str = "") -> None:
        """Add names with values, if there are any. Without a heading, empty values are left out."""
        rows = [(make_printable(name), make_printable(value)) for name, value in facts if value or heading]
        if not rows:
            return
        if heading:
            self.add_heading(heading)
        most = _MOST_NAME if self.width is None else min(_MOST_NAME, max(self.width // 2, _LEAST_NAME))
        if self.width is not None:
            rows = [(shorten(name, most), value) for name, value in rows]
        column = min(max(measure(name) for name, _ in rows), most)
        for name, value in rows:
            start = self._call.paint(pad(name, column), CYAN)
            self.lines.append(
                f"{_INDENT}{start}{_INDENT}{self._cut(value, max(column, measure(name)) + 4)}".rstrip()
            )

    def add_table(self, heading: str, columns: Sequence[Column]) -> None:
        """Add a table."""
        self.add_heading(heading)
        width = None if self.width is None else self.width - len(_INDENT)
        chosen = columns if width is None else choose_columns(columns, width)
        lines = format_table(chosen, width, coloured=self._call.is_coloured)
        self.lines += [f"{_INDENT}{line}" for line in lines]

    def add_text(self, heading: str, text: str) -> None:
        """Add text of several lines; nothing if there is none."""
        if not text.strip():
            return
        self.add_heading(heading)
        for line in make_lines_printable(text).split("\n"):
            self.lines.append(f"{_INDENT}{self._cut(line.expandtabs(), len(_INDENT))}".rstrip())

    def add_changes(self, heading: str, changes: str) -> None:
        """Add a unified diff; its lines are not shortened."""
        self.add_heading(heading)
        for line in make_lines_printable(changes).rstrip("\n").split("\n"):
            style = _CHANGE_STYLES.get(line[:1], "")
            self.lines.append(self._call.paint(f"{_INDENT}{line}", style))

    def add_points(self, lines: Iterable[str], style: str) -> None:
        """Add sentences, each with a mark before it; they are not shortened."""
        for line in lines:
            self.lines.append(f"{_INDENT}{self._call.paint('•', style)} {make_printable(line)}")

    def add_remark(self, text: str) -> None:
        """Add a line that is not from the record."""
        self.lines.append(self._call.paint(f"{_INDENT}{make_printable(text)}", FAINT))

    def _cut(self, text: str, used: int) -> str:
        return text if self.width is None else shorten(text, max(self.width - used, 10))
