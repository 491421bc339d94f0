"""The tables of docs/explanation/faults.md, made from the rows.

`PYTHONPATH=tests python -m faults.page` writes them.
"""

from pathlib import Path

from faults.rows import GROUPS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "faults.md"
_BEGIN, _END = "<!-- rows: made by tests/faults/page.py -->\n", "<!-- end of rows -->\n"


def make_page(text):
    """Return the page's text with the tables as the rows have them."""
    before, _, rest = text.partition(_BEGIN)
    after = rest.partition(_END)[2]
    return before + _BEGIN + "\n" + "\n".join(map(_make_table, GROUPS)) + "\n" + _END + after


def _make_table(group):
    lines = [f"### {group}", "", "| fault | what happens | what becomes of the run |", "|---|---|---|"]
    lines += [f"| {fault.name} | {_escape(fault.does)} | {_escape(fault.holds)} |" for fault in GROUPS[group]]
    return "\n".join(lines) + "\n"


def _escape(text):
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(make_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
