"""Subclasses of the file storage: create(), started_event() and basedir of their own; events by keyword."""
# run: with seed=1
# run: with kind=dated seed=2
# run: with kind=plain seed=3 -C no
# run: with kind=dated fail=True seed=4

import os

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

events = []


class NamedStorage(FileStorageObserver):
    """Folders named by the configuration, not by numbers."""

    @classmethod
    def create(cls, basedir, **kwargs):
        return cls(basedir, **kwargs)

    def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id):
        name = "_".join(f"{key}-{config[key]}" for key in sorted(config) if key != "fail")
        events.append(["started", sorted(ex_info), command, sorted(meta_info), _id])
        return super().started_event(ex_info, command, host_info, start_time, config, meta_info, name)

    def completed_event(self, stop_time, result):
        events.append(["completed", result])
        super().completed_event(stop_time, result)

    def failed_event(self, fail_time, fail_trace):
        events.append(["failed", fail_trace[-1]])
        super().failed_event(fail_time, fail_trace)

    def artifact_event(self, name, filename, metadata=None, content_type=None):
        events.append(["artifact", name, os.path.basename(filename), metadata, content_type])
        super().artifact_event("renamed_" + name, filename, metadata, content_type)


class DatedStorage(FileStorageObserver):
    """Its base folder is a property."""

    def __init__(self, root):
        self.root = root
        super().__init__(root)

    @property
    def basedir(self):
        return os.path.join(self.root, "2020-01-01")

    @basedir.setter
    def basedir(self, value):
        events.append(["basedir", value])

    def heartbeat_event(self, info, captured_out, beat_time, result):
        events.append(["heartbeat", dict(info), result])
        return super().heartbeat_event(info, captured_out, beat_time, result)


ex = Experiment("stored")


@ex.config
def config():
    kind = "named"
    fail = False
    storage = {"named": NamedStorage.create, "dated": DatedStorage, "plain": FileStorageObserver}[kind]
    ex.observers.append(storage("runs"))
    del storage


@ex.main
def main(_run, kind, fail):
    _run.info["kind"] = kind
    with open("model.txt", "w") as file:
        file.write(kind)
    _run.add_artifact("model.txt", metadata={"epoch": 1})
    tell(dir=os.path.relpath(_run.observers[0].dir), id=_run._id, base=_run.observers[0].basedir)
    if fail:
        raise RuntimeError("no more")
    return kind


try:
    ex.run_commandline()
finally:
    tell(events=events)
