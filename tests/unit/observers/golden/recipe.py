"""The events behind the files in ``golden/runs``, which sacred 0.8.7 wrote.

To make them anew, in an environment with sacred 0.8.7 and in this folder: ``python recipe.py``.
Only values that both versions write alike are used: 0.8.7 has its own form of tuples, sets and numpy scalars.
"""

# ruff: noqa: DTZ001 - observers are told naive UTC

import os
import sys
from datetime import datetime
from pathlib import Path

START = datetime(2020, 1, 2, 3, 4, 5)
BEAT = datetime(2020, 1, 2, 3, 4, 15, 678)
STOP = datetime(2020, 1, 2, 3, 4, 25, 900000)


def write_inputs():
    Path("code/lib").mkdir(parents=True)
    Path("code/main.py").write_text("x = 1\n", encoding="utf-8")
    Path("code/lib/mod.py").write_text('y = "é"\n', encoding="utf-8")
    Path("data.tar.gz").write_text("data", encoding="utf-8")
    Path("noext").write_text("none", encoding="utf-8")
    Path("model.pt").write_text("weights", encoding="utf-8")


def make_facts():
    return {
        "ex_info": {
            "name": "golden",
            "base_dir": "code",
            "mainfile": "main.py",
            "sources": [
                ("lib/mod.py", "1cbb8a0b11b2d4a0e1d8b2b26ba7fb8a"),
                ("main.py", "b0c5c8d1bd7d1c4a6a6ad3a4ec6b3a2d"),
            ],
            "dependencies": ["numpy==2.4.6"],
            "repositories": [{"url": "git@host:x.git", "commit": "0" * 40, "dirty": True}],
        },
        "command": "main",
        "host_info": {"hostname": "here", "os": ["Linux", "Linux-6"], "cpu": "CPU é", "ENV": {}},
        "config": {
            "z": 1,
            "a": {"b": [1, 2.5, None, True], "empty": {}, "list": []},
            "ü": 'ß\n"',
            "big": 2**70,
        },
        "meta_info": {"command": "main", "options": {"--name": None}, "comment": "c"},
    }


def record_completed(observer):
    observer.started_event(**make_facts(), start_time=START, _id=None)
    observer.log_metrics({}, {})
    observer.heartbeat_event(info={}, captured_out="first\n", beat_time=START, result=None)
    points = {"steps": [0, 10], "values": [1.5, float("nan")], "timestamps": [START, BEAT], "name": "m.a"}
    odd = {"steps": ["x"], "values": ["text"], "timestamps": [START], "name": "b"}
    observer.log_metrics({"m.a": points, "b": odd}, {})
    observer.heartbeat_event(
        info={"k": [1, {"n": -1e300}]}, captured_out="first\nsecönd\n", beat_time=BEAT, result=1
    )
    observer.log_metrics({"m.a": {"steps": [11], "values": [2**70], "timestamps": [STOP], "name": "m.a"}}, {})
    observer.resource_event("data.tar.gz")
    observer.resource_event("noext")
    observer.artifact_event("model.pt", "model.pt")
    observer.completed_event(stop_time=STOP, result={"accuracy": 0.5})


def record_failed(observer):
    observer.started_event(**make_facts(), start_time=START, _id=None)
    observer.heartbeat_event(info={}, captured_out="", beat_time=BEAT, result=None)
    observer.failed_event(fail_time=STOP, fail_trace=["Traceback:\n", "ValueError: é\n"])


def record_interrupted(observer):
    observer.started_event(**make_facts(), start_time=START, _id="given")
    observer.interrupted_event(interrupt_time=STOP, status="TIMED_OUT")


def record_all(observer_class):
    """Write ``runs`` into the working directory."""
    write_inputs()
    record_completed(observer_class("runs"))
    record_failed(observer_class("runs"))
    record_interrupted(observer_class("runs"))


if __name__ == "__main__":
    import shutil
    import tempfile

    from sacred import __version__
    from sacred.observers import FileStorageObserver

    if not __version__.startswith("0.8."):
        sys.exit("golden files are what 0.8 writes")
    here = Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        record_all(FileStorageObserver)
        shutil.rmtree(here / "runs", ignore_errors=True)
        shutil.copytree("runs", here / "runs")
