"""Ids: as text, numbers and words with other characters; taken ones; what the next number is after them."""
# run: -i 5 -F runs
# run: -F runs
# run: -i 007 -F runs
# run: -i "a b.c" -F runs
# run: -i sub/deep -F runs
# run: python

import sys
from pathlib import Path

from kit import outcome, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("identified")
ex.add_config(seed=1)


@ex.main
def main(_run):
    return [_run._id, [observer.dir for observer in _run.observers]]


if sys.argv[1:] == ["python"]:
    ex.observers.append(FileStorageObserver("runs"))
    for given in (12, "13", 5, 0, ""):
        found = outcome(ex.run, options={"--id": given})
        run = ex.current_run
        tell(**{repr(given): [run._id, run.status, run.result, found.get("raises", ["fine"])[0]]})
    next_run = ex.run()
    tell(next=[next_run._id, next_run.result])
else:
    run = ex.run_commandline()
    tell(result=run.result)
tell(folders=sorted(str(path.parent) for path in Path("runs").rglob("run.json")))
