"""The rows of metrics: what points cost their caller, memory and disk, and whether they are all there."""

import json
from math import log
from pathlib import Path
from statistics import linear_regression
from typing import Any

from figures import Figure, Sample, Workload
from processes import Side, WorkloadError, empty_large_files, run_script

MANY = 1_000_000
FEWER = 100_000
LOOPS = (
    (FEWER, "numpy"),
    (FEWER, "given"),
    (FEWER, "automatic"),
    (MANY, "given"),
    (MANY, "automatic"),
)
STEADY_RATE, STEADY_SECONDS = 5_000, 20
GROWING_RATE, GROWING_SECONDS = 50_000, (1, 4, 16)  # the beats come ten times as fast as well


def _log_many(side: Side) -> Sample:
    sample = {}
    for count, kind in LOOPS:
        said = _run_checked(side, count, "points.py", str(count), kind)
        sample[f"{count} {kind}"] = said["call"]
    sample |= {"tail": said["tail"], "peak": said["peak"]}  # of the last, which logs a million
    if side.is_ours:
        sample["growth"] = _watch_memory(side, MANY) - _watch_memory(side, 0)
    return sample


def _watch_memory(side: Side, count: int) -> int:
    finished = run_script(side, "points.py", str(count), "automatic", is_watched=True)
    empty_large_files(finished.folder)
    return finished.anonymous


def _time_calls(side: Side) -> Sample:
    said = run_script(side, "calls.py", str(MANY)).said
    return {"late": said["late"], "empty calls": said["late_alone"]}


def _log_steadily(side: Side) -> Sample:
    said = _log_at_rate(side, STEADY_RATE, STEADY_SECONDS, beat=1)
    return {"written": said["written"] / said["kept"], "processor": said["processor"]}


def _log_longer(side: Side) -> Sample:
    """How the costs grow: the slope of their logarithm over that of the number of points."""
    said = [_log_at_rate(side, GROWING_RATE, seconds, beat=0.1) for seconds in GROWING_SECONDS]
    lengths = [log(seconds) for seconds in GROWING_SECONDS]
    return {
        cost: linear_regression(lengths, [log(each[cost]) for each in said]).slope
        for cost in ("processor", "written")
    }


def _log_at_rate(side: Side, rate: int, seconds: int, beat: float) -> dict[str, Any]:
    return _run_checked(side, rate * seconds, "steady.py", str(rate), str(seconds), str(beat))


def _run_checked(side: Side, count: int, script: str, *arguments: str) -> dict[str, Any]:
    """Run a workload, and see in metrics.json that it left so many points."""
    finished = run_script(side, script, *arguments)
    found = sum(_count_points(finished.folder, "1").values())
    if found != count:
        raise WorkloadError(f"{side.label}: {script} left {found} points in place of {count}")
    empty_large_files(finished.folder)
    return finished.said


def _count_points(folder: Path, run: str) -> dict[str, int]:
    metrics = json.loads(Path(folder, "runs", run, "metrics.json").read_bytes())
    counts = {name: {len(column) for column in columns.values()} for name, columns in metrics.items()}
    if any(len(lengths) > 1 for lengths in counts.values()):
        raise WorkloadError(f"the columns of a metric have different lengths: {counts}")
    return {name: lengths.pop() for name, lengths in counts.items()}


def _run_twice(side: Side) -> Sample:
    finished = run_script(side, "two_runs.py", str(MANY))
    own = [
        _has_own(finished.folder, "1", "of-first", MANY, not_in_output="of-second"),
        _has_own(finished.folder, "2", "of-second", 3, not_in_output="of-first"),
    ]
    empty_large_files(finished.folder)
    return {"mixed": own.count(False)}


def _has_own(folder: Path, run: str, name: str, points: int, not_in_output: str) -> bool:
    output = Path(folder, "runs", run, "cout.txt").read_text("utf-8")
    return name in output and not_in_output not in output and _count_points(folder, run) == {name: points}


WORKLOADS = [
    Workload(
        "points",
        (
            Figure(f"{FEWER} given", "log_scalar with steps, one of 100,000 calls", 1 / 3, "ns"),
            Figure(f"{FEWER} automatic", "log_scalar without, one of 100,000", 1 / 3, "ns"),
            Figure(f"{FEWER} numpy", "log_scalar with numpy's float64, one of 100,000", 1 / 3, "ns"),
            Figure(f"{MANY} given", "log_scalar with steps, one of 1,000,000", 1 / 4, "ns"),
            Figure(f"{MANY} automatic", "log_scalar without, one of 1,000,000", 1 / 4, "ns"),
            Figure("tail", "1,000,000 points: from main to all written", 0.5, "s"),
            Figure("peak", "1,000,000 points: peak of resident memory", 1 / 6, "MiB"),
            Figure("growth", "1,000,000 points: own memory for them", 2**24, "MiB", None, is_share=False),
        ),
        _log_many,
        repeats=5,
    ),
    Workload(
        "calls",
        (Figure("late", "calls over 50 us, of 1,000,000", MANY * 0.0001, "", "empty calls", is_share=False),),
        _time_calls,
    ),
    Workload(
        "steady",
        (
            Figure("written", "5,000 points/s: bytes written / kept", 2.5, "", is_share=False),
            Figure("processor", "5,000 points/s: processor time", 1, "s"),
        ),
        _log_steadily,
        repeats=3,
        is_warmed_up=False,
    ),
    Workload(
        "growth",
        (
            Figure("processor", "exponent of processor time in run length", 1.05, "", None, is_share=False),
            Figure("written", "exponent of bytes written in run length", 1.05, "", None, is_share=False),
        ),
        _log_longer,
        repeats=3,
        is_warmed_up=False,
    ),
    Workload(
        "two_runs",
        (Figure("mixed", "runs of 2 with wrong output or points", 0, "", is_share=False),),
        _run_twice,
        repeats=3,
        is_warmed_up=False,
    ),
]
