"""Compares this sacred with 0.8.7, in fresh processes, in turns: `python bench/run.py --peer-python PYTHON`.

Times on a shared machine drift, so each sample of ours is set against the sample of the peer taken beside it.
"""

import argparse
import os
import platform
import sys
from pathlib import Path

from processes import Side, WorkloadError
from report import Row, format_table, save_json
from rows import WORKLOADS, Workload


def main() -> int:
    """Measure and print; 1 if a row is missed and that matters, 2 if there is nothing to compare."""
    arguments = _parse()
    try:
        ours, peer = (
            # absolute, as each workload has a folder of its own; not resolved: that leaves the environment
            Side(label, os.path.abspath(python))
            for label, python in (("ours", arguments.python), ("0.8.7", arguments.peer_python))
        )
        facts = _compare_sides(ours, peer)
        chosen = [load for load in WORKLOADS if not arguments.only or load.key in arguments.only]
        rows = [row for load in chosen for row in _measure(load, ours, peer, arguments.repeats)]
    except WorkloadError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    print("  ".join(f"{name} {value}" for name, value in facts.items()))
    print(format_table(rows, ours.label, peer.label))
    if arguments.json:
        save_json(arguments.json, rows, facts)
    return int(arguments.strict and not all(row.is_reached for row in rows))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peer-python", required=True, help="the interpreter that has sacred 0.8.7")
    parser.add_argument("--python", default=sys.executable, help="the one that has ours (default: this one)")
    parser.add_argument("--repeats", type=int, default=11, help="samples of each side (default: 11)")
    parser.add_argument(
        "--only", action="append", choices=[load.key for load in WORKLOADS], help="some rows only"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every sample in this file")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a row is missed")
    return parser.parse_args()


def _compare_sides(ours: Side, peer: Side) -> dict[str, str]:
    """The versions; refuses to compare where something else than sacred differs."""
    facts = {"ours": ours.ask("sacred.__version__"), "peer": peer.ask("sacred.__version__")}
    for name, expression in {"Python": "sys.version.split()[0]", "numpy": "numpy.__version__"}.items():
        found = {ours.ask(expression), peer.ask(expression)}
        if len(found) > 1:
            raise WorkloadError(
                f"the two sides have different versions of {name}: {' and '.join(sorted(found))}"
            )
        facts[name] = found.pop()
    return facts | {"machine": platform.machine(), "cores": str(os.cpu_count())}


def _measure(load: Workload, ours: Side, peer: Side, repeats: int) -> list[Row]:
    """Warm both sides up, then take turns; who goes first alternates."""
    load.take(ours, True)
    load.take(peer, False)
    samples: dict[Side, dict[str, list[float]]] = {
        side: {name: [] for name in load.targets} for side in (ours, peer)
    }
    for number in range(repeats):
        for side in (ours, peer) if number % 2 else (peer, ours):
            for name, seconds in load.take(side, side is ours).items():
                samples[side][name].append(seconds)
    return [
        Row(name, target, samples[ours][name], samples[peer][name]) for name, target in load.targets.items()
    ]


if __name__ == "__main__":
    raise SystemExit(main())
