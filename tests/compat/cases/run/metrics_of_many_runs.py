"""log_scalar over several runs of one experiment: steps and metrics begin anew in each."""
# run:

from kit import Recorder, outcome, tell

from sacred import Experiment

ex = Experiment("again")
ex.add_config(seed=1)
ex.observers.append(Recorder(only=["log_metrics"]))


@ex.main
def main(_run, start=None):
    for value in (1, 2):
        ex.log_scalar("loss", value, start)
        start = None
    _run.log_scalar("other", [value], step=10)
    _run.log_scalar(metric_name="named", value=1.0, step=3)
    return len(_run.info)


for start in (None, 5, 0):
    run = ex.run(config_updates={"start": start} if start is not None else {})
    tell(**{f"from {start}": [run.result, run.info]})
tell(wrong=[outcome(run.log_scalar)["raises"][0], outcome(run.log_scalar, "x")["raises"][0]])
