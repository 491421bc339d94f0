"""A subclass of Experiment from another module; its path changed afterwards; pickled names."""
# run: with a=4

import sys
from pathlib import Path

from kit import Recorder, tell

Path("mine.py").write_text(
    '''
from sacred import Experiment, Ingredient

class MyExperiment(Experiment):
    """With a default."""

    def __init__(self, name=None, **kwargs):
        super().__init__(name, **kwargs)
        self.runs = 0

    def run(self, *args, **kwargs):
        self.runs += 1
        return super().run(*args, **kwargs)

class MyIngredient(Ingredient):
    def __init__(self, path, size):
        super().__init__(path)
        self.add_config(size=size)
'''
)
sys.path.insert(0, ".")
import mine  # noqa: E402

part = mine.MyIngredient("part", 5)
ex = mine.MyExperiment("sub", ingredients=[part], save_git_info=False)
ex.observers.append(Recorder(only=["started_event"]))
ex.add_config(a=1)


@part.capture
def size_of(size):
    return size


@ex.main
def main(a):
    return [a, size_of()]


ex.path = "renamed"
run = ex.run_commandline()
info = run.experiment_info
tell(
    result=run.result,
    runs=ex.runs,
    path=ex.path,
    name=info["name"],
    mainfile=info["mainfile"],
    sources=info["sources"],
)
tell(direct=ex.run().result, again=ex.runs)
