"""Classes of a project that derive from Ingredient, Experiment, the observers and Run, and mixins among them."""
# run: with data.n=3
# run: with data.n=3 -F runs -c kept

import os

from kit import Recorder, tell

import sacred.run
from sacred import Experiment, Ingredient
from sacred.observers import FileStorageObserver, RunObserver
from sacred.run import Run


class DataIngredient(Ingredient):
    """Has its config and a captured method."""

    def __init__(self, path="data", size=10):
        super().__init__(path)
        self.size = size
        self.add_config(size=size, n=1)

    @property
    def description(self):
        return f"{self.path}:{self.size}"

    def config(self, function):
        self.configured = function.__name__
        return super().config(function)


class TimedMixin:
    """Notes what was run."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.noted = []

    def _create_run(self, *args, **kwargs):
        run = super()._create_run(*args, **kwargs)
        self.noted.append(run.experiment_info["name"])
        return run

    def run(self, *args, **kwargs):
        run = super().run(*args, **kwargs)
        self.noted.append(run.status)
        return run


class TimedExperiment(TimedMixin, Experiment):
    pass


class TagObserver(FileStorageObserver):
    """Stores a tag beside the record."""

    VERSION = "tagged"

    def __init__(self, basedir, tag, **kwargs):
        super().__init__(basedir, **kwargs)
        self.tag = tag

    def completed_event(self, stop_time, result):
        self.run_entry["tag"] = self.tag
        super().completed_event(stop_time, result)
        with open(os.path.join(self.dir, "tag.txt"), "w") as file:
            file.write(self.tag)


data = DataIngredient()


@data.config
def more(n):
    m = n + 1


ex = TimedExperiment("timed", ingredients=[data], save_git_info=False)
ex.observers += [TagObserver("tagged", "mine"), Recorder(only=["log_metrics"])]


@ex.main
def main(_run, data):
    _run.log_scalar("loss", data["m"])
    return [isinstance(_run, Run), data["m"]]


run = ex.run_commandline()
tell(
    data=[data.description, data.configured, data.path],
    noted=ex.noted,
    result=run.result,
    kinds=[type(each).__name__ for each in run.observers],
    module=[sacred.run.Run is Run, Run.__name__, isinstance(run.observers[0], RunObserver)],
)
