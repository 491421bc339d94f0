"""An observer that only gives the run its id, before the one that writes the folder."""
# run:

from kit import tell

from sacred import Experiment
from sacred.observers import FileStorageObserver, RunObserver


class SetID(RunObserver):
    priority = 50

    def __init__(self, run_id):
        self.run_id = run_id

    def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id):
        return self.run_id


ex = Experiment("ids")


@ex.main
def main(_run):
    return [_run._id, _run.observers[-1].dir]


ex.observers = [SetID("myrun"), FileStorageObserver("runs")]
tell(set=ex.run().result)
ex.observers = [FileStorageObserver("runs"), SetID(None)]
tell(none=ex.run().result, order=[type(observer).__name__ for observer in ex.current_run.observers])
