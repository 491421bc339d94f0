"""Observers appended inside a config function, where their folder is worked out from entries."""
# run:
# run: with dataset=imagenet lr=1e-3
# run: with fast tag="'v 2'" -u
# run: with dataset=''
# run: train with seed=4

import os

from kit import Recorder, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("classify")
executed = []


@ex.config
def config():
    """Settings of the classifier."""
    dataset = "mnist"  # name of the data
    tag = ""
    lr = 0.1
    exp_dir = os.path.join("runs", dataset + ("_" + tag if tag else ""))
    os.makedirs(exp_dir, exist_ok=True)
    os.environ["CLASSIFY_DATA"] = dataset
    ex.observers.append(FileStorageObserver.create(exp_dir))
    ex.observers.append(Recorder(dataset, only=["started_event", "completed_event"]))
    executed.append(dataset)


@ex.named_config
def fast():
    lr = 1.0


@ex.command
def train(lr, exp_dir):
    print("training", lr, "in", exp_dir)
    return os.environ["CLASSIFY_DATA"]


@ex.automain
def main(_run, lr, exp_dir):
    result = train()
    tell(
        executed=executed,
        observers=[type(observer).__name__ for observer in _run.observers],
        appended=[type(observer).__name__ for observer in ex.observers],
        folder=os.path.relpath(_run.observers[0].dir) if _run._id else None,
        id=_run._id,
    )
    return result
