"""A net of skorch that tells a run of its epochs."""

import numpy as np
import torch
from skorch import NeuralNetClassifier
from skorch.callbacks import SacredLogger

from sacred import Experiment
from sacred.observers import FileStorageObserver

ex = Experiment("skorch", save_git_info=False)
ex.observers.append(FileStorageObserver("runs"))


@ex.main
def main(_rnd):
    samples = _rnd.random((40, 4)).astype("float32")
    labels = (samples.sum(1) > 2).astype("int64")
    net = NeuralNetClassifier(
        torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Softmax(-1)),
        max_epochs=2,
        verbose=0,
        callbacks=[SacredLogger(ex, log_on_batch_end=True, log_on_epoch_end=True)],
    )
    net.fit(np.asarray(samples), labels)


ex.run()
