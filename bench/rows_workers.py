"""The rows of worker processes: what it costs to log from them into one run, and whether all is there."""

import json
from pathlib import Path

from figures import Figure, Sample, Workload
from processes import Side, WorkloadError, empty_large_files, run_script

PROCESSES, POINTS = 64, 1000


def _log_from_many(side: Side) -> Sample:
    finished = run_script(side, "joined.py", str(PROCESSES), str(POINTS))
    values = json.loads(Path(finished.folder, "runs", "1", "metrics.json").read_bytes())["value"]["values"]
    if sorted(values) != sorted(list(range(POINTS)) * PROCESSES):
        raise WorkloadError(f"{side.label}: {len(values)} points in place of {PROCESSES * POINTS}")
    empty_large_files(finished.folder)
    return finished.said


WORKLOADS = [
    Workload(
        "workers",
        (
            Figure("sending", "pickling a run", 5e-4, "ns", None, is_share=False),
            Figure("bytes", "bytes of a pickled run", 4096, "", None, is_share=False),
            Figure(
                "joining",
                "64 spawned processes: joining, processor time",
                0.1,
                "ms",
                None,
                is_share=False,
            ),
            Figure("point", "64 spawned processes: log_scalar", 5e-6, "ns", None, is_share=False),
        ),
        _log_from_many,
        repeats=3,
        is_warmed_up=False,
    ),
]
