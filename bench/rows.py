"""What is compared, row by row; this module has the rows of whole runs."""

from functools import cache
from pathlib import Path

import rows_files
import rows_growth
import rows_output
import rows_points
import rows_reading
import rows_workers
from figures import Figure, Sample, Workload
from processes import Side, WorkloadError, make_folder, run_script

RUNS_IN_PROCESS = 50
RUNS_OF_MANY_ENTRIES = 20
RUNS_IN_STORE = 10_000
STARTS = 30
MEMORY = "/dev/shm"  # noqa: S108 - ext4 slows down where runs follow each other fast, see `processes`
ROUNDS_OF_TRAINING, STEPS = 15, 40


def _imports(side: Side) -> Sample:
    bare = run_script(side, "bare.py")
    loaded = run_script(side, "imports.py")
    if side.is_ours and loaded.said["numpy"]:
        raise WorkloadError("importing sacred loads numpy")
    return {"import": loaded.seconds - bare.seconds}


def _empty_run(side: Side) -> Sample:
    return {"process": run_script(side, "empty_run.py", "-F", "runs").seconds}


def _in_process(side: Side) -> Sample:
    return {"run": run_script(side, "in_process.py", str(RUNS_IN_PROCESS)).said["run"]}


def _many_entries(side: Side) -> Sample:
    return run_script(side, "many_entries.py", str(RUNS_OF_MANY_ENTRIES)).said


def _start(side: Side) -> Sample:
    said = run_script(side, "start.py", str(make_folder(MEMORY)), _make_full_store(side), str(STARTS)).said
    return said | {"empty store": said["empty"]}


def _further(side: Side) -> Sample:
    return run_script(side, "further.py", str(STARTS)).said


@cache
def _make_full_store(side: Side) -> str:
    """Make the folders of many runs: one store for each side, as 0.8.7 doesn't keep up what ours notes."""
    store = make_folder(MEMORY)
    for number in range(1, RUNS_IN_STORE + 1):
        run = Path(store, str(number))
        run.mkdir()
        Path(run, "run.json").write_text(f'{{"status": "COMPLETED", "made for": "{side.label}"}}', "ascii")
    return str(store)


def _train(side: Side) -> Sample:
    said = run_script(side, "training.py", str(ROUNDS_OF_TRAINING), str(STEPS)).said
    return said | {"without sacred": said["alone"]}


WORKLOADS = [
    Workload("import", (Figure("import", "import, above bare Python", 0.25),), _imports),
    Workload("process", (Figure("process", "empty run -F, whole process", 0.5),), _empty_run),
    Workload("run", (Figure("run", "ex.run() with a run folder", 0.5),), _in_process),
    Workload(
        "config",
        (Figure("run", "1,000 entries: a run", 0.5), Figure("build", "1,000 entries: building", 0.5)),
        _many_entries,
    ),
    Workload(
        "store",
        (
            Figure("full", "start in a store of 10,000 runs, in memory", 1.1, other="empty store"),
            Figure("full", "start in a store of 10,000 runs, in memory", 0.5),
            Figure("empty store", "start in an empty store, in memory", 0.5),
        ),
        _start,
    ),
    Workload(
        "further",
        (
            Figure(
                "start", "the further record, dirty repository: start", 3e-3, other="plain", is_share=False
            ),
            Figure("end", "the further record, dirty repository: end", 2e-2, other="plain", is_share=False),
        ),
        _further,
    ),
    *rows_points.WORKLOADS,
    *rows_output.WORKLOADS,
    *rows_files.WORKLOADS,
    *rows_growth.WORKLOADS,
    *rows_workers.WORKLOADS,
    *rows_reading.WORKLOADS,
    Workload(
        "training",
        (
            Figure("recorded", "training: a step with 3 points and a line", 1.01, other="without sacred"),
            Figure("again", "training: without sacred, again (the noise)", 1.01, other="without sacred"),
        ),
        _train,
        repeats=7,
        is_warmed_up=False,
    ),
]
