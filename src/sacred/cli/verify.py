"""``sacred verify``: are the stored files what was recorded?"""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from sacred.cli.arguments import RUN_HELP, choose_run
from sacred.cli.call import Call, tell_problems, write, write_json
from sacred.cli.parameters import Argument
from sacred.cli.values import YELLOW, count
from sacred.support.printable import make_printable
from sacred.support.terminal import RED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sacred.stores.verify import FileCheck

_STYLES = {"damaged": RED, "missing": RED, "unknown": YELLOW}
_BAD = ("damaged", "missing")


def verify_runs(
    call: Call,
    runs: Annotated[
        list[str] | None,
        Argument(metavar="RUN…", help=f"{RUN_HELP} All without one."),
    ] = None,
) -> int:
    """Compare every stored file with the checksum that was recorded.

    Files that are not what was recorded, or not there, are listed, and the exit code is 1.
    """
    with call.open_store() as store:
        ids = [choose_run(store, name).id for name in runs] if runs else None
        checks = store.verify(ids)
        states = _write_json(checks) if call.as_json else _write(call, checks)
        tell_problems(store)
        has_problems = bool(store.problems)
    return 1 if has_problems or any(states[state] for state in _BAD) else 0


def _write_json(checks: "Iterable[FileCheck]") -> Counter[str]:
    states: Counter[str] = Counter()
    rows = []
    for check in checks:
        states[check.state] += 1
        file = {"run": check.run_id, "kind": check.file.kind, "name": check.file.name}
        rows.append({**file, "state": check.state, "reason": check.reason})
    write_json(rows)
    return states


def _write(call: Call, checks: "Iterable[FileCheck]") -> Counter[str]:
    states: Counter[str] = Counter()
    for check in checks:
        if check.file.kind == "record" and check.state == "unknown":
            continue  # these have no checksum anywhere
        states[check.state] += 1
        if check.state in _BAD:
            state = call.paint(f"{check.state:7}", _STYLES[check.state])
            name = make_printable(f"run {check.run_id}: {check.file.kind} {check.file.name}")
            reason = f": {make_printable(check.reason)}" if check.reason else ""
            write([f"{state}  {name}{reason}"])
    parts = [f"{states['ok']:,} ok", *(f"{states[one]:,} {one}" for one in _BAD if states[one])]
    if states["unknown"]:
        parts.append(f"{states['unknown']:,} without a recorded checksum")
    write([f"{count(sum(states.values()), 'file')}: {', '.join(parts)}"])
    return states
