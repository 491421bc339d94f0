"""The rows of reading runs back, against what users write today: a loop over JSON files."""

from functools import cache
from pathlib import Path

from figures import Figure, Sample, Workload
from old_runs import make_run, make_runs
from processes import Side, WorkloadError, make_folder, run_script

RUNS, MANY_RUNS, COPIED_RUNS = 10_000, 100_000, 1_000
MEMORY = "/dev/shm"  # noqa: S108 - as in `rows`: making 400,000 files takes long elsewhere
POINTS = 1_000_000
MEGABYTES = 4


@cache
def _make_store(count: int) -> str:
    """Make a folder of runs once."""
    store = make_folder(MEMORY) / "runs"
    make_runs(store, count)
    return str(store)


@cache
def _make_large_runs() -> str:
    """Make runs that have far more than their list shows."""
    store = make_folder() / "runs"
    for number in range(1, 21):
        folder = store / str(number)
        make_run(folder, number)
        (folder / "cout.txt").write_text("a line\n" * (MEGABYTES * 150_000))
        (folder / "model.bin").write_bytes(bytes(MEGABYTES << 20))
    return str(store)


@cache
def _make_metric(side: Side) -> str:
    """Record a run with one long metric, and put one in 0.8's layout beside it."""
    folder = run_script(side, "points.py", str(POINTS), "automatic").folder
    runs = folder / "runs"
    make_run(runs / "2", 2, POINTS)
    return str(runs)


def _query(side: Side) -> Sample:
    return run_script(side, "reading.py", _make_store(RUNS)).said


def _list_command(side: Side) -> Sample:
    """Time `sacred ls` as a process; the first call fills the catalogue and doesn't count."""
    sample = {}
    for name, count in (("ls", RUNS), ("ls of many", MANY_RUNS)):
        program = [
            _make_store(count),
            "--sort",
            "-result",
            "--limit",
            "50",
            'status == "COMPLETED" and config.lr < 0.01',
        ]
        run_script(side, "list_runs.py", *program)
        sample[name] = run_script(side, "list_runs.py", *program).seconds
    loop = run_script(side, "json_loop.py", _make_store(RUNS))
    if not loop.said["count"]:
        raise WorkloadError("the loop found nothing")
    return sample | {"loop": loop.seconds, "five times": 5 * sample["ls"]}


def _metric(side: Side) -> Sample:
    runs = _make_metric(side)
    sample: Sample = {}
    for name, run_id in (("ours", "1"), ("old", "2")):
        said = run_script(side, "reading_metric.py", runs, run_id, _name_metric(runs, run_id)).said
        sample |= {f"{name} numpy": said["numpy"], f"{name} json": said["json"]}
    return sample


def _name_metric(runs: str, run_id: str) -> str:
    text = Path(runs, run_id, "metrics.json").read_text(encoding="ascii")
    return text[text.index('"') + 1 :].split('"', 1)[0]


def _memory(side: Side) -> Sample:
    large = run_script(side, "reading_list.py", _make_large_runs()).said["memory"]
    return {"large": large, "small": run_script(side, "reading_list.py", _make_store(20)).said["memory"]}


def _copies(side: Side) -> Sample:
    return run_script(side, "copying.py", _make_store(COPIED_RUNS), str(COPIED_RUNS)).said


_STORES = ("folder", "sqlite", "postgresql", "mongodb")
_COPIES = [f"to {name}" for name in _STORES] + [f"from {name}" for name in _STORES[1:]]

WORKLOADS = [
    Workload(
        "query",
        (
            Figure("warm", "10,000 runs: query and sort, warm", 0.1, other="loop"),
            Figure("cold", "10,000 runs: query and sort, no catalogue yet", 4, other="loop"),
        ),
        _query,
        repeats=5,
        is_warmed_up=False,
    ),
    Workload(
        "ls",
        (
            Figure("ls", "10,000 runs: `sacred ls`, process, warm", 0.8, other="loop"),
            Figure("ls of many", "100,000 runs: `sacred ls`", 1, other="five times"),
        ),
        _list_command,
        repeats=5,
        is_warmed_up=False,
    ),
    Workload(
        "metric",
        (
            Figure("ours numpy", "1,000,000 points into numpy", 0.1, other="ours json"),
            Figure("old numpy", "1,000,000 points of 0.8's layout, second read", 0.1, other="old json"),
        ),
        _metric,
        repeats=3,
        is_warmed_up=False,
    ),
    Workload(
        "listing memory",
        (Figure("large", "memory of a list of large runs", 1.1, "MiB", other="small"),),
        _memory,
        repeats=3,
        is_warmed_up=False,
    ),
    Workload(
        "copies",
        tuple(Figure(key, f"1,000 runs {key}", 3, other="files") for key in _COPIES),
        _copies,
        repeats=3,
        is_warmed_up=False,
    ),
]
