"""Starting runs in a repository with changes, with and without the further record: `further.py COUNT`."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from said import say

from sacred import SETTINGS, Experiment
from sacred.observers import FileStorageObserver

FILES = 200
started: list[float] = []


def make_repository() -> None:
    """A repository in the working folder with changed, new and many unchanged files."""
    git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    for number in range(FILES):
        Path(f"module_{number}.py").write_text(f"value = {number}\n" * 50)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "all"], check=True)
    Path("module_0.py").write_text("value = -1\n" * 50)
    Path("new.py").write_text("value = -2\n" * 50)


def make_experiment() -> Experiment:
    """An experiment whose main function only notes when it began."""
    ex = Experiment("further", base_dir=".")
    ex.observers.append(FileStorageObserver("runs"))

    @ex.main
    def main() -> None:
        started.append(time.perf_counter())

    return ex


def time_run(ex: Experiment, has_record: bool) -> tuple[float, float]:
    """Seconds to the first line of main, and from it to the end."""
    SETTINGS.ENVIRONMENT.SAVE = SETTINGS.GIT.SAVE_PATCH = has_record
    called = time.perf_counter()
    ex.run()
    return started[-1] - called, time.perf_counter() - started[-1]


if __name__ == "__main__":
    make_repository()
    experiment = make_experiment()
    pairs = [(time_run(experiment, True), time_run(experiment, False)) for _ in range(int(sys.argv[1]) + 1)][
        1:
    ]
    say(
        start=median(with_it[0] - without[0] for with_it, without in pairs),
        end=median(with_it[1] - without[1] for with_it, without in pairs),
        plain=median(without[0] for _, without in pairs),
    )
