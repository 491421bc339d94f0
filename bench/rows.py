"""What is compared: one workload gives one or more rows, each with the share of 0.8.7's time to reach."""

from collections.abc import Callable
from dataclasses import dataclass

from processes import Side, WorkloadError, run_script

RUNS_IN_PROCESS = 50
RUNS_OF_MANY_ENTRIES = 20

Sample = dict[str, float]
"""Seconds by name of the row."""


@dataclass(frozen=True)
class Workload:
    """How one sample of some rows is taken."""

    key: str
    targets: dict[str, float]
    take: Callable[[Side, bool], Sample]


def _imports(side: Side, is_ours: bool) -> Sample:
    bare = run_script(side, "bare.py")
    loaded = run_script(side, "imports.py")
    if is_ours and loaded.said["numpy"]:
        raise WorkloadError("importing sacred loads numpy")
    return {"import, above bare Python": loaded.seconds - bare.seconds}


def _empty_run(side: Side, _: bool) -> Sample:
    return {"empty run -F, whole process": run_script(side, "empty_run.py", "-F", "runs").seconds}


def _in_process(side: Side, _: bool) -> Sample:
    said = run_script(side, "in_process.py", str(RUNS_IN_PROCESS)).said
    return {"ex.run() with a run folder": said["run"]}


def _many_entries(side: Side, _: bool) -> Sample:
    said = run_script(side, "many_entries.py", str(RUNS_OF_MANY_ENTRIES)).said
    return {"1,000 entries: a run": said["run"], "1,000 entries: building": said["build"]}


WORKLOADS = [
    Workload("import", {"import, above bare Python": 0.25}, _imports),
    Workload("process", {"empty run -F, whole process": 0.5}, _empty_run),
    Workload("run", {"ex.run() with a run folder": 0.5}, _in_process),
    Workload("config", {"1,000 entries: a run": 0.5, "1,000 entries: building": 0.5}, _many_entries),
]
