"""The pages of the documentation, and the pieces of code in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(
    r"(?:^<!-- no-run: (?P<reason>.+) -->\n)?"
    r"^(?P<indent> *)```(?P<language>\w*)(?: title=\"(?P<title>[^\"]*)\")?\n"
    r"(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


class Fence(NamedTuple):
    """One piece of code: its language, its title, its text, and why it is not run, if so."""

    line: int
    language: str
    title: str
    code: str
    reason: str


def iter_fences(text: str) -> Iterator[Fence]:
    for found in _FENCE.finditer(text):
        indent = len(found["indent"])
        code = "".join(line[indent:] or "\n" for line in found["code"].splitlines(keepends=True))
        line = text.count("\n", 0, found.start()) + 1
        yield Fence(line, found["language"], found["title"] or "", code, found["reason"] or "")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))
