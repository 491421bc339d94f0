"""An observer as other packages write them: positional signatures, digests, base_dir and sources."""
# run: with a=2

import os

from kit import tell

from sacred import Experiment
from sacred.dependencies import get_digest
from sacred.observers import RunObserver

ex = Experiment("third")
ex.add_config(a=1)
calls = {}


class Tracker(RunObserver):
    def queued_event(self, ex_info, command, host_info, queue_time, config, meta_info, _id):
        calls["queued"] = True

    def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id):
        found = [os.path.join(ex_info["base_dir"], source) for source, _ in ex_info["sources"]]
        calls["started"] = [command, config, _id, sorted(host_info)[:1], meta_info["options"]["--name"]]
        calls["digests"] = [
            [source, digest == get_digest(path)] for (source, digest), path in zip(ex_info["sources"], found)
        ]
        calls["ex_info"] = {key: value for key, value in ex_info.items() if key != "dependencies"}
        calls["numpy"] = any(name.startswith("numpy==") for name in ex_info["dependencies"])
        return "tracked"

    def heartbeat_event(self, info, captured_out, beat_time, result):
        calls["heartbeat"] = [info, type(captured_out).__name__, beat_time, result]

    def completed_event(self, stop_time, result):
        calls["completed"] = [stop_time, result]

    def interrupted_event(self, interrupt_time, status):
        calls["interrupted"] = True

    def failed_event(self, fail_time, fail_trace):
        calls["failed"] = True

    def resource_event(self, filename):
        calls["resource"] = filename

    def artifact_event(self, name, filename, metadata=None, content_type=None):
        calls["artifact"] = [name, filename, metadata, content_type]


class NoMetrics(RunObserver):
    pass


ex.observers += [Tracker(), NoMetrics()]


@ex.automain
def main(_run, a):
    _run.open_resource(__file__).close()
    _run.add_artifact(__file__)
    _run.log_scalar("x", 1)
    tell(calls=calls)
    return a


tell(calls=calls)
