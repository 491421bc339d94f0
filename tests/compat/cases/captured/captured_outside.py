"""Captured functions before and after a run."""
# run:

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("outside")
ex.add_config(a=1, seed=3)


@ex.capture
def f(a, b=2):
    return [a, b]


@ex.capture
def special(_seed, _config, _run):
    return [type(_seed).__name__, _config, type(_run).__name__]


@ex.main
def main(a):
    return f(a, b=a)


tell(before=[f(5), outcome(f), special(), main(7)])
run = ex.run(config_updates={"a": 10})
tell(during=run.result, after=[f(), f(1), main(3)], run=[ex.current_run is run, run.config["a"]])
ex.run(config_updates={"a": 20})
tell(second=f())
