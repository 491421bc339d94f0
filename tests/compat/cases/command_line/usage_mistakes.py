"""Command lines with a mistake end without a run, and not with exit code 0."""
# run: train with a=1 b
# run: tran
# run: with a=1 --nothing
# run: with smal
# run: a=1
# run: train a=1

from kit import Recorder, tell

from sacred import Experiment

ex = Experiment("mistakes")
ex.add_config(a=1, seed=1)
ex.observers.append(Recorder(only=["started_event", "failed_event"]))
ex.add_named_config("small", a=0)


@ex.command
def train():
    print("train runs")


@ex.main
def main():
    print("main runs")


tell(started=True)
ex.run_commandline()
tell(ended=True)
