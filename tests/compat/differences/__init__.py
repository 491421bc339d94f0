"""Where this package means to differ from Sacred 0.8.7: the only differences that the tests let pass.

One table for each folder of cases, and ``general`` for what shows in several: reasons, each with the cases
and differences (lines of ``harness.compare``) that it explains. Both are matched whole, and ``*`` stands for
any text. A row for one case that is no longer needed fails.
"""

from typing import NamedTuple

from compat.differences import (
    captured,
    command_line,
    config,
    experiment,
    general,
    idioms,
    observers,
    run,
    seeds,
)

SUBJECTS = [
    "captured",
    "command_line",
    "config",
    "experiment",
    "general",
    "idioms",
    "observers",
    "run",
    "seeds",
]


class Difference(NamedTuple):
    """One row of a table."""

    case: str
    what: str
    why: str


TABLES = [
    module.TABLE
    for module in (general, config, captured, command_line, seeds, run, observers, experiment, idioms)
]
DIFFERENCES = [
    Difference(case, what, why) for table in TABLES for why, rows in table.items() for case, what in rows
]
