"""The order of observers: by priority, then as they were appended, in every event; `join` too."""
# run:
# run: -q
# run: fail

from kit import tell

from sacred import Experiment
from sacred.observers import RunObserver

ex = Experiment("order")
ex.add_config(seed=1)
calls = []


class Named(RunObserver):
    def __init__(self, name, priority=None):
        self.name = name
        if priority is not None:
            self.priority = priority

    def __getattribute__(self, name):
        if name.endswith("_event") and name != "heartbeat_event" or name == "join":
            return lambda **arguments: calls.append([name, self.name, arguments.get("_id")])
        return super().__getattribute__(name)


class Chooses(Named):
    def __getattribute__(self, name):
        if name in {"started_event", "queued_event"}:
            return lambda **arguments: calls.append([name, self.name, arguments["_id"]]) or f"by {self.name}"
        return super().__getattribute__(name)


ex.observers = [
    Named("none"),
    Named("minus", -5),
    Chooses("ten", 10),
    Named("float", 9.5),
    Chooses("also ten", 10),
    Named("zero", 0),
    Named("high", 100),
]


@ex.main
def main(_run):
    return [observer.name for observer in _run.observers]


@ex.command
def fail():
    raise ValueError("no")


try:
    run = ex.run_commandline()
finally:
    tell(calls=calls, id=ex.current_run._id, default=[RunObserver.priority])
    tell(result=ex.current_run.result, mine=[observer.name for observer in ex.observers])
