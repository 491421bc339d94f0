"""What observers of other projects rely on: digests, folders, and events called by keyword."""
# run: with seed=5
# run: with seed=5 dirty=True
# run: -q with seed=5

import hashlib
import os

from kit import tell

from sacred import Experiment
from sacred.dependencies import get_digest
from sacred.observers import RunObserver

heard = []


class TheirObserver(RunObserver):
    """Uploads to somewhere."""

    def __init__(self, priority=5):
        self.priority = priority
        self.uploaded = {}

    def _upload(self, filename):
        self.uploaded[os.path.basename(filename)] = get_digest(filename)

    def queued_event(self, ex_info, command, host_info, queue_time, config, meta_info, _id):
        heard.append(["queued", command, config, _id])

    def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id):
        for name, digest in ex_info["sources"]:
            path = os.path.join(ex_info["base_dir"], name)
            heard.append(["source", name, digest == get_digest(path), os.path.exists(path)])
        heard.append(
            ["started", sorted(ex_info), command, config, sorted(set(host_info) - {"gpu", "gpus"}), _id]
        )
        return None

    def resource_event(self, filename):
        heard.append(["resource", os.path.relpath(filename)])
        self._upload(filename)

    def artifact_event(self, name, filename, metadata=None, content_type=None):
        heard.append(["artifact", name, os.path.relpath(filename), metadata, content_type])
        self._upload(filename)

    def heartbeat_event(self, info, captured_out, beat_time, result):
        heard.append(["heartbeat", info, "said" in captured_out, result, beat_time.tzinfo is None])

    def completed_event(self, stop_time, result):
        heard.append(["completed", result, stop_time.tzinfo is None])


ex = Experiment("theirs")
theirs = TheirObserver()
ex.observers.append(theirs)
ex.add_config(dirty=False)


@ex.main
def main(_run, dirty):
    print("said something")
    with open("in.txt", "w") as file:
        file.write("input" * 10)
    with _run.open_resource("in.txt") as file, open("out.txt", "w") as out:
        out.write(file.read().upper())
    _run.add_artifact("out.txt")
    ex.add_artifact("out.txt", name="renamed.txt", metadata={"a": 1}, content_type="text/plain")
    _run.add_artifact(filename="in.txt", name="in/side.txt")
    ex.add_resource("out.txt")
    expected = hashlib.md5(b"INPUT" * 10).hexdigest()
    return [get_digest("out.txt") == expected, len(get_digest("in.txt"))]


run = ex.run_commandline()
tell(heard=heard, uploaded=theirs.uploaded, result=run.result)
