"""The table at the end of a test run: cases, equal ones, meant differences, unexplained ones."""


def summarise(terminalreporter):
    """Print the table, if any case was run.

    Args:
        terminalreporter: pytest's; the reports in it carry what ``test_goldens`` recorded.
    """
    reports = [report for group in ("passed", "failed") for report in terminalreporter.stats.get(group, ())]
    found = [value for report in reports for name, value in report.user_properties if name == "compat"]
    if not found:
        return
    meant = [case for case, used, wrong in found if used and not wrong]
    unexplained = [case for case, _, wrong in found if wrong]
    terminalreporter.section("compared with Sacred 0.8.7")
    terminalreporter.line(f"cases                      {len(found)}")
    terminalreporter.line(f"  equal                    {len(found) - len(meant) - len(unexplained)}")
    terminalreporter.line(
        f"  with meant differences   {len(meant)} ({sum(used for _, used, _ in found)} differences)"
    )
    terminalreporter.line(f"  unexplained              {len(unexplained)} {' '.join(sorted(unexplained))}")
