"""Compares this sacred with 0.8.7, in fresh processes, in turns: `python bench/run.py --peer-python PYTHON`.

Times on a shared machine drift, so each sample of ours is set against the sample of the peer taken beside it.
"""

import argparse
import os
import platform
import sys
from pathlib import Path

from figures import Figure, Sample, Workload
from processes import OURS, PEER, Side, WorkloadError
from report import Row, format_table, save_json
from rows import WORKLOADS


def main() -> int:
    """Measure and print; 1 if a row is missed and that matters, 2 if something could not be compared."""
    arguments = _parse()
    facts, rows, failure = {}, [], None
    try:
        ours, peer = (
            # absolute, as each workload has a folder of its own; not resolved: that leaves the environment
            Side(label, os.path.abspath(python))
            for label, python in ((OURS, arguments.python), (PEER, arguments.peer_python))
        )
        facts = _compare_sides(ours, peer)
        for load in WORKLOADS:
            if not arguments.only or load.key in arguments.only:
                rows += _measure(load, [ours, peer], arguments)
    except WorkloadError as error:
        failure = error
    print("  ".join(f"{name} {value}" for name, value in facts.items()))
    print(format_table(rows))
    if arguments.json:
        save_json(arguments.json, rows, facts)
    if failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 2
    return int(arguments.strict and not all(row.is_reached for row in rows))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peer-python", required=True, help="the interpreter that has sacred 0.8.7")
    parser.add_argument("--python", default=sys.executable, help="the one that has ours (default: this one)")
    parser.add_argument(
        "--repeats", type=int, help="samples of each side (default: 11, fewer where one is long)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="one sample of each side, for a first look: times say little"
    )
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


def _measure(load: Workload, sides: list[Side], arguments: argparse.Namespace) -> list[Row]:
    """Warm the sides up, then take turns; who goes first alternates."""
    print(f"measuring: {load.key}", file=sys.stderr)
    if not load.needs_peer:
        sides = [side for side in sides if side.is_ours]
    if load.is_warmed_up and not arguments.quick:
        for side in sides:
            load.take(side)
    samples: dict[str, list[Sample]] = {side.label: [] for side in sides}
    for number in range(1 if arguments.quick else arguments.repeats or load.repeats):
        for side in sides if number % 2 else reversed(sides):
            samples[side.label].append(load.take(side))
    return [_make_row(figure, samples) for figure in load.figures]


def _make_row(figure: Figure, samples: dict[str, list[Sample]]) -> Row:
    ours = [sample[figure.key] for sample in samples[OURS]]
    if figure.other is None:
        return Row(figure, ours, [])
    if figure.other == PEER:
        return Row(figure, ours, [sample[figure.key] for sample in samples[PEER]])
    return Row(figure, ours, [sample[figure.other] for sample in samples[OURS]])


if __name__ == "__main__":
    raise SystemExit(main())
