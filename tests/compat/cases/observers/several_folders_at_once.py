"""Several FileStorageObservers and an option: which chooses the id, what each folder holds."""
# run:
# run: -F third
# run: -F third -i given
# run: -q

from pathlib import Path

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

for name in ("second/4", "third/9"):
    Path(name).mkdir(parents=True, exist_ok=True)
Path("out.txt").write_text("out")
ex = Experiment("several")
ex.add_config(a=1, seed=1)
ex.observers.append(FileStorageObserver("first"))
ex.observers.append(FileStorageObserver("second", priority=30))


@ex.main
def main(_run):
    print("printed")
    _run.add_artifact("out.txt")
    _run.log_scalar("loss", 1)
    _run.info["x"] = 1
    return [[observer.basedir, observer.dir, observer.priority] for observer in _run.observers]


run = ex.run_commandline()
tell(id=run._id, result=run.result, order=[str(observer.basedir) for observer in run.observers])
tell(mine=[str(observer.basedir) for observer in ex.observers])
