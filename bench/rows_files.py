"""The rows of files: what keeping large and many ones costs, against `cp` and 0.8.7."""

from figures import Figure, Sample, Workload
from processes import Side, empty_large_files, run_script

LARGE_BYTES = 1 << 30
FILES = 100_000


def _keep_large(side: Side) -> Sample:
    finished = run_script(side, "files.py", "large", str(LARGE_BYTES))
    empty_large_files(finished.folder)
    return finished.said


def _keep_many(side: Side) -> Sample:
    return run_script(side, "files.py", "many", str(FILES)).said


WORKLOADS = [
    Workload(
        "large file",
        (
            Figure("artifact", "1 GiB as artifact: the caller", 1.25, other="cp"),
            Figure("artifact", "1 GiB as artifact: the caller", 1.1),
            Figure("resource", "1 GiB as resource: the caller", 1.1),
            Figure("memory", "1 GiB as artifact and resource: memory", 2**24, "MiB", None, is_share=False),
        ),
        _keep_large,
        repeats=5,
        is_warmed_up=False,
    ),
    Workload(  # 0.8.7 has no folders as artifacts
        "many files",
        (
            Figure("artifact", "100,000 files as artifact: the caller", 2.0, other="cp"),
            Figure("again", "100,000 files, unchanged, again: the caller", 0.5, other="cp"),
            Figure("memory", "100,000 files as artifact: memory", 2**25, "MiB", None, is_share=False),
        ),
        _keep_many,
        repeats=5,
        is_warmed_up=False,
    ),
]
