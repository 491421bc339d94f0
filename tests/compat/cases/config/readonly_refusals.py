"""Every method that would change what a captured function got: what is raised, and what it says."""
# run:

from kit import outcome, tell, text

from sacred import Experiment
from sacred.config.custom_containers import ReadOnlyDict, ReadOnlyList, make_read_only
from sacred.utils import SacredError

ex = Experiment("refusals")


@ex.config
def config():
    d = {"x": 1, "y": {"z": [1, 2]}}
    items = [3, 1, [2]]


@ex.main
def main(_config, d, items):
    dictionary = {
        "set": lambda: d.__setitem__("x", 2),
        "delete": lambda: d.__delitem__("x"),
        "clear": d.clear,
        "pop": lambda: d.pop("x"),
        "pop_default": lambda: d.pop("nope", None),
        "popitem": d.popitem,
        "setdefault": lambda: d.setdefault("x", 1),
        "update": lambda: d.update(x=1),
        "nested": lambda: _config["d"]["y"]["z"].append(1),
        "top": lambda: _config.update(a=1),
    }
    listed = {
        "set": lambda: items.__setitem__(0, 1),
        "slice": lambda: items.__setitem__(slice(0, 1), [1]),
        "delete": lambda: items.__delitem__(0),
        "append": lambda: items.append(1),
        "extend": lambda: items.extend([1]),
        "insert": lambda: items.insert(0, 1),
        "remove": lambda: items.remove(3),
        "pop": items.pop,
        "clear": items.clear,
        "sort": items.sort,
        "reverse": items.reverse,
        "inner": lambda: items[2].append(1),
    }
    tell(dictionary={name: outcome(call) for name, call in dictionary.items()})
    tell(listed={name: outcome(call) for name, call in listed.items()})
    tell(
        told="read-only" in text(lambda: d.update(x=1)),
        caught=[isinstance(d, ReadOnlyDict), isinstance(items, ReadOnlyList), issubclass(SacredError, Exception)],
        unchanged=[d, items],
        made=[type(make_read_only({"a": [1]})["a"]).__name__, make_read_only(5), make_read_only((1, [2]))],
        plain=[d == dict(d), items == list(items), hash(str(d)) == hash(str(dict(d)))],
    )


ex.run_commandline()
