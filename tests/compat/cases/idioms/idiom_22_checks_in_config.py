"""Checks inside config functions: MissingConfigError and InvalidConfigError with texts and keys, assert, raise."""
# run: -F runs
# run: -F runs with data=here
# run: -F runs with data=here kind=wrong
# run: -F runs with data=here kind=assert
# run: -F runs with data=here kind=value -d
# run: with data=here kind=key

from kit import Recorder, outcome, tell

from sacred import Experiment
from sacred.utils import InvalidConfigError, MissingConfigError

ex = Experiment("checked")
ex.observers.append(Recorder(only=["started_event", "failed_event"]))


@ex.config
def config():
    data = None
    kind = "ok"
    if data is None:
        raise MissingConfigError("Please give the folder of the data", "data")
    if kind == "wrong":
        raise InvalidConfigError("There is no such kind", "kind", "data")
    assert kind != "assert", "kind can't be assert"
    if kind == "value":
        raise ValueError("a bad value")
    size = {"ok": 1, "value": 2}[kind]


@ex.main
def main(_config, size):
    return size


tell(
    bare=outcome(MissingConfigError),
    from_python=outcome(ex.run),
    kind=outcome(ex.run, config_updates={"data": 1, "kind": "wrong"}),
)
run = ex.run_commandline()
tell(result=run.result)
