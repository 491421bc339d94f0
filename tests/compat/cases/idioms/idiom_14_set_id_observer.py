"""An observer of high priority that chooses the id of the run for the file storage behind it."""
# run: with tag=a
# run: with tag=b -i given
# run: with tag="a b/c"
# run: with tag=none
# run: with tag=a

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver, RunObserver
from sacred.observers.base import RunObserver as SameObserver


class SetID(RunObserver):
    priority = 50  # very high, to set the id

    def __init__(self):
        self.ids = []

    def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id):
        self.ids.append(_id)
        if config["tag"] == "none":
            return None
        return _id or "custom_" + config["tag"].replace(" ", "-").replace("/", "_")


ex = Experiment("with_id")
ex.add_config(tag="x")
set_id = SetID()
storage = FileStorageObserver("runs")
ex.observers = [set_id, storage]


@ex.main
def main(_run, tag):
    tell(
        id=_run._id,
        ids=set_id.ids,
        dir=storage.dir.split("/")[-1],
        order=[type(observer).__name__ for observer in _run.observers],
        same=SameObserver is RunObserver,
        events=[
            name for name in dir(RunObserver) if name.endswith("_event") or name in ("join", "log_metrics")
        ],
    )
    return tag


ex.run_commandline()
