"""The run during and after it, and experiments that are run again."""
# run:

from kit import Recorder, outcome, tell

from sacred import Experiment
from sacred.run import Run

ex = Experiment("attributes")
ex.add_config(a=1)
names = [
    "_id",
    "config",
    "config_modifications",
    "experiment_info",
    "host_info",
    "meta_info",
    "info",
    "result",
    "status",
    "start_time",
    "stop_time",
    "fail_trace",
    "captured_out",
    "observers",
    "beat_interval",
    "capture_mode",
    "debug",
    "pdb",
    "force",
    "queue_only",
    "unobserved",
    "run_logger",
    "root_logger",
    "captured_out_filter",
    "pre_run_hooks",
    "post_run_hooks",
]


@ex.main
def main(_run, _log, a):
    _run.info["seen"] = a
    tell(during=[_run.status, _run.result, _run.stop_time, _run is ex.current_run, _log.name, ex.info])
    return a


tell(before=[outcome(lambda: ex.info)["raises"][-3:], ex.current_run])
empty = {name: outcome(getattr(ex, name), "x")["raises"][-3:] for name in ("open_resource", "add_resource")}
tell(empty=empty)
run = ex.run()
tell(kind=isinstance(run, Run), has={name: type(getattr(run, name)).__name__ for name in names})
tell(info=run.info, experiment=run.experiment_info, host=sorted(run.host_info))
recorder = Recorder(run_id=42, only=["started_event", "completed_event"])
ex.observers.append(recorder)
second = ex.run(config_updates={"a": 2, "seed": 1})
ex.observers.remove(recorder)
third = ex.run(config_updates={"seed": 2}, options={"--unobserved": True})
tell(second=[second._id, second.result, second.observers[0] is recorder], third=[third._id, third.observers])
tell(different=[run.config["a"], second.config["a"], run is not second, second.info])
