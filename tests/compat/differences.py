"""Where this package means to differ from Sacred 0.8.7: the only differences that the tests let pass.

``case`` and ``what`` are matched whole, ``*`` stands for any text; a row that nothing needs any more fails.
"""

from typing import NamedTuple


class Difference(NamedTuple):
    """One row: in which cases, which difference (a line of ``harness.compare``), and why."""

    case: str
    what: str
    why: str


DIFFERENCES = [
]
