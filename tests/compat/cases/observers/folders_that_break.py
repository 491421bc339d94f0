"""Run folders that can't be made, or go away while the run lives."""
# run: is_file
# run: removed
# run: moved_config
# run: read_from

import os
import shutil
import sys
from pathlib import Path

from kit import outcome, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

kind = sys.argv.pop(1)
ex = Experiment("breaking")
ex.add_config(seed=1)
ex.observers.append(FileStorageObserver("runs"))
Path("out.txt").write_text("out")
if kind == "is_file":
    Path("runs").write_text("a file")


@ex.main
def main(_run):
    folder = _run.observers[0].dir
    if kind == "removed":
        # Both recorders may be writing a file while the tree is removed: until nothing is left.
        while os.path.exists(folder):
            shutil.rmtree(folder, ignore_errors=True)
    elif kind == "moved_config":
        os.remove(os.path.join(folder, "config.json"))
        os.makedirs(os.path.join(folder, "checkpoints"))
        Path(folder, "checkpoints", "last.pt").write_text("weights")
        Path(folder, "cout.txt.bak").write_text("")
    else:
        _run.info["files"] = sorted(os.listdir(folder))[:1]
    return "done"


found = outcome(ex.run, options={"--capture": "no"})
run = ex.current_run
tell(found=found.get("raises", ["fine"])[-3:], status=run.status, result=run.result)
if Path("runs").is_file():
    os.remove("runs")
