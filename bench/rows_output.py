"""The rows of output: what printing costs, and whether it is kept."""

from pathlib import Path

from figures import Figure, Sample, Workload
from processes import Side, WorkloadError, empty_large_files, run_script

LINES = 1_000_000
BYTES_OF_LINE = 100
RUNS = 50


def _print_many(side: Side) -> Sample:
    file, null = (_record_lines(side, stdout) for stdout in ("stdout", "/dev/null"))
    sample = {"file": file["printed"], "null": null["printed"], "run": file["ended"]}
    if side.is_ours:
        sample["without sacred"] = run_script(side, "lines.py", str(LINES), "alone").said["printed"]
        sample["growth"] = _watch_memory(side, LINES) - _watch_memory(side, 1)
    return sample


def _record_lines(side: Side, stdout: str) -> dict[str, float]:
    finished = run_script(side, "lines.py", str(LINES), "recorded", stdout=stdout)
    if finished.said["kept"] < LINES * BYTES_OF_LINE:
        raise WorkloadError(f"{side.label}: only {finished.said['kept']:,} bytes of output were kept")
    empty_large_files(finished.folder)
    return finished.said


def _watch_memory(side: Side, lines: int) -> int:
    finished = run_script(side, "lines.py", str(lines), "recorded", is_watched=True)
    empty_large_files(finished.folder)
    return finished.anonymous


def _count_lost(side: Side) -> Sample:
    """Of how many short processes the last line is not in the record; standard output is a file."""
    return {
        mode: sum(_is_lost(side, mode, ending) for ending in ("returns", "raises") for _ in range(RUNS))
        for mode in ("fd", "sys")
    }


def _is_lost(side: Side, mode: str, ending: str) -> bool:
    folder = run_script(side, "last_line.py", mode, ending).folder
    return "the last line" not in Path(folder, "runs", "1", "cout.txt").read_text("utf-8").splitlines()


WORKLOADS = [
    Workload(
        "lines",
        (
            Figure("file", "100 MB printed into a file: the main thread", 0.9),
            Figure("null", "100 MB printed into /dev/null: the main thread", 0.9),
            Figure("run", "100 MB printed into a file: the whole run", 0.9),
            Figure("file", "100 MB printed into a file: the main thread", 1.25, other="without sacred"),
            Figure("null", "100 MB printed into /dev/null: the main thread", 1.25, other="without sacred"),
            Figure("growth", "100 MB printed: own memory for them", 2**24, "MiB", None, is_share=False),
        ),
        _print_many,
        repeats=7,
    ),
    Workload(
        "kept",
        tuple(
            Figure(mode, f"last lines lost, of 100 runs, capture {mode}", 0, "", is_share=False)
            for mode in ("fd", "sys")
        ),
        _count_lost,
        repeats=1,
        is_warmed_up=False,
    ),
]
