"""How costs grow: each operation at three sizes, in fresh processes, and the exponent of what it takes.

1 is a cost that grows like the size, 2 one that grows like its square.
"""

from collections.abc import Callable
from math import log
from statistics import linear_regression

from figures import Figure, Sample, Workload
from processes import Side, empty_large_files, run_script

DEFAULT_INTERVAL = 10.0  # of system metrics, in seconds
SAMPLES = 30
PROCESSES = (50, 200, 800)
MOST_EXPONENT = 1.1
LEAST_SECONDS, LEAST_BYTES = 0.001, 1 << 20
"""What is below can't be told from nothing."""

OPERATIONS = {
    "store": ("starting in a store of {} runs", (1_000, 4_000, 16_000)),
    "points": ("logging {} points", (50_000, 200_000, 800_000)),
    "names": ("logging a point of each of {} metrics", (2_500, 10_000, 40_000)),
    "output": ("printing {} bytes", (2_000_000, 8_000_000, 32_000_000)),
    "artifacts": ("adding {} artifacts", (250, 1_000, 4_000)),
    "resources": ("adding {} resources", (250, 1_000, 4_000)),
    "beat": ("a heartbeat that tells an observer of {} points", (25_000, 100_000, 400_000)),
    "info": ("heartbeats with info of {} entries", (10_000, 40_000, 160_000)),
    "entries": ("a config of {} entries", (500, 2_000, 8_000)),
    "ingredients": ("an experiment of {} ingredients", (25, 100, 400)),
    "captured": ("an experiment of {} captured functions", (250, 1_000, 4_000)),
    "reading": ("reading a run of {} points", (50_000, 200_000, 800_000)),
}


def _make_workload(operation: str) -> Workload:
    name, sizes = OPERATIONS[operation]
    names = [name.format("n"), name.format(f"{sizes[-1]:,}")]
    return Workload(
        f"growth-{operation}",
        (
            Figure("time", f"{names[0]}: exponent of time", MOST_EXPONENT, "", None, is_share=False),
            Figure("memory", f"{names[0]}: exponent of memory", MOST_EXPONENT, "", None, is_share=False),
            Figure("seconds", names[1], 60, "s", None, is_share=False),
            Figure("bytes", f"{names[1]}: memory for it", 2**30, "MiB", None, is_share=False),
        ),
        _make_take(operation, sizes),
        repeats=3,
        is_warmed_up=False,
    )


def _make_take(operation: str, sizes: tuple[int, ...]) -> Callable[[Side], Sample]:
    def take(side: Side) -> Sample:
        said = []
        for size in sizes:
            finished = run_script(side, "growing.py", operation, str(size))
            empty_large_files(finished.folder)
            said.append(finished.said)
        seconds, memory = [each["seconds"] for each in said], [each["memory"] for each in said]
        return {
            "time": _find_exponent(sizes, seconds, LEAST_SECONDS),
            "memory": _find_exponent(sizes, memory, LEAST_BYTES),
            "seconds": seconds[-1],
            "bytes": memory[-1],
        }

    return take


def _find_exponent(sizes: tuple[int, ...], costs: list[float], least: float) -> float:
    """The slope of the logarithm of costs over that of sizes."""
    return linear_regression(list(map(log, sizes)), [log(max(cost, least)) for cost in costs]).slope


def _watch(side: Side) -> Sample:
    sample: Sample = {}
    for whose in ("machine", "tree"):
        costs = [
            run_script(side, "watched.py", whose, str(count), str(SAMPLES)).said["cost"]
            for count in PROCESSES
        ]
        sample[whose] = 100 * costs[PROCESSES.index(200)] / DEFAULT_INTERVAL
        sample[f"{whose} exponent"] = _find_exponent(PROCESSES, costs, 0.0)
    return sample


WORKLOADS = [
    Workload(
        "system",
        (
            Figure("machine", "system metrics, 200 others on the machine: of a core", 0.2, "%", None, False),
            Figure("tree", "system metrics, 200 processes in the tree: of a core", 0.2, "%", None, False),
            Figure("machine exponent", "the same: exponent in others", MOST_EXPONENT, "", None, False),
            Figure("tree exponent", "the same: exponent in the tree", MOST_EXPONENT, "", None, False),
        ),
        _watch,
        repeats=3,
        is_warmed_up=False,
    ),
    *map(_make_workload, OPERATIONS),
]
