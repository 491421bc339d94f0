"""Metrics logged in hooks, captured functions, ingredients and threads, with many names and mixed steps."""
# run: -F runs
# run: [no-numpy]

import threading

from kit import Recorder, tell

from sacred import Experiment, Ingredient

data = Ingredient("data")
ex = Experiment("metrics", ingredients=[data])
ex.add_config(seed=1)


class Points(Recorder):
    def log_metrics(self, metrics_by_name, info):
        for name, metric in metrics_by_name.items():
            kept = points.setdefault(name, {"steps": [], "values": []})
            kept["steps"] += metric["steps"]
            kept["values"] += metric["values"]


points = {}
ex.observers.append(Points(only=[]))


@data.capture
def load(_run):
    _run.log_scalar("data.loaded", 100, 0)


@ex.capture
def evaluate(epoch, _run):
    _run.log_scalar("test/accuracy", epoch / 10, epoch)
    ex.log_scalar("test/accuracy top-5", epoch / 5, step=epoch)


@ex.pre_run_hook
def before(_run):
    _run.log_scalar("hooks", 1)


@ex.post_run_hook
def after(_run):
    _run.log_scalar("hooks", 2)


def count(run, name):
    for number in range(20):
        run.log_scalar(name, number)


@ex.main
def main(_run):
    load()
    for epoch in (1, 2, 5):
        evaluate(epoch)
    threads = [threading.Thread(target=count, args=(_run, f"thread {number}")) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for step in (5, None, 0, None, -3, None, 2, 2):
        _run.log_scalar("mixed", 1.0, step)
    for name in ("", "ü", "a b", "$set", "dots.in.name", "x" * 50):
        _run.log_scalar(name, 1, 1)
    _run.log_scalar("true", True)
    _run.log_scalar("negative", -0.0)


run = ex.run_commandline()
tell(points=points, info=run.info)
