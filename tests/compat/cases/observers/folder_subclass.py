"""Subclasses of FileStorageObserver and what training code does with its folder."""
# run:

import os
import shutil

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver


class Dated(FileStorageObserver):
    def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id):
        return super().started_event(
            ex_info, command, host_info, start_time, config, meta_info, "chosen" if _id is None else _id
        )


class Elsewhere(FileStorageObserver):
    @property
    def basedir(self):
        return os.path.join("elsewhere", "deep")

    @basedir.setter
    def basedir(self, value):
        pass


ex = Experiment("subclass")


@ex.main
def main(_run):
    observer = _run.observers[0]
    os.makedirs(os.path.join(observer.dir, "source"))
    for name, _ in _run.experiment_info["sources"]:
        observer.save_file(name, f"source/{name}")
    shutil.rmtree(f"{observer.basedir}/_sources", ignore_errors=True)
    observer.save_json({"x": [1, 2]}, "own.json")
    return [observer.dir, _run._id]


ex.observers = [Dated("dated")]
tell(dated=ex.run().result)
ex.observers = [FileStorageObserver.create("created")]
tell(created=[ex.run().result, ex.run().result])
ex.observers = [Elsewhere("given")]
tell(elsewhere=ex.run().result)
tell(
    equal=[
        FileStorageObserver("a") == FileStorageObserver("a"),
        FileStorageObserver("a") == FileStorageObserver("b"),
    ]
)
tell(
    attributes={
        name: getattr(FileStorageObserver("a"), name)
        for name in ("basedir", "resource_dir", "source_dir", "priority", "template")
    }
)
