"""Numbers of run folders: one more than the largest; given ids; two observers."""
# run:
# run: -i given
# run: -F more
# run: -i given

from pathlib import Path

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

for name in ("runs/30", "runs/12x", "runs/_own"):
    Path(name).mkdir(parents=True, exist_ok=True)
Path("runs/99").touch()
ex = Experiment("ids")
ex.observers.append(FileStorageObserver("runs"))


@ex.main
def main(_run):
    return [_run._id, type(_run._id).__name__, [observer.dir for observer in _run.observers]]


run = ex.run_commandline()
tell(first=run.result)
ex.observers.append(FileStorageObserver("second", priority=50))
tell(second=ex.run().result)
