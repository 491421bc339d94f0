"""LogFileWriter over and under captured functions, as a context manager, nested; a stand-in plays TensorFlow 1."""
# run: -F runs
# run: -F runs blocks
# run: -F runs broken
# run: -F runs inner_run

from types import SimpleNamespace

from kit import outcome, tell

from sacred import Experiment
from sacred.stflow import LogFileWriter, method_interception


class FileWriter:
    def __init__(self, logdir, graph=None):
        if graph == "broken":
            raise ValueError(graph)
        self.logdir = logdir


# as the tests of users do
tf = SimpleNamespace(summary=SimpleNamespace(FileWriter=FileWriter))
method_interception.tf = tf
ex = Experiment("summaries")
inner = Experiment("inner")


@ex.config
def config():
    rate = 0.5
    logs = "logs/a"


@ex.capture
@LogFileWriter(ex)
def train(rate, logs, graph=None):
    writer = tf.summary.FileWriter(logs, graph)
    return writer.logdir, rate


@LogFileWriter(ex)
@ex.capture
def evaluate(rate, *, logs):
    return tf.summary.FileWriter(logdir=logs).logdir, rate


class Wrapped(FileWriter):
    def __init__(self, name):
        super().__init__(logdir=f"logs/{name}")


@ex.main
@LogFileWriter(ex)
def main(_run, logs):
    tf.summary.FileWriter("direct", "graph")
    tf.summary.FileWriter(graph="graph", logdir=logs)
    tell(calls=[train(), train(1, logs="logs/b"), evaluate()], wrapped=Wrapped("c").logdir)
    with LogFileWriter(ex):
        tf.summary.FileWriter("nested")
    tf.summary.FileWriter("after nested")
    tell(info=dict(_run.info), name=train.__name__)
    return "done"


@ex.command
def blocks(_run):
    writer = LogFileWriter(ex)
    tf.summary.FileWriter("before")
    with writer as entered:
        tf.summary.FileWriter("inside")
    tf.summary.FileWriter("between")
    with writer:
        tf.summary.FileWriter("again")
    _run.info["tensorflow"]["more"] = 1
    train()
    tell(entered=entered, info=dict(_run.info))


@ex.command
def broken(_run):
    tell(raised=outcome(train, graph="broken"))
    tf.summary.FileWriter("after the failure")
    train()
    tell(info=dict(_run.info))


@inner.main
@LogFileWriter(inner)
def write():
    tf.summary.FileWriter("inner")


@ex.command
@LogFileWriter(ex)
def inner_run(_run):
    tf.summary.FileWriter("outer")
    tell(inner=inner.run().info, outer=_run.info)


if __name__ == "__main__":
    ex.run_commandline()
