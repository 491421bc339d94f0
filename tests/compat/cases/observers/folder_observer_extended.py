"""Subclasses of FileStorageObserver that override events, and attributes that tools read from it."""
# run:
# run: fail
# run: -q

import json
import os
from pathlib import Path

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

Path("model.pt").write_bytes(b"model")
calls = []


class Extended(FileStorageObserver):
    def started_event(self, **arguments):
        calls.append(["started", self.dir, self.run_entry])
        run_id = super().started_event(**arguments)
        calls.append(["has started", self.dir, run_id, self.run_entry["status"], self.config, self.info])
        self.save_json({"own": [1, 2]}, "own.json")
        return run_id

    def artifact_event(self, name, filename, metadata=None, content_type=None):
        calls.append(["artifact", name])
        super().artifact_event("renamed_" + name, filename, metadata, content_type)

    def heartbeat_event(self, info, captured_out, beat_time, result):
        super().heartbeat_event(info, captured_out, beat_time, result)
        calls.append(["heartbeat", self.info, self.run_entry["result"]])

    def completed_event(self, stop_time, result):
        super().completed_event(stop_time, result)
        calls.append(["completed", self.run_entry["status"], sorted(os.listdir(self.dir))[:2]])
        Path(self.dir, "last.txt").write_text(str(result))

    def failed_event(self, fail_time, fail_trace):
        super().failed_event(fail_time, fail_trace[-1:])
        calls.append(["failed", self.run_entry["status"]])

    def queued_event(self, **arguments):
        run_id = super().queued_event(**arguments)
        calls.append(["queued", run_id, self.run_entry["status"], self.dir])
        return run_id

    def join(self):
        calls.append(["join"])


ex = Experiment("extended")
ex.add_config(a=1, seed=1)
observer = Extended("runs")
ex.observers.append(observer)


@ex.main
def main(_run, a):
    ex.add_artifact("model.pt")
    _run.info["x"] = 1
    own = _run.observers[0]
    own.save_file("model.pt", "copy.pt")
    with open(os.path.join(own.dir, "config.json")) as file:
        config = json.load(file)
    return [config, own.basedir, str(own.source_dir), str(own.resource_dir), sorted(os.listdir(own.dir))[:2]]


@ex.command
def fail():
    raise ValueError("no")


try:
    ex.run_commandline()
finally:
    result = ex.current_run.result
    tell(calls=calls, result=result)
    tell(after=[observer.dir, observer.run_entry is not None, observer == Extended("runs")])
