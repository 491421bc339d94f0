"""The fault matrix at the end of a test run: what held under which fault."""

from faults.fault import COLUMNS
from faults.rows import GROUPS

_MARKS = {True: "yes", False: "NO"}


def summarise(terminalreporter, is_whole):
    """Print the matrix, if any fault was tried.

    Args:
        terminalreporter: pytest's; the reports in it carry what ``test_faults`` recorded.
        is_whole: print every row; else only those in which something did not hold.
    """
    reports = [report for group in ("passed", "failed") for report in terminalreporter.stats.get(group, ())]
    rows = [value for report in reports for name, value in report.user_properties if name == "fault"]
    if not rows:
        return
    terminalreporter.section("faults, and what held in spite of them")
    order = [fault.name for faults in GROUPS.values() for fault in faults]
    rows.sort(key=lambda row: order.index(row[1]))
    width = max(len(name) for _, name, _ in rows) + 4
    terminalreporter.line(" " * width + "  ".join(COLUMNS))
    last = None
    for group, name, held in rows:
        if not (is_whole or not all(held)):
            continue
        if group != last:
            terminalreporter.line(f"{group}:")
            last = group
        marks = (f"{_MARKS[bool(one)]:{len(column)}}" for column, one in zip(COLUMNS, held, strict=True))
        terminalreporter.line(f"  {name:{width - 2}}" + "  ".join(marks))
    good = sum(all(held) for _, _, held in rows)
    terminalreporter.line(f"{len(rows)} faults, everything held under {good}")
