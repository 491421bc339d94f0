"""Leaves two records below ``runs``: one that completed, and one that failed."""

from pathlib import Path

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("records", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


@ex.config
def config():
    lr = 0.1
    layers = [64, 32]
    fail = False


@ex.main
def main(_run, lr, fail):
    for step in range(3):
        _run.log_scalar("loss", lr * step, step * 10)
    _run.info["best"] = {"step": 2}
    Path("table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    _run.add_artifact("table.csv")
    print("as printed")
    if fail:
        raise ValueError("broken")
    return 0.5


ex.run()
try:
    ex.run(config_updates={"fail": True, "lr": 0.2})
except ValueError:
    print("failed")
