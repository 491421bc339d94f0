"""What tools read from run folders: run.json, config.json, metrics.json, info.json, cout.txt, _sources."""
# run:
# run: with lr=0.5 -c "second run" layers='[1,2]'
# run: with fail=True
# run: read

import json
import os
import sys
from pathlib import Path

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("records", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


@ex.config
def config():
    lr = 0.1
    layers = [64, 32]
    nested = {"a": None, "b": {"c": "text", "d": 1e-8}}
    fail = False


def load(name, run):
    path = Path("runs", run, name)
    return json.loads(path.read_text()) if path.exists() else None


def read():
    table = []
    for run in sorted(name for name in os.listdir("runs") if name.isdigit()):
        entry, config = load("run.json", run), load("config.json", run)
        metrics, info = load("metrics.json", run), load("info.json", run)
        row = {
            "status": entry["status"],
            "result": entry["result"],
            "command": entry["command"],
            "comment": entry["meta"].get("comment"),
            "name": entry["experiment"]["name"],
            "mainfile": entry["experiment"]["mainfile"],
            "times": [entry["start_time"][10:11], entry["heartbeat"][-7:-6], len(entry["stop_time"])],
            "sources": [
                [name, Path("runs", stored).exists()] for name, stored in entry["experiment"]["sources"]
            ],
            "config": {key: value for key, value in config.items() if key != "seed"},
            "loss": {key: metrics["loss"][key] for key in ("steps", "values")},
            "metric": sorted(metrics["loss"]),
            "stamp": metrics["loss"]["timestamps"][0][10],
            "info": info,
            "trace": entry.get("fail_trace", [None])[-1],
            "artifacts": entry["artifacts"],
            "resources": [path[-16:] for pair in entry["resources"] for path in pair],
            "keys": [
                sorted(set(entry) - {"recorder", "artifact_notes"}),
                sorted(entry["experiment"]),
                sorted(entry["meta"]),
            ],
            "host": sorted(set(entry["host"]) & {"hostname", "os", "python_version", "cpu", "ENV"}),
            "update": entry["meta"]["options"]["UPDATE"],
        }
        table.append(row)
    tell(table=table)


@ex.main
def main(_run, lr, fail):
    for step in range(3):
        _run.log_scalar("loss", lr * step, step * 10)
        _run.log_scalar("val/acc", step)
    _run.info["best"] = {"step": 2}
    print("as printed")
    Path("model.pt").write_text("weights")
    _run.add_artifact("model.pt")
    _run.open_resource("model.pt").close()
    if fail:
        raise ValueError("broken")
    return lr


read() if sys.argv[1:] == ["read"] else ex.run_commandline()
