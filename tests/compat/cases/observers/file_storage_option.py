"""`-F`: with observers of the script beside it, a home folder, a nested one, one that is there, and twice."""
# run: -F deep/er/runs
# run: -F deep/er/runs -c more
# run: --file_storage=with_spaces\ and_ü
# run: -u -F unobserved
# run: own -F runs
# run: -F ./runs/

from pathlib import Path

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("stored")
ex.add_config(a=1, seed=1)


@ex.command
def own(_run):
    return len(_run.observers)


@ex.main
def main(_run):
    return [[str(observer.basedir), observer.dir, observer.priority] for observer in _run.observers]


@ex.option_hook
def add(options):
    if options.get("COMMAND") == "own":
        ex.observers.append(FileStorageObserver("mine"))


run = ex.run_commandline()
tell(result=run.result, id=run._id, unobserved=run.unobserved, experiment=len(ex.observers))
tell(folders=sorted(str(path.parent) for path in Path().rglob("run.json")))
