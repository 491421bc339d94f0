"""Folder of the first observer: files saved into it, sources copied out of it, the store of sources removed."""
# run:
# run: with keep=True -c second
# run: with keep=True

import os
import shutil

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

with open("helper.py", "w") as file:
    file.write("def twice(x):\n    return 2 * x\n")
import helper  # noqa: E402

ex = Experiment("pymarl")
ex.add_source_file("helper.py")
ex.observers.append(FileStorageObserver.create("results"))


@ex.config
def config():
    keep = False


@ex.main
def main(_run, _log, keep):
    observer = _run.observers[0]
    for source_file, name in _run.experiment_info["sources"]:
        folder = os.path.dirname("source/" + source_file)
        os.makedirs(os.path.join(observer.dir, folder), exist_ok=True)
        observer.save_file(source_file, f"source/{source_file}")
        _log.info("kept %s", source_file)
    if not keep:
        shutil.rmtree(f"{observer.basedir}/_sources")
    with open(os.path.join(observer.dir, "log.txt"), "w") as log:
        log.write("by hand\n")
    tell(
        sources=[[len(source), source[0]] for source in _run.experiment_info["sources"]],
        base=os.path.basename(_run.experiment_info["base_dir"]),
        basedir=os.path.basename(str(observer.basedir)),
        dir=os.path.relpath(observer.dir),
        attributes=[type(observer.basedir).__name__, type(observer.dir).__name__],
        folders=[os.path.relpath(observer.resource_dir), os.path.relpath(observer.source_dir)],
        copied=sorted(os.listdir(os.path.join(observer.dir, "source"))),
        entry=sorted(set(observer.run_entry) - {"recorder"}),
    )
    return helper.twice(len(os.listdir(os.path.join(observer.dir, "source"))))


ex.run_commandline()
