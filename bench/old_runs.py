"""Makes folders of runs in the layout of Sacred 0.8: `python bench/old_runs.py FOLDER COUNT`."""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

_BEGIN = datetime(2025, 1, 1)  # noqa: DTZ001 - 0.8 writes UTC without an offset
_OPTIMIZERS = ("adam", "sgd", "rmsprop")
_PACKAGES = [
    f"{name}==1.{index}.0" for index, name in enumerate(("numpy", "scipy", "sacred", "torch", "pandas"))
]


def make_runs(folder: Path, count: int, points: int = 0) -> None:
    """Make the folders ``1`` to ``count``, the same ones for the same arguments.

    Args:
        folder: where; it is made.
        count: how many runs.
        points: of each run's metric ``loss``; none by default.
    """
    for number in range(1, count + 1):
        make_run(folder / str(number), number, points)


def make_run(folder: Path, number: int, points: int = 0) -> None:
    """Make the folder of one run."""
    chance = Random(number)
    folder.mkdir(parents=True)
    begin = _BEGIN + timedelta(minutes=number)
    end = begin + timedelta(seconds=chance.randrange(10, 5000))
    status = chance.choice(("COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "INTERRUPTED"))
    _write(folder / "config.json", _make_config(chance, number))
    _write(folder / "run.json", _make_entry(begin, end, status, round(chance.random(), 6)))
    _write(folder / "metrics.json", {"loss": _make_series(chance, begin, points)} if points else {})
    (folder / "cout.txt").write_text(
        "".join(f"epoch {epoch}: loss {1 / (1 + epoch)}\n" for epoch in range(20))
    )


def _make_config(chance: Random, number: int) -> dict[str, object]:
    return {
        "batch_size": chance.choice((16, 32, 64, 128)),
        "data": {"augment": chance.random() < 0.5, "fold": number % 5, "name": "digits"},
        "epochs": 20,
        "layers": [chance.choice((64, 128)), 32],
        "lr": round(10 ** chance.uniform(-4, 0), 6),
        "optimizer": {"momentum": 0.9, "name": chance.choice(_OPTIMIZERS)},
        "seed": chance.randrange(10**9),
    }


def _make_entry(begin: datetime, end: datetime, status: str, result: float) -> dict[str, object]:
    return {
        "artifacts": [],
        "command": "main",
        "experiment": {
            "base_dir": "/home/ada/digits",
            "dependencies": _PACKAGES,
            "mainfile": "train.py",
            "name": "digits",
            "repositories": [],
            "sources": [["train.py", "_sources/train_5a8f0f2b8c1de1b0c7d3a4a19e1f0c55.py"]],
        },
        "fail_trace": ["Traceback (most recent call last):\n", "ValueError: no\n"]
        if status == "FAILED"
        else None,
        "heartbeat": end.isoformat(),
        "host": {
            "ENV": {},
            "cpu": "AMD EPYC 7B13",
            "hostname": "lovelace",
            "os": ["Linux", "Linux-6.1.0-x86_64-with-glibc2.36"],
            "python_version": "3.11.7",
        },
        "meta": {
            "command": "main",
            "options": {"--loglevel": None, "--name": None, "COMMAND": None, "UPDATE": []},
        },
        "resources": [],
        "result": result if status == "COMPLETED" else None,
        "start_time": begin.isoformat(),
        "status": status,
        "stop_time": end.isoformat(),
    }


def _make_series(chance: Random, begin: datetime, points: int) -> dict[str, list[object]]:
    return {
        "steps": list(range(points)),
        "timestamps": [(begin + timedelta(milliseconds=step)).isoformat() for step in range(points)],
        "values": [chance.random() for _ in range(points)],
    }


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True), encoding="ascii")


if __name__ == "__main__":
    make_runs(Path(sys.argv[1]), int(sys.argv[2]))
