"""What is told of exceptions: causes, contexts, notes, groups, own classes, empty and unicode texts."""
# run: noted -F runs
# run: grouped -F runs
# run: during -F runs
# run: hidden -F runs
# run: own -F runs
# run: syntax -F runs

from sacred import Experiment

ex = Experiment("exceptions")
ex.add_config(seed=1)


class DataError(Exception):
    def __init__(self, path, line):
        super().__init__(path, line)
        self.path = path

    def __str__(self):
        return f"wrong line in {self.path}: ü"


@ex.command
def noted():
    error = ValueError("no data")
    error.add_note("look into the folder")
    raise error


@ex.command
def grouped():
    raise ExceptionGroup("several", [ValueError("one"), TypeError("two")])


@ex.command
def during():
    try:
        raise ValueError("first")
    except ValueError:
        raise RuntimeError  # noqa: B904


@ex.command
def hidden():
    try:
        raise ValueError("first")
    except ValueError:
        raise RuntimeError("second") from None


@ex.command
def own():
    raise DataError("train.csv", 3)


@ex.command
def syntax():
    exec("a = = 1")


ex.run_commandline()
