"""Every way to call add_config, and what stays of the dictionary that was given."""
# run:
# run: with a=5 nested.x.y=7
# run: with kw=1 late=2

import json
from pathlib import Path

from kit import outcome, tell, text

from sacred import Experiment

Path("conf.json").write_text(json.dumps({"from_file": [1, 2]}))

ex = Experiment("shapes")
given = {"a": 1, "nested": {"x": {"y": (1, 2)}}, "items": [{"k": 1}]}
ex.add_config(given)
ex.add_config(a=2, kw="word", nested={"z": 3})
ex.add_config("conf.json")
ex.add_config(str(Path("conf.json").absolute()))
ex.add_config({})
given["a"] = 1000
given["items"].append("later")


@ex.config
def config(a, nested):
    double = a * 2
    inner = nested["x"]["y"]


@ex.main
def main(_config, _run):
    tell(config=_config, order=list(_config), modified=_run.config_modifications.modified)


if __name__ == "__main__":
    ex.add_config({"late": [], "a": 3})
    ex.run_commandline()
    tell(given=given, count=len(ex.configurations), kinds=[type(item).__name__ for item in ex.configurations])
    for name, arguments in {"none": (), "two": ({"a": 1}, {"b": 2}), "text": ("a: 1",), "list": ([1],)}.items():
        tell(**{name: "raises" in outcome(ex.add_config, *arguments)})
    tell(mixed="raises" in outcome(ex.add_config, {"a": 1}, b=2))
    tell(missing=outcome(ex.add_config, "missing.json"))
    tell(returned=[text(ex.add_config, {"z": 1}), text(ex.add_config, z=2)])
