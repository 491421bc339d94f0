"""With READ_ONLY_CONFIG off a captured function may change what it gets, and who sees the change."""
# run:
# run: with d.x=5
# run: second

from kit import Recorder, tell

from sacred import SETTINGS, Experiment, Ingredient

SETTINGS["CONFIG"]["READ_ONLY_CONFIG"] = False
part = Ingredient("part")
part.add_config(values=[1])
ex = Experiment("writable", ingredients=[part])
ex.observers.append(Recorder(only=["started_event"]))


@ex.config
def config():
    d = {"x": 1, "y": {"z": [1, 2]}}
    items = [3, 1]


@part.capture
def extend(values):
    values.append(len(values))
    return list(values)


@ex.capture
def change(d, items):
    d["x"] += 1
    d["y"]["z"].append(3)
    items.sort()
    return [dict(d), list(items)]


@ex.capture
def see(d, items, part):
    return [dict(d), list(items), part["values"]]


@ex.command
def second(_config):
    _config["d"]["new"] = 1
    tell(seen=see(), extended=extend(), kinds=[type(_config).__name__, type(_config["d"]).__name__])


@ex.automain
def main(_config, _run, d):
    first = change()
    again = change()
    tell(first=first, again=again, seen=see(), extended=[extend(), extend()], kinds=type(d).__name__)
    tell(config=_config, run=_run.config["d"]["x"])
