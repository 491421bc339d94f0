"""metrics.json and info.json of runs: names, orders, values of all kinds, many points, none."""
# run: few -F runs
# run: none -F runs
# run: many -F runs
# run: kinds -F runs

import json
from pathlib import Path

from kit import tell

from sacred import Experiment

ex = Experiment("metrics")
ex.add_config(seed=1)


@ex.command
def few(_run):
    _run.log_scalar("train.loss", 1.5, 1)
    _run.log_scalar("val.loss", 2.5, 1)
    _run.log_scalar("train.loss", 1.25, 2)
    _run.info["metrics_are"] = "in another file"


@ex.command
def none():
    pass


@ex.command
def many(_run):
    for step in range(500):
        _run.log_scalar("loss", step / 2)


@ex.command
def kinds(_run):
    for number, value in enumerate((True, None, "text", [1, 2], {"a": 1}, 10**25, 0.1)):
        _run.log_scalar("kinds", value, number)
    _run.log_scalar("steps", 1, 0.5)
    _run.log_scalar("steps", 1, 1.5)
    _run.log_scalar("name/with/slashes and ü", 1)


run = ex.run_commandline()
folder = Path("runs", run._id)
metrics = json.loads((folder / "metrics.json").read_text())
tell(
    names=list(metrics),
    keys=[list(metric) for metric in metrics.values()],
    last={name: [metric["steps"][-1], metric["values"][-1]] for name, metric in metrics.items()},
    lengths=[len(metric["values"]) for metric in metrics.values()],
    zones={time[19:20] + time[26:] for metric in metrics.values() for time in metric["timestamps"]},
    info=(folder / "info.json").exists(),
)
