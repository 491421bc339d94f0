"""run.info filled in over time: nested, by setdefault, with numpy values, replaced as a whole."""
# run: -F runs
# run: [no-numpy] -F runs
# run: with replace=True -F runs

from kit import Recorder, outcome, tell

from sacred import Experiment
from sacred.optional import has_numpy, np

ex = Experiment("info")
ex.add_config(replace=False)
ex.observers.append(Recorder(only=["heartbeat_event"]))


@ex.capture
def note(kind, value, _run):
    _run.info.setdefault("history", {}).setdefault(kind, []).append(value)


@ex.main
def main(_run, replace):
    ex.current_run.info["train"] = {"loss": [1.0], "params": {"lr": 0.1}}
    ex.info["train"]["loss"].append(0.5)
    note("acc", 0.25)
    note(kind="acc", value=0.75)
    _run.info["train"]["params"].update(lr=0.2, extra=(1, 2))
    _run.info["none"], _run.info["inf"] = None, float("inf")
    if has_numpy:
        _run.info["array"] = np.arange(3)
        _run.info["scalar"] = np.float32(0.5)
        _run.info["count"] = np.int64(3)
        _run.info["flag"] = np.bool_(True)
    if replace:
        ex.current_run.info = {"all": "new"}
    same = [ex.info is _run.info, ex.current_run is _run]
    tell(same=same, keys=sorted(_run.info))


tell(before=outcome(lambda: ex.info), other=outcome(ex.log_scalar, "x", 1))
run = ex.run_commandline()
tell(after=sorted(run.info), later=outcome(lambda: sorted(ex.info)))
