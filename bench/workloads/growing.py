"""One operation at one size: `python growing.py OPERATION SIZE`; it says what time and memory it took.

The time is that of the processor in all threads, since on a shared machine the clock on the wall says little.
"""

import importlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from said import read_process, say

from sacred import Experiment, Ingredient
from sacred.observers import FileStorageObserver, RunObserver
from sacred.run import Run

Operation = Callable[[], object]
BEATS = 5
LINE = "x" * 99


def make_experiment(main: Callable[..., Any], *observers: RunObserver, **options: Any) -> Experiment:
    """An experiment with a run folder."""
    ex = Experiment("growing", save_git_info=False, **options)
    ex.observers.extend(observers or [FileStorageObserver("runs")])
    ex.main(main)
    return ex


def start_in_store(size: int) -> Operation:
    """Start runs where there are many."""
    for number in range(1, size + 1):
        folder = Path("runs", str(number))
        folder.mkdir(parents=True)
        Path(folder, "run.json").write_text('{"status": "COMPLETED"}', "ascii")
    ex = make_experiment(lambda: None)
    ex.run()  # it notes what it found
    return lambda: [ex.run() for _ in range(20)]


def log_points(size: int) -> Operation:
    """Log points of one metric."""

    def main(_run: Run) -> None:
        for step in range(size):
            _run.log_scalar("loss", step / 7)

    return make_experiment(main).run


def log_names(size: int) -> Operation:
    """Log one point of each of many metrics."""

    def main(_run: Run) -> None:
        for number in range(size):
            _run.log_scalar(f"metric.{number}", number)

    return make_experiment(main).run


def print_bytes(size: int) -> Operation:
    """Print lines of 100 bytes."""

    def main() -> None:
        for _ in range(size // 100):
            print(LINE)

    return make_experiment(main).run


def add_files(size: int, method: str) -> Operation:
    """Add small files as artifacts or resources."""
    Path("files").mkdir()
    names = [f"files/{number}.txt" for number in range(size)]
    for name in names:
        Path(name).write_text(name, "ascii")

    def main(_run: Run) -> None:
        for name in names:
            getattr(_run, method)(name)

    return make_experiment(main).run


class Told(RunObserver):
    """An observer that is told of points as 0.8's are."""

    def log_metrics(self, metrics_by_name: dict[str, Any], info: dict[str, Any]) -> None:
        """Take them."""


def tell_points(size: int) -> Operation:
    """Log points, and let the heartbeat at the end tell of all."""

    def main(_run: Run) -> None:
        for step in range(size):
            _run.log_scalar("loss", step / 7)

    return make_experiment(main, Told()).run


def keep_info(size: int) -> Operation:
    """Keep much in info for some heartbeats."""

    def main(_run: Run) -> None:
        _run.info["entries"] = {f"entry{number}": number for number in range(size)}
        seen: set[Any] = set()
        while len(seen) < BEATS:
            seen.add(_run.heartbeat_time)
            time.sleep(0.01)

    ex = make_experiment(main)
    return lambda: ex.run(options={"--beat-interval": 0.1})


def configure(size: int) -> Operation:
    """Define and run an experiment with many entries."""
    lines = "\n".join(f"    entry{number} = {number}  # number {number}" for number in range(size))
    program = Path("configured.py")
    program.write_text(f"def configure():\n{lines}\n", "ascii")
    function = importlib.import_module("configured").configure

    def operation() -> None:
        ex = make_experiment(lambda: None)
        ex.config(function)
        ex.run(config_updates={f"entry{number}": -number for number in range(0, size, 10)})

    return operation


def take_in(size: int) -> Operation:
    """Define and run an experiment of many ingredients, each with a captured function."""

    def operation() -> None:
        parts = []
        for number in range(size):
            part = Ingredient(f"part{number}", save_git_info=False)
            part.add_config(rate=number)
            part.capture(lambda rate: rate)
            parts.append(part)
        make_experiment(lambda: None, ingredients=parts).run()

    return operation


def capture(size: int) -> Operation:
    """Define and run an experiment of many captured functions, each called once."""

    def operation() -> None:
        functions: list[Any] = []
        ex = make_experiment(lambda: [function() for function in functions][:1])
        ex.add_config(rate=1)
        for _ in range(size):

            @ex.capture
            def use(rate: int) -> int:
                return rate

            functions.append(use)
        ex.run()

    return operation


def read_run(size: int) -> Operation:
    """Read the points of a run."""
    from sacred.folder.reader import read_metrics

    # by another process, whose memory is not there to be used again
    subprocess.run([sys.executable, __file__, "points", str(size)], check=True, capture_output=True)
    return lambda: read_metrics("runs/1")


OPERATIONS: dict[str, Callable[[int], Operation]] = {
    "store": start_in_store,
    "points": log_points,
    "names": log_names,
    "output": print_bytes,
    "artifacts": lambda size: add_files(size, "add_artifact"),
    "resources": lambda size: add_files(size, "add_resource"),
    "beat": tell_points,
    "info": keep_info,
    "entries": configure,
    "ingredients": take_in,
    "captured": capture,
    "reading": read_run,
}


def reset_peak() -> None:
    """Let the kernel count the peak of resident memory from here on."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


if __name__ == "__main__":
    make_experiment(lambda: None, FileStorageObserver("warm")).run()  # loads what every run needs
    operation = OPERATIONS[sys.argv[1]](int(sys.argv[2]))
    reset_peak()
    before, busy = read_process("status", "VmRSS"), time.process_time()
    operation()
    said = {"seconds": time.process_time() - busy, "memory": read_process("status", "VmHWM") - before}
    say(**said)
