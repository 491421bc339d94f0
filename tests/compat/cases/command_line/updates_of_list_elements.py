"""Updates that name what a dictionary or a list holds: keys that are numbers, brackets, dots in a row."""
# run: with items[0]=5
# run: with d.1=5
# run: with items.0=5
# run: with d.x.y=1
# run: with a..b=1
# run: with "d={'x': {'y': 2}}" d.x.z=3

from kit import tell

from sacred import Experiment

ex = Experiment("elements")
ex.add_config(items=[1, 2], d={"x": {"y": 0, "z": 0}, "1": 0}, a={"b": 0}, seed=1)


@ex.automain
def main(_config, _run):
    tell(config=_config, updates=_run.meta_info["config_updates"])
