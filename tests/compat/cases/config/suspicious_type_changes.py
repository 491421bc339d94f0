"""Which changes of types are told, by name, and which count as none."""
# run: with count=1.0 ratio=1 flag=1 items=(1,)
# run: with count=True ratio=None flag=None items=None text=5
# run: with nothing=5 array=3 scalar=2 scalar_int=2.5
# run: with d=5 nested.list=text nested.deep.x=[1]
# run: with count=many part.size=large part.nested.y=1
# run: retyped

import numpy as np
from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(size=1, nested={"y": "text"})
ex = Experiment("types", ingredients=[part])


@ex.config
def config():
    count = 3
    ratio = 0.5
    flag = True
    items = [1]
    text = "word"
    nothing = None
    array = np.zeros(2)
    scalar = np.float64(1)
    scalar_int = np.int32(1)
    d = {"x": 1}
    nested = {"list": [1], "deep": {"x": 1}}


@ex.named_config
def named():
    count = "named"
    ratio = 2


@ex.command
def retyped():
    pass


def show(run):
    changes = run.config_modifications
    types = {name: [kind.__name__ for kind in kinds] for name, kinds in changes.typechanged.items()}
    return [sorted(types.items()), sorted(changes.modified), sorted(changes.added)]


@ex.main
def main(_run):
    return show(_run)


run = ex.run_commandline()
tell(commandline=show(run))
tell(named=show(ex.run(named_configs=["named"])), none=show(ex.run(config_updates={"count": None})))
tell(values=show(ex.run(config_updates={"ratio": np.float32(2), "items": (2,), "count": np.int64(4)})))
